import ControllerRuntime
import KubernetesAPI
import Logging
import Synchronization

/// Who owns whom, over all types that the server serves: an informer a type, of metadata only.
final class OwnerGraph: Sendable {
    struct Tracked: Sendable {
        var type: ResourceType
        var informer: Informer<OwnedObject>
        var stop: AsyncStream<Void>.Continuation
        var stopped: AsyncStream<Void>
    }

    static let ownerIndex = "owner-uid"
    private static let uidIndex = "uid"

    private let client: any APIClient
    private let time: TimeSource
    private let logger: Logger
    private let tracked = Mutex<[GroupVersionResource: Tracked]>([:])

    init(client: any APIClient, time: TimeSource, logger: Logger) {
        self.client = client
        self.time = time
        self.logger = logger
    }

    /// Asks which types are served now. Types served no more are stopped.
    /// - Returns: the new ones, which the caller must run.
    func refresh() async throws -> [Tracked] {
        let types = try await client.resourceTypes().preferred.filter { $0.plural != "events" }
        let known = tracked.withLock { Set($0.keys) }
        var listable: [ResourceType] = []
        for type in types where !known.contains(type.gvr) {
            if try await isListable(type) { listable.append(type) }
        }
        return tracked.withLock { tracked in
            for gone in known.subtracting(types.map(\.gvr)) { tracked.removeValue(forKey: gone)?.stop.finish() }
            return listable.map { type in
                let new = make(type)
                tracked[type.gvr] = new
                return new
            }
        }
    }

    /// Reviews and the like are only created.
    private func isListable(_ type: ResourceType) async throws -> Bool {
        do {
            _ = try await client.list(type.gvr, namespace: nil, options: ListOptions(limit: 1))
            return true
        } catch let status as Status where (400..<500).contains(status.code) {
            return false
        }
    }

    private func make(_ type: ResourceType) -> Tracked {
        let informer = Informer<OwnedObject>(
            type: type, of: OwnedObject.self, client: client, time: time, logger: logger)
        informer.addIndex(Self.ownerIndex) { $0.metadata.ownerReferences.map(\.uid) }
        informer.addIndex(Self.uidIndex) { [$0.metadata.uid] }
        let (stopped, stop) = AsyncStream<Void>.makeStream()
        return Tracked(type: type, informer: informer, stop: stop, stopped: stopped)
    }

    private var all: [Tracked] { tracked.withLock { Array($0.values) } }

    /// Whether every type has been listed: before, dependents may be unknown.
    var isComplete: Bool { all.allSatisfy(\.informer.hasSynced) }

    func waitForSync() async throws {
        for tracked in all { try await tracked.informer.waitForSync() }
    }

    func object(_ id: DependentID) -> OwnedObject? {
        tracked.withLock { $0[id.type.gvr] }?.informer.get(id.key)
    }

    func dependents(of uid: String) -> [Dependent] {
        all.flatMap { tracked in
            tracked.informer.list(index: Self.ownerIndex, uid).map { object in
                let meta = object.metadata
                return Dependent(
                    id: DependentID(type: tracked.type, key: meta.key),
                    blocks: meta.ownerReferences.contains { $0.uid == uid && $0.blocksOwnerDeletion },
                    isBeingDeleted: meta.isBeingDeleted)
            }
        }
    }

    /// As `dependents`, from the server: what informers have not heard of yet is among them.
    /// - Parameter namespace: the owner's; nil when it is in none, as its dependents may then be anywhere.
    func liveDependents(of uid: String, namespace: String?) async throws -> [DependentID] {
        var found: [DependentID] = []
        for type in all.map(\.type) where namespace == nil || type.isNamespaced {
            let list = try await client.list(type.gvr, namespace: namespace, options: ListOptions())
            for item in list.items {
                let meta = ObjectMeta(json: item["metadata"])
                if meta.ownerReferences.contains(where: { $0.uid == uid }) {
                    found.append(DependentID(type: type, key: meta.key))
                }
            }
        }
        return found
    }

    /// The type that an owner reference means, by group and kind in whatever version.
    func type(of reference: OwnerReference) -> ResourceType? {
        all.lazy.map(\.type).first { reference.refers(to: $0) }
    }

    /// Where the owner named by a reference of an object in `namespace` would be.
    func id(of reference: OwnerReference, namespace: String) -> DependentID? {
        type(of: reference).map {
            DependentID(
                type: $0, key: ObjectKey(namespace: $0.isNamespaced ? namespace : "", name: reference.name))
        }
    }

    /// What is known of an owner: from memory if it is there, else from the server.
    /// - Throws: when the server gave no answer, or the owner's type is unknown: then nothing may be concluded.
    func state(of reference: OwnerReference, namespace: String) async throws -> GarbageStep.OwnerState {
        guard let id = id(of: reference, namespace: namespace) else {
            throw Status.internalError("no type \(reference.apiVersion) \(reference.kind) is served")
        }
        if let known = object(id), known.metadata.uid == reference.uid {
            return known.waitsForDependents ? .waitsForDependents : .present
        }
        do {
            let live = OwnedObject(
                json: try await client.get(
                    id.type.gvr, namespace: id.type.isNamespaced ? namespace : nil, name: reference.name,
                    subresource: nil))
            guard live.metadata.uid == reference.uid else { return .absent }
            return live.waitsForDependents ? .waitsForDependents : .present
        } catch let status as Status where status.isNotFound {
            return .absent
        }
    }
}
