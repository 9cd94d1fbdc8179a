import KubernetesAPI
import ResourceSchema

/// The API as one identity sees it, in the process: values pass without being encoded.
struct InProcessClient: APIClient {
    let server: APIServer
    let identity: Identity

    func get(_ type: GroupVersionResource, namespace: String?, name: String, subresource: String?) async throws -> JSON
    {
        try await server.get(type, namespace: namespace, name: name, subresource: subresource, as: identity).json
    }

    func list(_ type: GroupVersionResource, namespace: String?, options: ListOptions) async throws -> ObjectList {
        let list = try await server.list(type, namespace: namespace, options: options, as: identity)
        return ObjectList(
            items: list.items.map(\.json), resourceVersion: list.resourceVersion, continueToken: list.continueToken,
            remainingItemCount: list.remainingItemCount)
    }

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await server.create(
            type, namespace: namespace, name: name, subresource: subresource, object: object, options: options,
            as: identity)
    }

    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await server.update(
            type, namespace: namespace, name: name, subresource: subresource, object: object, options: options,
            as: identity)
    }

    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        try await server.patch(
            type, namespace: namespace, name: name, subresource: subresource, patch: patch, options: options,
            as: identity)
    }

    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        try await server.delete(type, namespace: namespace, name: name, options: options, as: identity)
    }

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        try await server.deleteCollection(type, namespace: namespace, list: list, options: options, as: identity)
    }

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        let watcher = try server.openWatch(type, namespace: namespace, options: options, as: identity)
        return AsyncThrowingStream { try await watcher.next()?.watchEvent }
    }

    func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        try await server.podLog(namespace: namespace, name: name, options: options, as: identity)
    }

    func exec(namespace: String, name: String, options: ExecOptions) async throws -> any ExecSession {
        let command = try await server.prepareCommand(
            namespace: namespace, name: name, options: options, verbs: APIServer.webSocketVerbs, as: identity)
        return try await command.start().session
    }

    func resourceTypes() async throws -> [ResourceType] {
        await server.servedResources().sorted { left, right in
            if left.type.group != right.type.group { return left.type.group < right.type.group }
            return left.isPreferred && !right.isPreferred
        }.map(\.type)
    }
}

extension StoredEvent {
    var watchEvent: WatchEvent {
        switch kind {
        case .added: .added(object.json)
        case .modified: .modified(object.json)
        case .deleted: .deleted(object.json)
        case .bookmark: .bookmark(object.json)
        }
    }
}
