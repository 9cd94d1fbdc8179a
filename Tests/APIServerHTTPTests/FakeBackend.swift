import EmbeddedAPIServer
import KubernetesAPI
import ResourceSchema
import Synchronization

/// A backend of a few kinds over a dictionary: enough to see what the HTTP front makes of requests.
final class FakeBackend: APIBackend {
    struct Write: Sendable, Equatable {
        var verb: String
        var type: GroupVersionResource
        var namespace: String?
        var name: String?
        var subresource: String?
        var body: JSON
        var options: WriteOptions
        var identity: Identity
    }

    private struct State {
        var objects: [GroupVersionResource: [ObjectKey: JSON]] = [:]
        var version = 100
        var writes: [Write] = []
        var deletes: [DeleteOptions] = []
        var lists: [ListOptions] = []
        var watchers: [AsyncThrowingStream<StoredEvent, any Error>.Continuation] = []
        var denied: Set<String> = []
    }

    func prepareCommand(
        namespace: String, name: String, options: ExecOptions, verbs: [String], as identity: Identity
    ) async throws -> PreparedCommand {
        throw Status.notFound(Pod.type.gvr, name: name)
    }

    private let state = Mutex(State())
    let resources: [ServedResource]

    init() {
        let phase = PrinterColumn("Status") { $0["status", "phase"] }
        resources = [
            ServedResource(
                type: Pod.type, shortNames: ["po"], categories: ["all"], subresources: ["log", "status"],
                schema: Schema(.object), columns: [phase]),
            ServedResource(type: Namespace.type, shortNames: ["ns"], subresources: ["status"], schema: Schema(.object)),
            ServedResource(type: Node.type, schema: Schema(.object)),
            ServedResource(type: ServiceAccount.type, subresources: ["token"], schema: Schema(.object)),
            ServedResource(
                type: ResourceType(group: "apps", version: "v1", kind: "Deployment", plural: "deployments"),
                subresources: ["scale", "status"], schema: Schema(.object)),
            ServedResource(
                type: ResourceType(
                    group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectAccessReview",
                    plural: "selfsubjectaccessreviews", isNamespaced: false), verbs: ["create"],
                schema: Schema(.object)),
        ]
    }

    var writes: [Write] { state.withLock(\.writes) }
    var deletes: [DeleteOptions] { state.withLock(\.deletes) }
    var lists: [ListOptions] { state.withLock(\.lists) }
    /// Watches that the front has not let go.
    var openWatches: Int { state.withLock { $0.watchers.count } }

    func deny(_ username: String) { state.withLock { _ = $0.denied.insert(username) } }

    @discardableResult
    func put(_ type: ResourceType, _ object: JSON) -> JSON {
        var object = object
        object["kind"] = .string(type.kind)
        object["apiVersion"] = .string(type.apiVersion)
        let key = ObjectMeta(json: object["metadata"]).key
        return state.withLock { state in
            state.version += 1
            object["metadata", "resourceVersion"] = .string(String(state.version))
            state.objects[type.gvr, default: [:]][key] = object
            for watcher in state.watchers {
                watcher.yield(StoredEvent(kind: .added, object: StoredObject(json: object)))
            }
            return object
        }
    }

    func remove(_ type: ResourceType, namespace: String, name: String) {
        state.withLock { $0.objects[type.gvr]?[ObjectKey(namespace: namespace, name: name)] = nil }
    }

    func endWatches(throwing error: Status) {
        for watcher in state.withLock({ $0.watchers }) { watcher.finish(throwing: error) }
    }

    func servedResources() async -> [ServedResource] { resources }
    func servedResourcesVersion() async -> String { "1" }
    func rules(for identity: Identity, namespace: String) async -> (resource: [JSON], nonResource: [JSON]) { ([], []) }

    func authorize(_ attributes: RequestAttributes, for identity: Identity) async -> AuthorizationDecision {
        state.withLock { $0.denied.contains(identity.username) } ? .denied("not in this test") : .allowed
    }

    private func check(_ identity: Identity, _ type: GroupVersionResource) throws {
        guard state.withLock({ $0.denied.contains(identity.username) }) else { return }
        throw Status.forbidden(type, name: "", "User \"\(identity.username)\" cannot do that")
    }

    func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, as identity: Identity
    ) async throws -> StoredObject {
        try check(identity, type)
        if name == "explosive" { throw Explosion() }
        guard let object = state.withLock({ $0.objects[type]?[ObjectKey(namespace: namespace ?? "", name: name)] })
        else { throw Status.notFound(type, name: name) }
        return StoredObject(json: object)
    }

    func list(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions, as identity: Identity
    ) async throws -> StoredList {
        try check(identity, type)
        return state.withLock { state in
            state.lists.append(options)
            let all = (state.objects[type] ?? [:]).filter { namespace == nil || $0.key.namespace == namespace }
            let items = all.sorted { $0.key.description < $1.key.description }.map { StoredObject(json: $0.value) }
            return StoredList(items: items, resourceVersion: String(state.version))
        }
    }

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions, as identity: Identity
    ) async throws -> AsyncThrowingStream<StoredEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<StoredEvent, any Error>.makeStream()
        state.withLock { state in
            state.lists.append(options)
            for object in (state.objects[type] ?? [:]).values {
                continuation.yield(StoredEvent(kind: .added, object: StoredObject(json: object)))
            }
            state.watchers.append(continuation)
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { _ = $0.watchers.popLast() } }
        return stream
    }

    func client(as identity: Identity) -> any APIClient { FakeClient(backend: self, identity: identity) }

    func record(_ write: Write) throws -> JSON {
        try check(write.identity, write.type)
        state.withLock { $0.writes.append(write) }
        return write.body
    }

    func record(_ delete: DeleteOptions) {
        state.withLock { $0.deletes.append(delete) }
    }

    struct Explosion: Error {}
}

private struct FakeClient: APIClient {
    let backend: FakeBackend
    let identity: Identity

    func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?
    ) async throws -> JSON {
        try await backend.get(type, namespace: namespace, name: name, subresource: subresource, as: identity).json
    }

    func list(_ type: GroupVersionResource, namespace: String?, options: ListOptions) async throws -> ObjectList {
        let list = try await backend.list(type, namespace: namespace, options: options, as: identity)
        return ObjectList(items: list.items.map(\.json), resourceVersion: list.resourceVersion)
    }

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try backend.record(
            .init(
                verb: "create", type: type, namespace: namespace, name: name, subresource: subresource, body: object,
                options: options, identity: identity))
    }

    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try backend.record(
            .init(
                verb: "update", type: type, namespace: namespace, name: name, subresource: subresource, body: object,
                options: options, identity: identity))
    }

    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        _ = try backend.record(
            .init(
                verb: patch.contentType, type: type, namespace: namespace, name: name, subresource: subresource,
                body: patch.body, options: options, identity: identity))
        return ["kind": "Pod", "metadata": ["name": .string(name)]]
    }

    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        backend.record(options)
        return ["kind": "Status", "apiVersion": "v1", "status": "Success"]
    }

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        backend.record(options)
    }

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> { AsyncThrowingStream { $0.finish() } }

    func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        guard name == "web" else { throw Status.notFound(Pod.type.gvr, name: name) }
        return AsyncThrowingStream { continuation in
            continuation.yield(Array("first\n".utf8))
            continuation.yield(Array("container \(options.container ?? "-")\n".utf8))
            continuation.finish()
        }
    }

    func resourceTypes() async throws -> [ResourceType] { backend.resources.map(\.type) }
}
