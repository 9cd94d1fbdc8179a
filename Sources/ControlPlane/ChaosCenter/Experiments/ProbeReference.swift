import KubernetesAPI

/// A probe of the project that a fault refers to, in the annotation `probeRef` of its engine:
/// `[{"name":"check","mode":"SOT"}]`.
struct ProbeReference: Sendable, Hashable {
    static let annotation = "probeRef"
    /// Of a fault, with those that are written into its engine.
    static let most = 100
    static let modes = ["SOT", "EOT", "Edge", "Continuous", "OnChaos"]

    var name: String
    /// When it is asked; one of `modes`.
    var mode: String

    /// - Parameter annotation: the value; none, or an empty text, refers to nothing.
    /// - Throws: `CenterError.invalid`, naming the fault.
    static func list(_ annotation: JSON, fault: String) throws -> [ProbeReference] {
        if annotation.isNull { return [] }
        guard let text = annotation.string else { throw malformed(fault, "it is no text") }
        guard text.contains(where: { !$0.isWhitespace }) else { return [] }
        let value: JSON
        do throws(JSONSyntaxError) {
            value = try JSON(parsing: text)
        } catch {
            throw malformed(fault, "\(error)")
        }
        if value.isNull { return [] }
        guard let items = value.array else { throw malformed(fault, "it is a JSON \(value.typeName)") }
        guard items.count <= most else { throw tooMany(items.count, of: fault) }
        var references: [ProbeReference] = []
        var known: Set<ProbeReference> = []
        for item in items {
            guard let name = item["name"].string, !name.isEmpty else { throw malformed(fault, "a probe has no name") }
            guard let mode = mode(item["mode"]) else {
                throw malformed(
                    fault, "the mode of the probe '\(name)' is not one of \(modes.joined(separator: ", "))")
            }
            let reference = ProbeReference(name: name, mode: mode)
            if known.insert(reference).inserted { references.append(reference) }
        }
        return references
    }

    static func tooMany(_ count: Int, of fault: String) -> CenterError {
        .invalid("fault '\(fault)' has \(count) probes, more than \(most)")
    }

    private static func malformed(_ fault: String, _ reason: String) -> CenterError {
        .invalid(
            "fault '\(fault)': the annotation probeRef has to be a JSON array such as "
                + #"[{"name":"check","mode":"SOT"}]; "# + reason)
    }

    /// As it is written, whatever its case: probes are run so, too.
    static func mode(_ value: JSON) -> String? {
        guard let text = value.string?.lowercased() else { return nil }
        return modes.first { $0.lowercased() == text }
    }

    static func text(_ references: [ProbeReference]) -> String {
        JSON.array(references.map { ["name": .string($0.name), "mode": .string($0.mode)] }).description
    }
}
