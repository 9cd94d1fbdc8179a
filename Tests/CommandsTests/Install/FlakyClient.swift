import ClusterTesting
import KubernetesAPI
import Synchronization

/// A client whose first watches break as soon as they are read, as those of a server that is restarted do.
final class FlakyClient: APIClient {
    struct Broken: Error {}

    private let cluster: InMemoryCluster
    private let left: Mutex<Int>
    private let error: any Error

    init(_ cluster: InMemoryCluster, brokenWatches: Int, error: any Error = Broken()) {
        self.cluster = cluster
        left = Mutex(brokenWatches)
        self.error = error
    }

    func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?
    ) async throws -> JSON {
        try await cluster.get(type, namespace: namespace, name: name, subresource: subresource)
    }

    func list(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> ObjectList {
        try await cluster.list(type, namespace: namespace, options: options)
    }

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        let isBroken = left.withLock { left in
            defer { left -= 1 }
            return left > 0
        }
        if isBroken { return AsyncThrowingStream { $0.finish(throwing: error) } }
        return try await cluster.watch(type, namespace: namespace, options: options)
    }

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await cluster.create(
            type, namespace: namespace, name: name, subresource: subresource, object: object, options: options)
    }

    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await cluster.update(
            type, namespace: namespace, name: name, subresource: subresource, object: object, options: options)
    }

    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        try await cluster.patch(
            type, namespace: namespace, name: name, subresource: subresource, patch: patch, options: options)
    }

    @discardableResult
    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        try await cluster.delete(type, namespace: namespace, name: name, options: options)
    }

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        try await cluster.deleteCollection(type, namespace: namespace, list: list, options: options)
    }

    func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        try await cluster.podLog(namespace: namespace, name: name, options: options)
    }

    func exec(namespace: String, name: String, options: ExecOptions) async throws -> any ExecSession {
        try await cluster.exec(namespace: namespace, name: name, options: options)
    }

    func resourceTypes() async throws -> [ResourceType] {
        try await cluster.resourceTypes()
    }
}
