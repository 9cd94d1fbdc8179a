import KubernetesAPI

/// Asks the cluster what a service account may do; a question, so nothing is stored.
struct AccessCheck: Sendable {
    /// nil where nothing can be found out.
    let client: (any APIClient)?
    let namespace: String
    let serviceAccount: String

    func callAsFunction(_ needed: [RequiredAccess]) async -> [AccessPreview] {
        await withTaskGroup(of: (Int, AccessPreview).self) { group in
            for (index, access) in needed.enumerated() {
                group.addTask {
                    (
                        index,
                        AccessPreview(
                            verb: access.verb, resource: access.groupResource, namespace: access.namespace,
                            isAllowed: await isAllowed(access),
                            otherwise: access.otherwise)
                    )
                }
            }
            var all: [(Int, AccessPreview)] = []
            for await row in group { all.append(row) }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// nil where whoever asks may not ask this.
    private func isAllowed(_ access: RequiredAccess) async -> Bool? {
        let review: JSON = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "metadata": [:],
            "spec": [
                "user": .string("system:serviceaccount:\(namespace):\(serviceAccount)"),
                "groups": [
                    "system:serviceaccounts", .string("system:serviceaccounts:\(namespace)"), "system:authenticated",
                ],
                "resourceAttributes": [
                    "verb": .string(access.verb), "group": .string(access.group),
                    "resource": .string(access.resource), "namespace": .string(access.namespace),
                ],
            ],
        ]
        let type = GroupVersionResource(
            group: "authorization.k8s.io", version: "v1", resource: "subjectaccessreviews")
        let answer = try? await client?.create(
            type, namespace: nil, name: nil, subresource: nil, object: review, options: WriteOptions())
        return answer?["status", "allowed"].bool
    }
}
