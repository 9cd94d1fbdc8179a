import KubernetesAPI

/// Whether the objects of a resource type live in namespaces: asked of the cluster once.
actor ResourceScope {
    private let client: any APIClient
    private let type: GroupVersionResource
    private var isNamespaced: Bool?

    init(client: any APIClient, type: GroupVersionResource) {
        self.client = client
        self.type = type
    }

    /// - Returns: `namespace` when the type needs one, else nil.
    /// - Throws: `Status` 404 when the cluster does not serve the type (yet).
    func place(in namespace: String) async throws -> String? {
        if let isNamespaced { return isNamespaced ? namespace : nil }
        guard let found = try await client.resourceTypes().first(where: { $0.gvr == type }) else {
            throw Status(code: 404, reason: "NotFound", message: "the server could not find the requested resource")
        }
        isNamespaced = found.isNamespaced
        return found.isNamespaced ? namespace : nil
    }
}
