import KubernetesAPI

/// What becomes of a saved manifest when it is run.
struct RunPreparation: Sendable {
    /// Bytes.
    static let maximumSize = ExperimentManifest.maximumSize + (1 << 20)

    /// What the agent is to create: the object with its labels, its name for this run, and the probes that it refers to.
    let manifest: JSON
    /// Where it is created.
    let namespace: String?
    /// In the cluster; nil for what is no ChaosEngine.
    let engineName: String?
    /// What the run document keeps of the probes.
    let probes: [FaultProbes]

    /// - Parameters:
    ///   - notifyID: names the run; nil for what the cluster runs by a schedule.
    ///   - leavingOutMissingProbes: for what is not going to run, such as a suspended schedule.
    ///   - probe: a probe of the project by its name; nil when there is none.
    /// - Throws: `CenterError` that says what is wrong with the manifest or which probe is missing.
    init(
        _ experiment: StoredExperiment, _ revision: ExperimentRevision, notifyID: String?, now: Int64,
        leavingOutMissingProbes: Bool = false, probe: (String) async throws -> StoredProbe?
    ) async throws {
        var manifest = try ExperimentManifest(parsing: revision.manifest)
        manifest.setLabels(
            ExperimentLabels.of(
                manifest.kind, experimentID: experiment.id, infraID: experiment.infraID, revisionID: revision.id))
        manifest.setNotifyID(notifyID)
        manifest.resolveLabels()
        var used: [FaultProbes] = []
        for fault in try manifest.faults() {
            var fault = fault
            let references = try fault.probeReferences()
            for reference in references {
                guard let stored = try await probe(reference.name) else {
                    if leavingOutMissingProbes { continue }
                    throw CenterError.missingProbe(reference.name, of: fault.name)
                }
                fault.attach(try ProbeManifest.json(of: stored, mode: reference.mode))
            }
            if fault.isStep { fault.setLabels(ExperimentLabels.ofEngine(infraID: experiment.infraID)) }
            if !references.isEmpty {
                used.append(FaultProbes(faultName: fault.name, probeNames: references.map(\.name)))
            }
            try manifest.replace(fault)
        }
        // Only now: a ChaosEngine without a Workflow gives its saved name to its fault.
        manifest.stamp(now)
        guard manifest.text.utf8.count <= Self.maximumSize else {
            throw CenterError.invalid("the manifest with its probes is larger than \(Self.maximumSize >> 20) MB")
        }
        self.manifest = manifest.object
        namespace = manifest.namespace
        engineName = manifest.kind == .chaosEngine ? manifest.name : nil
        probes = used
    }
}

extension CenterError {
    /// A fault refers to a probe that is not there.
    static func missingProbe(_ name: String, of fault: String) -> CenterError {
        .notFound(
            "failed to fetch probe details: fault '\(fault)' refers to the probe '\(name)', which is not in this project"
        )
    }
}

extension ExperimentFault {
    fileprivate mutating func setLabels(_ labels: [String: String]) {
        for (key, value) in labels { engine["metadata", "labels", key] = .string(value) }
    }

    /// Adds a probe. One that is in the engine with the same name and mode is that probe: upstream's server left the
    /// probes that it had made objects of in the engine.
    fileprivate mutating func attach(_ probe: JSON) {
        inlineProbes = inlineProbes.filter { $0["name"] != probe["name"] || $0["mode"] != probe["mode"] } + [probe]
    }
}

extension ExperimentManifest {
    fileprivate mutating func setNotifyID(_ id: String?) {
        for path in labelPaths { object[path: path + [ExperimentLabels.notifyID]] = .null }
        if let id { object["metadata", "labels", ExperimentLabels.notifyID] = .string(id) }
    }

    /// A name of its own for each run. What runs by a schedule has one that stays.
    fileprivate mutating func stamp(_ now: Int64) {
        let longest: Int
        switch kind {
        case .workflow: longest = KubernetesNames.longestLabel
        case .chaosEngine: longest = KubernetesNames.longestEngine
        case .cronWorkflow, .chaosSchedule: return
        }
        guard let name else { return }
        object["metadata", "name"] = .string(KubernetesNames.stamped(name, now, longest: longest))
    }

    /// Argo fills in no tags in labels, and Kubernetes refuses them: the hub's
    /// `subject: "{{workflow.parameters.appNamespace}}_pod-delete"` becomes `default_pod-delete`.
    fileprivate mutating func resolveLabels() {
        let parameters = parameters
        for path in labelPaths {
            for (key, value) in object[path: path].stringMap where value.contains("{{") {
                object[path: path + [key]] = .string(Self.label(value, parameters))
            }
        }
    }

    private var parameters: [String: String] {
        let path = kind == .cronWorkflow ? ["spec", "workflowSpec"] : ["spec"]
        var values: [String: String] = [:]
        for parameter in object[path: path]["arguments", "parameters"].array ?? [] {
            guard let name = parameter["name"].string else { continue }
            values["workflow.parameters." + name] = parameter["value"].string ?? parameter["value"].description
        }
        return values
    }

    private static func label(_ text: String, _ parameters: [String: String]) -> String {
        var resolved = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            let tag = rest[start.upperBound..<end.lowerBound]
            resolved += rest[..<start.lowerBound]
            resolved += parameters[String(tag.filter { $0 != " " })] ?? String(tag)
            rest = rest[end.upperBound...]
        }
        resolved += rest
        return KubernetesNames.labelValue(of: resolved)
    }
}
