import KubernetesAPI
import Testing

/// A request that is refused, and the refusal to the letter.
struct Refusal: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var status: Status
    var request: @Sendable (any APIClient) async throws -> Void

    private static let type = ConfigMap.type.gvr

    static let all: [Refusal] = [
        Refusal(testDescription: "get of what is not there", status: .notFound(type, name: "none")) {
            _ = try await $0.get(type, namespace: "test", name: "none", subresource: nil)
        },
        Refusal(
            testDescription: "get of a kind of a group", status: .notFound(Deployment.type.gvr, name: "none")
        ) { _ = try await $0.get(Deployment.self, namespace: "test", name: "none") },
        Refusal(testDescription: "update of what is not there", status: .notFound(type, name: "none")) {
            _ = try await $0.update(configMap("none"))
        },
        Refusal(testDescription: "patch of what is not there", status: .notFound(type, name: "none")) {
            _ = try await $0.patch(ConfigMap.self, namespace: "test", name: "none", .merge(["data": ["a": "b"]]))
        },
        Refusal(testDescription: "delete of what is not there", status: .notFound(type, name: "none")) {
            _ = try await $0.delete(type, namespace: "test", name: "none", options: DeleteOptions())
        },
        Refusal(testDescription: "create of what is there", status: .alreadyExists(type, name: "there")) {
            _ = try await $0.create(configMap("there"))
        },
        Refusal(testDescription: "update of an older version", status: .conflict(type, name: "there")) {
            var stale = configMap("there", ["k": "2"])
            stale.metadata.resourceVersion = "1"
            _ = try await $0.update(stale)
        },
        Refusal(testDescription: "patch of an older version", status: .conflict(type, name: "there")) {
            let patch: JSON = ["metadata": ["resourceVersion": "1"], "data": ["k": "2"]]
            _ = try await $0.patch(ConfigMap.self, namespace: "test", name: "there", .merge(patch))
        },
        Refusal(
            testDescription: "an unknown kind",
            status: .noSuchResource
        ) {
            _ = try await $0.list(
                GroupVersionResource(group: "none.io", version: "v1", resource: "things"), namespace: "test",
                options: ListOptions())
        },
    ]
}
