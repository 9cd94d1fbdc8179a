import KubernetesAPI
import Synchronization

/// Whether a node's pods become ready, changed in the middle of a test.
final class NodeSwitch: Sendable {
    private let state = Mutex(false)

    var isBroken: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// A client whose account may not do everything.
struct ForbiddingClient: APIClient {
    private let base: any APIClient
    private let isForbidden: @Sendable (_ verb: String, _ resource: String) -> Bool
    /// Answers SubjectAccessReviews, by their `spec`.
    private let mayDo: (@Sendable (JSON) -> Bool)?

    init(
        _ base: any APIClient, mayDo: (@Sendable (JSON) -> Bool)? = nil,
        _ isForbidden: @escaping @Sendable (_ verb: String, _ resource: String) -> Bool
    ) {
        self.base = base
        self.mayDo = mayDo
        self.isForbidden = isForbidden
    }

    private func check(_ verb: String, _ type: GroupVersionResource) throws {
        guard isForbidden(verb, type.resource) else { return }
        throw Status.forbidden(type, name: "", "User \"sa\" cannot \(verb) resource \"\(type.resource)\"")
    }

    func get(_ type: GroupVersionResource, namespace: String?, name: String, subresource: String?) async throws -> JSON
    {
        try check("get", type)
        return try await base.get(type, namespace: namespace, name: name, subresource: subresource)
    }

    func list(_ type: GroupVersionResource, namespace: String?, options: ListOptions) async throws -> ObjectList {
        try check("list", type)
        return try await base.list(type, namespace: namespace, options: options)
    }

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        if type.resource == "subjectaccessreviews", let mayDo {
            return object.merging(patch: ["status": ["allowed": .bool(mayDo(object["spec"]))]])
        }
        try check("create", type)
        return try await base.create(
            type, namespace: namespace, name: name, subresource: subresource, object: object, options: options)
    }

    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try check("update", type)
        return try await base.update(
            type, namespace: namespace, name: name, subresource: subresource, object: object, options: options)
    }

    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        try check("patch", type)
        return try await base.patch(
            type, namespace: namespace, name: name, subresource: subresource, patch: patch, options: options)
    }

    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        try check("delete", type)
        return try await base.delete(type, namespace: namespace, name: name, options: options)
    }

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        try check("deletecollection", type)
        try await base.deleteCollection(type, namespace: namespace, list: list, options: options)
    }

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        try check("watch", type)
        return try await base.watch(type, namespace: namespace, options: options)
    }

    func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        try await base.podLog(namespace: namespace, name: name, options: options)
    }

    func resourceTypes() async throws -> [ResourceType] { try await base.resourceTypes() }
}
