import ControllerRuntime
import KubernetesAPI
import Logging
import ServiceLifecycle

/// Deletes objects whose owners are gone, of any type that the server serves, also of custom resources defined later.
///
/// `Background`: the owner went first. `Foreground`: the owner waits, with a finalizer, for dependents that block it.
/// `Orphan`: dependents forget the owner before it goes.
final class GarbageCollector: ServiceLifecycle.Service {
    private let client: any APIClient
    private let definitions: Informer<CustomResourceDefinition>
    private let graph: OwnerGraph
    private let queue: WorkQueue<DependentID>
    private let time: TimeSource
    private let logger: Logger
    private let refreshes: AsyncStream<Void>
    private let refresh: AsyncStream<Void>.Continuation

    init(client: any APIClient, definitions: Informer<CustomResourceDefinition>, time: TimeSource, logger: Logger) {
        self.client = client
        self.definitions = definitions
        self.time = time
        graph = OwnerGraph(client: client, time: time, logger: logger)
        queue = WorkQueue(limits: WorkQueueLimits(maximumDelay: .seconds(60)), time: time)
        var logger = logger
        logger[metadataKey: "controller"] = "garbage-collector"
        self.logger = logger
        (refreshes, refresh) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func run() async {
        await cancelWhenGracefulShutdown { await self.collect() }
    }

    private func collect() async {
        let handler = definitions.addHandler { [refresh] _ in refresh.yield() }
        refresh.yield()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.run() }
                group.addTask { await self.refreshRegularly() }
                var hasWorkers = false
                for await _ in refreshes {
                    do {
                        for new in try await graph.refresh() { group.addTask { await self.follow(new) } }
                        if hasWorkers { continue }
                        try await graph.waitForSync()
                        hasWorkers = true
                        for _ in 0..<4 { group.addTask { await self.work() } }
                    } catch {
                        if Task.isCancelled { break }
                        logger.warning("types served are unknown, asking again", metadata: ["error": "\(error)"])
                        try? await time.sleep(.milliseconds(500))
                        refresh.yield()
                    }
                }
                group.cancelAll()
            }
        } onCancel: {
            queue.shutDown()
        }
        definitions.removeHandler(handler)
    }

    /// A safety net: aggregated types come without a definition.
    private func refreshRegularly() async {
        while (try? await time.sleep(.seconds(60))) != nil { refresh.yield() }
    }

    private func follow(_ tracked: OwnerGraph.Tracked) async {
        tracked.informer.addHandler { [weak self] in self?.handle($0, of: tracked.type) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await tracked.informer.run() }
            group.addTask { for await _ in tracked.stopped {} }
            await group.next()
            group.cancelAll()
        }
    }

    private func handle(_ change: Change<OwnedObject>, of type: ResourceType) {
        let meta = change.object.metadata
        switch change {
        case .deleted:
            for dependent in graph.dependents(of: meta.uid) { queue.add(dependent.id) }
            for reference in meta.ownerReferences {
                if let owner = graph.id(of: reference, namespace: meta.namespace) { queue.add(owner) }
            }
        case .added:
            if meta.isBeingDeleted || !meta.ownerReferences.isEmpty {
                queue.add(DependentID(type: type, key: meta.key))
            }
        case .updated(let old, let new):
            let before = old.metadata
            let isSame =
                before.ownerReferences == meta.ownerReferences && before.finalizers == meta.finalizers
                && before.isBeingDeleted == meta.isBeingDeleted
            if isSame { return }
            queue.add(DependentID(type: type, key: meta.key))
            if new.waitsForDependents {
                for dependent in graph.dependents(of: meta.uid) { queue.add(dependent.id) }
            }
            // An owner may have waited for one that is no dependent any more.
            for reference in before.ownerReferences where !meta.ownerReferences.contains(reference) {
                if let owner = graph.id(of: reference, namespace: meta.namespace) { queue.add(owner) }
            }
        }
    }

    private func work() async {
        while let id = await queue.next() {
            do {
                try await process(id)
                queue.forget(id)
            } catch {
                if !Task.isCancelled {
                    queue.addAfterFailure(id)
                    logger.debug(
                        "object not collected, trying again",
                        metadata: ["object": "\(id.type.plural) \(id.key)", "error": "\(error)"])
                }
            }
            queue.done(id)
        }
    }

    private func process(_ id: DependentID) async throws {
        guard let object = graph.object(id) else { return }
        let meta = object.metadata
        if meta.isBeingDeleted {
            guard object.waitsForDependents || object.orphansDependents else { return }
            guard graph.isComplete else { return queue.add(id, after: .milliseconds(20)) }
            try await perform(
                GarbageStep(deleting: object, dependents: graph.dependents(of: meta.uid)).action, object, id)
            return
        }
        guard !meta.ownerReferences.isEmpty else { return }
        var owners: [String: GarbageStep.OwnerState] = [:]
        for reference in meta.ownerReferences {
            owners[reference.uid] = try await graph.state(of: reference, namespace: meta.namespace)
        }
        let step = GarbageStep(object, owners: owners, hasDependents: !graph.dependents(of: meta.uid).isEmpty)
        try await perform(step.action, object, id)
    }

    private func perform(_ action: GarbageStep.Action, _ object: OwnedObject, _ id: DependentID) async throws {
        switch action {
        case .none: return
        case .delete(let policy): try await delete(object, id, policy)
        case .removeOwners(let uids): try await change(id, uid: object.metadata.uid) { $0.remove(owners: uids) }
        case .removeFinalizer(let name): try await change(id, uid: object.metadata.uid) { $0.remove(finalizer: name) }
        case .deleteDependents(let dependents):
            for dependent in dependents { queue.add(dependent) }
        case .orphan(let dependents):
            // Once the owner is gone, a dependent that still names it is deleted: those that informers have not heard of
            // must not be.
            let unheard = try await graph.liveDependents(of: object.metadata.uid, namespace: id.namespace)
            for dependent in Set(dependents + unheard) {
                try await change(dependent) { $0.remove(owners: [object.metadata.uid]) }
            }
            try await change(id, uid: object.metadata.uid) { $0.remove(finalizer: OwnedObject.orphanFinalizer) }
        }
    }

    private func delete(
        _ object: OwnedObject, _ id: DependentID, _ policy: DeleteOptions.PropagationPolicy
    ) async throws {
        // The version makes the server refuse where the owners were changed meanwhile.
        let options = DeleteOptions(
            propagationPolicy: policy, uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion)
        do {
            _ = try await client.delete(id.type.gvr, namespace: id.namespace, name: id.key.name, options: options)
        } catch let status as Status where status.isNotFound {
            return
        }
    }

    /// Changes an object's metadata, as it is on the server now.
    private func change(
        _ id: DependentID, uid: String? = nil, _ body: (inout ObjectMeta) -> Void
    ) async throws {
        do {
            let live = try await client.get(id.type.gvr, namespace: id.namespace, name: id.key.name, subresource: nil)
            var meta = ObjectMeta(json: live["metadata"])
            if let uid, meta.uid != uid { return }
            let before = meta
            body(&meta)
            if meta == before { return }
            var patch: JSON = [
                "metadata": ["uid": .string(meta.uid), "resourceVersion": .string(meta.resourceVersion)]
            ]
            patch["metadata", "ownerReferences"] = .array(meta.ownerReferences.map(\.json))
            patch["metadata", "finalizers"] = JSON(meta.finalizers)
            _ = try await client.patch(
                id.type.gvr, namespace: id.namespace, name: id.key.name, subresource: nil, patch: .merge(patch),
                options: WriteOptions())
        } catch let status as Status where status.isNotFound {
            return
        }
    }
}

extension DependentID {
    fileprivate var namespace: String? { type.isNamespaced ? key.namespace : nil }
}

extension ObjectMeta {
    fileprivate mutating func remove(owners uids: [String]) {
        ownerReferences.removeAll { uids.contains($0.uid) }
    }

    fileprivate mutating func remove(finalizer: String) { finalizers.removeAll { $0 == finalizer } }
}
