import KubernetesAPI

/// What is done to a manifest before it is stored as a revision of an experiment.
///
/// Upstream's server also refuses a fault without probes, a ChaosEngine that has a name and no `generateName`, and YAML;
/// here all of these are taken. Tags stay in the stored text.
struct ManifestAdmission: Sendable {
    static let standardWeight = 10
    static let largestWeight = 1000

    let experimentID: String
    let infraID: String
    let revisionID: String
    /// By the key of the fault.
    let weights: [String: Int]

    /// A manifest that can be stored.
    struct Admitted: Sendable {
        var manifest: ExperimentManifest
        var weightages: [FaultWeightage]
        var probes: [FaultProbes]
    }

    /// - Parameters:
    ///   - name: what the request calls the experiment.
    ///   - adopt: makes a probe of an engine a probe of the project, and gives its name there; nil for a probe that can
    ///     only be part of an engine, where it then stays. Called when nothing else can be wrong with the manifest.
    /// - Throws: `CenterError.invalid`.
    func admit(
        _ manifest: ExperimentManifest, named name: String, adopt: (JSON) async throws -> String?
    ) async throws -> Admitted {
        guard manifest.name == name else {
            throw CenterError.invalid("\(manifest.kind.rawValue) name doesn't match")
        }
        var manifest = manifest
        manifest.setLabels(
            ExperimentLabels.of(
                manifest.kind, experimentID: experimentID, infraID: infraID, revisionID: revisionID))
        let faults = try manifest.faults()
        var weightages: [FaultWeightage] = []
        for fault in faults {
            let probes = try fault.probeReferences().count + fault.inlineProbes.count
            guard probes <= ProbeReference.most else { throw ProbeReference.tooMany(probes, of: fault.name) }
            let weight = try weight(of: fault)
            manifest.setWeight(weight, of: fault)
            weightages.append(FaultWeightage(faultName: fault.key, weightage: weight))
        }
        var probes: [FaultProbes] = []
        for fault in faults {
            let adopted = try await adopting(fault, adopt)
            if adopted != fault { try manifest.replace(adopted) }
            let names = try adopted.probeReferences().map(\.name)
            if !names.isEmpty { probes.append(FaultProbes(faultName: fault.name, probeNames: names)) }
        }
        return Admitted(manifest: manifest, weightages: weightages, probes: probes)
    }

    private func weight(of fault: ExperimentFault) throws -> Int {
        var weight = weights[fault.key] ?? Self.standardWeight
        if weights[fault.key] == nil, let label = fault.weightLabel {
            guard let number = Int(label) else {
                throw CenterError.invalid(
                    "template '\(fault.templateName)': the label weight is '\(label)' and no whole number")
            }
            weight = number
        }
        guard (0...Self.largestWeight).contains(weight) else {
            throw CenterError.invalid(
                "the weightage of fault '\(fault.key)' is \(weight); it has to be from 0 to \(Self.largestWeight)")
        }
        return weight
    }

    /// The fault, referring to the probes that were written into its engine.
    private func adopting(
        _ fault: ExperimentFault, _ adopt: (JSON) async throws -> String?
    ) async throws -> ExperimentFault {
        var references = try fault.probeReferences()
        var kept: [JSON] = []
        for probe in fault.inlineProbes {
            let plain = probe.withoutTagMarks
            guard let mode = ProbeReference.mode(plain["mode"]), let name = try await adopt(plain) else {
                kept.append(probe)
                continue
            }
            let reference = ProbeReference(name: name, mode: mode)
            if !references.contains(reference) { references.append(reference) }
        }
        guard kept.count < fault.inlineProbes.count else { return fault }
        var fault = fault
        fault.inlineProbes = kept
        fault.setProbeReferences(references)
        return fault
    }
}
