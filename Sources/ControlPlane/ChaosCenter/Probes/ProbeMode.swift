/// When a probe is evaluated. Not a part of a stored probe: each fault that refers to one says it.
enum ProbeMode {
    static let all = ["SOT", "EOT", "Edge", "Continuous", "OnChaos"]

    /// In the spelling of the schema; nil when there is no such mode.
    static func known(_ text: String?) -> String? {
        guard let text else { return nil }
        return all.first { $0.lowercased() == text.lowercased() }
    }
}
