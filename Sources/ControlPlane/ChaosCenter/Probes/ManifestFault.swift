import KubernetesAPI

/// A fault of an experiment, as the manifest of a revision has it.
struct ManifestFault: Sendable, Hashable {
    /// The name of the artifact with the ChaosEngine: the name that runs keep the fault's probes under.
    var name: String
    /// The step that makes the ChaosEngine has this name.
    var template: String
    var engine: EngineName
    /// In the order of the annotation `probeRef`.
    var probes: [ProbeReference]
    /// The experiment is this ChaosEngine and nothing else.
    var isAlone = false

    /// For runs whose revision is not known: everything is named after the fault, as the web portal does it.
    init(named name: String) {
        self.name = name
        template = name
        engine = .generated(from: name)
        probes = []
    }

    private init(_ fault: ExperimentFault) {
        name = fault.name
        template = fault.templateName
        let metadata = fault.engine["metadata"].withoutTagMarks
        let generated = metadata["generateName"].string.given
        engine = generated.map { .generated(from: $0) } ?? .exact(metadata["name"].string ?? fault.name)
        probes = (try? fault.probeReferences()) ?? []
        isAlone = !fault.isStep
    }

    /// Whether a client means this one: by the name of the artifact, of the step, or of the ChaosEngine.
    func isNamed(_ text: String) -> Bool { text == name || text == template || text == engine.base }

    /// The faults of a revision. What could not be stored as one today has none.
    static func all(in manifest: String) -> [ManifestFault] {
        guard let faults = try? ExperimentManifest(parsing: manifest).faults() else { return [] }
        return faults.map(ManifestFault.init)
    }
}
