import KubernetesAPI

/// A probe as a ChaosEngine has it in `spec.experiments[].spec.probe`.
enum ProbeManifest {
    /// - Parameter mode: `SOT`, `EOT`, `Edge`, `Continuous` or `OnChaos`.
    static func json(of probe: StoredProbe, mode: String) throws -> JSON {
        throw CenterError.unavailable("not there yet")
    }
}
