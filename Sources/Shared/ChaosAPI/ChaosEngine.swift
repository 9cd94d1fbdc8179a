import KubernetesAPI

/// `litmuschaos.io/v1alpha1` ChaosEngine: which experiments to run against which application, and how far they are.
public struct ChaosEngine: Resource {
    public static let type = ResourceType(
        group: ChaosAPIGroup.name, version: ChaosAPIGroup.version, kind: "ChaosEngine", plural: "chaosengines")
    /// Keeps an engine until its chaos is stopped.
    public static let finalizer = "chaosengine.litmuschaos.io/finalizer"

    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var spec: JSON {
        get { json["spec"] }
        set { json["spec"] = newValue }
    }

    /// `spec.engineState`, as the user wants it; absent means active.
    public var desiredState: EngineState {
        get { spec["engineState"].string.flatMap(EngineState.init) ?? .active }
        set { json["spec", "engineState"] = .string(newValue.rawValue) }
    }

    public var serviceAccount: String { spec["chaosServiceAccount"].string ?? "" }
    /// The `ns:label[,ns:label…]` text that is handed to experiments as it stands.
    public var auxiliaryAppInfo: String { spec["auxiliaryAppInfo"].string ?? "" }
    /// nil where the engine does not say.
    public var defaultHealthCheck: Bool? { spec["defaultHealthCheck"].bool }
    public var jobCleanUpPolicy: CleanUpPolicy? {
        spec["jobCleanUpPolicy"].string.flatMap(CleanUpPolicy.init)
    }
    /// Seconds; nil where absent or 0.
    public var terminationGracePeriodSeconds: Int? {
        let seconds = spec["terminationGracePeriodSeconds"].int ?? 0
        return seconds > 0 ? seconds : nil
    }

    /// `spec.components.runner`.
    public var runner: PodSettings { PodSettings(json: spec["components", "runner"]) }
    public var sidecars: [JSON] { spec["components", "sidecar"].array ?? [] }
    /// Sidecars are added when the annotation `sidecar/enabled` exists and is not `false`.
    public var wantsSidecars: Bool {
        metadata.annotations["sidecar/enabled"].map { $0 != "false" } ?? false
    }
    public var experiments: [EngineExperiment] {
        (spec["experiments"].array ?? []).map(EngineExperiment.init)
    }

    /// The name of the one pod that runs the engine's experiments.
    public var runnerName: String { "\(name)-runner" }
}

extension ChaosEngine {
    /// `status.engineStatus`; nil before the operator saw the engine, or for a text that is none.
    public var engineStatus: EngineStatus? {
        get { json["status", "engineStatus"].string.flatMap(EngineStatus.init) }
        set { json["status", "engineStatus"] = newValue.map { .string($0.rawValue) } ?? .null }
    }

    /// Why the engine is in its state, as one word: additive to Litmus.
    public var statusReason: String {
        get { json["status", "reason"].string ?? "" }
        set { json["status", "reason"] = newValue.isEmpty ? .null : .string(newValue) }
    }

    /// The same for people, with what to do about it.
    public var statusMessage: String {
        get { json["status", "message"].string ?? "" }
        set { json["status", "message"] = newValue.isEmpty ? .null : .string(newValue) }
    }

    /// The worst verdict of the engine's experiments so far: additive to Litmus.
    public var verdict: Verdict? {
        get { json["status", "verdict"].string.flatMap(Verdict.init) }
        set { json["status", "verdict"] = newValue.map { .string($0.rawValue) } ?? .null }
    }

    /// When the present run began: additive to Litmus.
    public var runStarted: Timestamp? {
        get { json["status", "startTime"].string.flatMap(Timestamp.init) }
        set { json["status", "startTime"] = newValue.map { .string($0.microTime) } ?? .null }
    }

    /// UID of the runner pod of the present run: additive to Litmus. A run whose pod vanished is not begun again.
    public var runnerUID: String {
        get { json["status", "runnerUID"].string ?? "" }
        set { json["status", "runnerUID"] = newValue.isEmpty ? .null : .string(newValue) }
    }

    public var experimentStatuses: [ExperimentStatus] {
        get { (json["status", "experiments"].array ?? []).map(ExperimentStatus.init) }
        set { json["status", "experiments"] = newValue.isEmpty ? .null : .array(newValue.map(\.json)) }
    }

