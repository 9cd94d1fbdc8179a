import KubernetesAPI

/// Finds the resource of an object's kind among those that a cluster serves.
struct ClusterResources: Sendable {
    private let types: [ResourceType]

    init(client: any APIClient) async throws {
        types = try await client.resourceTypes()
    }

    /// - Throws: `CommandError` that says what the cluster serves instead.
    func type(of manifest: ManifestSet.Manifest) throws -> ResourceType {
        let object = manifest.object
        if let type = types.first(where: { $0.apiVersion == object.apiVersion && $0.kind == object.kind }) {
            return type
        }
        let versions = types.filter { $0.kind == object.kind }.map(\.apiVersion)
        let hint =
            versions.isEmpty
            ? "the cluster serves no kind of that name"
            : "the cluster serves it as \(versions.joined(separator: ", "))"
        throw CommandError("\(manifest.source): unknown kind \(object.kind) of \(object.apiVersion): \(hint)")
    }

    func serves(kind: String) -> Bool { types.contains { $0.kind == kind } }
}
