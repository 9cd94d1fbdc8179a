import KubernetesAPI

/// A cluster that never answers.
struct SilentClient: APIClient {
    private func silence() async throws -> Never {
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?
    ) async throws -> JSON { try await silence() }

    func list(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> ObjectList { try await silence() }

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON { try await silence() }

    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON { try await silence() }

    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON { try await silence() }

    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON { try await silence() }

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws { try await silence() }

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> { try await silence() }

    func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> { try await silence() }

    func resourceTypes() async throws -> [ResourceType] { try await silence() }
}