    /// Sets `verdict` from the entries of `experimentStatuses`.
    public mutating func summarizeVerdict() {
        verdict = experimentStatuses.map(\.verdict).compactMap(Verdict.init).max { $0.severity < $1.severity }
    }
}

/// One entry of `spec.experiments`.
public struct EngineExperiment: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// Name of the ChaosExperiment in the engine's namespace.
    public var name: String { json["name"].string ?? "" }
    public var components: ExperimentComponents { ExperimentComponents(json: json["spec", "components"]) }
    public var probes: [JSON] { json["spec", "probe"].array ?? [] }
}

/// `spec.experiments[].spec.components`.
public struct ExperimentComponents: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// core/v1 `EnvVar` values.
    public var env: [JSON] { json["env"].array ?? [] }
    public var configMaps: [MountedObject] { (json["configMaps"].array ?? []).map(MountedObject.init) }
    public var secrets: [MountedObject] { (json["secrets"].array ?? []).map(MountedObject.init) }
    public var annotations: [String: String] { json["experimentAnnotations"].stringMap }
    public var image: String { json["experimentImage"].string ?? "" }
    public var imagePullSecrets: [JSON] { json["experimentImagePullSecrets"].array ?? [] }
    public var nodeSelector: [String: String] { json["nodeSelector"].stringMap }
    public var tolerations: [JSON] { json["tolerations"].array ?? [] }
    public var resources: JSON { json["resources"] }
    /// Seconds between two status checks, 2 by default.
    public var statusCheckDelay: Int { positive(json["statusCheckTimeouts", "delay"]) ?? 2 }
    /// Seconds that a status may take, 180 by default.
    public var statusCheckTimeout: Int { positive(json["statusCheckTimeouts", "timeout"]) ?? 180 }

    private func positive(_ value: JSON) -> Int? { value.int.flatMap { $0 > 0 ? $0 : nil } }
}

/// `spec.components.runner`: how the runner pod looks.
public struct PodSettings: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var image: String { json["image"].string ?? "" }
    public var imagePullPolicy: String { json["imagePullPolicy"].string ?? "" }
    public var imagePullSecrets: [JSON] { json["imagePullSecrets"].array ?? [] }
    public var command: [String] { json["command"].strings }
    public var args: [String] { json["args"].strings }
    public var annotations: [String: String] { json["runnerAnnotations"].stringMap }
    public var labels: [String: String] { json["runnerLabels"].stringMap }
    public var nodeSelector: [String: String] { json["nodeSelector"].stringMap }
    public var tolerations: [JSON] { json["tolerations"].array ?? [] }
    public var resources: JSON { json["resources"] }
    public var configMaps: [MountedObject] { (json["configMaps"].array ?? []).map(MountedObject.init) }
    public var secrets: [MountedObject] { (json["secrets"].array ?? []).map(MountedObject.init) }
}

/// A ConfigMap or Secret and where it is mounted.
public struct MountedObject: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var name: String { json["name"].string ?? "" }
    public var mountPath: String { json["mountPath"].string ?? "" }
}

/// One entry of `status.experiments` of a ChaosEngine.
public struct ExperimentStatus: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public init(
        name: String, runner: String, pod: String, status: ExperimentRunStatus, verdict: String, at time: Timestamp
    ) {
        json = [
            "name": .string(name), "runner": .string(runner), "experimentPod": .string(pod),
            "status": .string(status.rawValue), "verdict": .string(verdict),
            "lastUpdateTime": .string(time.description),
        ]
    }

    public var name: String { json["name"].string ?? "" }
    public var pod: String { json["experimentPod"].string ?? "" }
    public var status: ExperimentRunStatus? { json["status"].string.flatMap(ExperimentRunStatus.init) }
    /// A `Verdict`, or `N/A` before the experiment began.
    public var verdict: String { json["verdict"].string ?? "" }
    /// The Job that runs the experiment, where it has one: additive to Litmus.
    public var job: String {
        get { json["job"].string ?? "" }
        set { json["job"] = newValue.isEmpty ? .null : .string(newValue) }
    }
    /// Why the experiment was skipped or ended in an error: additive to Litmus.
    public var reason: String {
        get { json["reason"].string ?? "" }
        set { json["reason"] = newValue.isEmpty ? .null : .string(newValue) }
    }
    /// Whether the experiment still waits or runs.
    public var isOpen: Bool { status == .waiting || status == .running }
}
