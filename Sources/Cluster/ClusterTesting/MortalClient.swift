import KubernetesAPI
import Synchronization

/// A client of a process that is killed after a number of writes: from then on every call fails, and open watches end.
///
/// Start controllers with it, wait for `death()`, drop them, start new ones on the same cluster: whatever the number, the
/// outcome must be the same.
public final class MortalClient: APIClient {
    private struct Life {
        var writesLeft: Int
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    public struct Dead: Error {}

    private let cluster: InMemoryCluster
    private let life: Mutex<Life>

    public init(_ cluster: InMemoryCluster, writes: Int) {
        self.cluster = cluster
        life = Mutex(Life(writesLeft: writes))
    }

    public var isDead: Bool { life.withLock { $0.writesLeft <= 0 } }

    /// Waits for the last write.
    public func death() async {
        await withCheckedContinuation { continuation in
            let isDead = life.withLock { life in
                if life.writesLeft > 0 { life.waiters.append(continuation) }
                return life.writesLeft <= 0
            }
            if isDead { continuation.resume() }
        }
    }

    /// Ends the waiting for a death that will not come.
    public func giveUp() {
        let waiters = life.withLock { life in
            defer { life.waiters = [] }
            life.writesLeft = 0
            return life.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func read<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        if isDead { throw Dead() }
        return try await body()
    }

    /// The last write reaches the server, but its answer never comes back.
    private func write<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        let left = life.withLock { life in
            life.writesLeft -= 1
            return life.writesLeft
        }
        if left < 0 { throw Dead() }
        defer { if left == 0 { giveUp() } }
        let result = try await body()
        if left == 0 { throw Dead() }
        return result
    }

    public func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?
    ) async throws -> JSON {
        try await read { try await cluster.get(type, namespace: namespace, name: name, subresource: subresource) }
    }

    public func list(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> ObjectList {
        try await read { try await cluster.list(type, namespace: namespace, options: options) }
    }

    public func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        try await read { try await cluster.watch(type, namespace: namespace, options: options) }
    }

    public func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await write {
            try await cluster.create(
                type, namespace: namespace, name: name, subresource: subresource, object: object, options: options)
        }
    }

    public func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await write {
            try await cluster.update(
                type, namespace: namespace, name: name, subresource: subresource, object: object, options: options)
        }
    }

    public func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        try await write {
            try await cluster.patch(
                type, namespace: namespace, name: name, subresource: subresource, patch: patch, options: options)
        }
    }

    @discardableResult
    public func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        try await write { try await cluster.delete(type, namespace: namespace, name: name, options: options) }
    }

    public func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        try await write {
            try await cluster.deleteCollection(type, namespace: namespace, list: list, options: options)
        }
    }

    public func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        try await read { try await cluster.podLog(namespace: namespace, name: name, options: options) }
    }

    public func exec(namespace: String, name: String, options: ExecOptions) async throws -> any ExecSession {
        try await write { try await cluster.exec(namespace: namespace, name: name, options: options) }
    }

    public func resourceTypes() async throws -> [ResourceType] {
        try await read { try await cluster.resourceTypes() }
    }
}
