import KubernetesAPI

/// `litmuschaos.io/v1alpha1` ChaosResult: what came of an experiment; outlives its engine.
public struct ChaosResult: Resource {
    public static let type = ResourceType(
        group: ChaosAPIGroup.name, version: ChaosAPIGroup.version, kind: "ChaosResult", plural: "chaosresults")

    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// `<engine>-<experiment>[-<INSTANCE_ID>]`; without an engine the experiment's name begins it.
    public static func name(engine: String, experiment: String, instance: String = "") -> String {
        [engine, experiment, instance].filter { !$0.isEmpty }.joined(separator: "-")
    }

    public var engine: String { json["spec", "engine"].string ?? "" }
    public var experiment: String { json["spec", "experiment"].string ?? "" }
    public var instance: String { json["spec", "instance"].string ?? "" }

    public var phase: ResultPhase? {
        get { json["status", "experimentStatus", "phase"].string.flatMap(ResultPhase.init) }
        set { json["status", "experimentStatus", "phase"] = newValue.map { .string($0.rawValue) } ?? .null }
    }
    public var verdict: Verdict? {
        get { json["status", "experimentStatus", "verdict"].string.flatMap(Verdict.init) }
        set { json["status", "experimentStatus", "verdict"] = newValue.map { .string($0.rawValue) } ?? .null }
    }
    public var errorOutput: ErrorOutput? {
        get {
            let output = json["status", "experimentStatus", "errorOutput"]
            guard output.object != nil else { return nil }
            return ErrorOutput(code: output["errorCode"].string ?? "", reason: output["reason"].string ?? "")
        }
        set {
            json["status", "experimentStatus", "errorOutput"] =
                newValue.map { ["errorCode": .string($0.code), "reason": .string($0.reason)] } ?? .null
        }
    }
    /// `Awaited`, or a whole number from 0 to 100 as text.
    public var probeSuccessPercentage: String {
        get { json["status", "experimentStatus", "probeSuccessPercentage"].string ?? "" }
        set { json["status", "experimentStatus", "probeSuccessPercentage"] = .string(newValue) }
    }
    /// `{name, type, mode, status: {verdict, description}}` in the engine's order.
    public var probeStatuses: [JSON] {
        get { json["status", "probeStatuses"].array ?? [] }
        set { json["status", "probeStatuses"] = newValue.isEmpty ? .null : .array(newValue) }
    }
    public var history: ResultHistory {
        get { ResultHistory(json: json["status", "history"]) }
        set { json["status", "history"] = newValue.json }
    }

    /// Repeats the run's choice of targets: additive to Litmus. Also stands in the annotation `litmuschaos.io/seed`.
    public var seed: UInt64? {
        get { json["status", "seed"].string.flatMap { UInt64($0) } }
        set {
            json["status", "seed"] = newValue.map { .string(String($0)) } ?? .null
            metadata.annotations[ChaosLabel.seed] = newValue.map { String($0) }
        }
    }

    /// Whether an experiment is, or was when its process died, at work on this result.
    public var isOpen: Bool { phase == .running || verdict == .awaited }
}

/// `status.experimentStatus.errorOutput`.
public struct ErrorOutput: Sendable, Hashable {
    /// A value of `ErrorCode`, or one of another program.
    public var code: String
    public var reason: String

    public init(code: String, reason: String) {
        self.code = code
        self.reason = reason
    }
}

/// `status.history`: counts over all runs with the same result name, and the targets of the last.
public struct ResultHistory: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// Counters without targets.
    public init(passedRuns: Int = 0, failedRuns: Int = 0, stoppedRuns: Int = 0) {
        json = [:]
        self.passedRuns = passedRuns
        self.failedRuns = failedRuns
        self.stoppedRuns = stoppedRuns
    }

    public var passedRuns: Int {
        get { json["passedRuns"].int ?? 0 }
        set { json["passedRuns"] = .int(Int64(newValue)) }
    }
    public var failedRuns: Int {
        get { json["failedRuns"].int ?? 0 }
        set { json["failedRuns"] = .int(Int64(newValue)) }
    }
    public var stoppedRuns: Int {
        get { json["stoppedRuns"].int ?? 0 }
        set { json["stoppedRuns"] = .int(Int64(newValue)) }
    }
    public var targets: [ResultTarget] {
        get { (json["targets"].array ?? []).map(ResultTarget.init) }
        set { json["targets"] = newValue.isEmpty ? .null : .array(newValue.map(\.json)) }
    }

    /// Replaces the target of the same name and kind, or appends it.
    public mutating func upsert(_ target: ResultTarget) {
        var all = targets
        if let index = all.firstIndex(where: { $0.name == target.name && $0.kind == target.kind }) {
            all[index] = target
        } else {
            all.append(target)
        }
        targets = all
    }
}

/// One entry of `status.history.targets`.
public struct ResultTarget: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public init(name: String, kind: String, chaosStatus: String) {
        json = ["name": .string(name), "kind": .string(kind), "chaosStatus": .string(chaosStatus)]
    }

    public var name: String { json["name"].string ?? "" }
    public var kind: String { json["kind"].string ?? "" }
    public var chaosStatus: String { json["chaosStatus"].string ?? "" }
}

extension ChaosResult {
    /// Moves what helpers wrote as annotations (`<kind>/<name>: injected|reverted|targeted`) into the history's targets.
    public mutating func foldTargetAnnotations() {
        for (key, value) in metadata.annotations.sorted(by: { $0.key < $1.key }) {
            guard let status = TargetChaosStatus(rawValue: value.lowercased()),
                let slash = key.firstIndex(of: "/")
            else { continue }
            history.upsert(
                ResultTarget(
                    name: String(key[key.index(after: slash)...]), kind: String(key[..<slash]),
                    chaosStatus: status.rawValue))
            metadata.annotations[key] = nil
        }
    }
}
