import Crypto
import DocumentStore
import KubernetesAPI

/// Makes the probes that engines bring along probes of the project.
struct InlineProbes: Sendable {
    /// A probe of an engine as a probe of the project under a name; nil when it cannot be one.
    typealias Conversion = @Sendable (_ probe: JSON, _ name: String) -> StoredProbe?

    let store: CenterStore
    let projectID: String
    let convert: Conversion

    /// The name of the probe of the project with this content: one that is there, or a new one. A name that another
    /// content has gets a few digits of its own content's digest, so that saving again finds it again.
    /// - Returns: nil for a probe that can only be part of an engine.
    func adopt(_ inline: JSON) async throws -> String? {
        guard let name = inline["name"].string, !name.isEmpty, let probe = convert(inline, name) else { return nil }
        var content = inline
        content["mode"] = .null
        let digest = SHA256.hash(data: content.encoded()).map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined()
        for candidate in [name, "\(name)-\(digest.prefix(6))", "\(name)-\(digest.prefix(20))"] {
            if try await isKept(probe.renamed(candidate)) { return candidate }
        }
        throw CenterError.conflict("the probe '\(name)' of an engine cannot be kept: its names are taken")
    }

    /// Whether the project has this probe now.
    private func isKept(_ probe: StoredProbe) async throws -> Bool {
        let filter = Filter.project(projectID) && .eq("name", probe.name)
        if let present = try await store.probes.first(filter) { return present.hasSameContent(as: probe) }
        if try await store.probes.insertUnlessTaken(probe) { return true }
        return try await store.probes.first(filter)?.hasSameContent(as: probe) ?? false
    }
}

extension StoredProbe {
    fileprivate func renamed(_ name: String) -> StoredProbe {
        var probe = self
        probe.name = name
        return probe
    }

    fileprivate func hasSameContent(as other: StoredProbe) -> Bool {
        type == other.type && infrastructureType == other.infrastructureType
            && kubernetesHTTP == other.kubernetesHTTP && kubernetesCMD == other.kubernetesCMD
            && prometheus == other.prometheus && kubernetes == other.kubernetes
    }
}
