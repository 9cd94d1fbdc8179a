import ControllerRuntime
import KubernetesAPI

/// Keeps one pod of a daemon set on each node that it fits.
struct DaemonSetReconciler: Reconciler {
    let sets: Informer<DaemonSet>
    let pods: Informer<Pod>
    let nodes: Informer<Node>
    let events: EventRecorder
    let time: TimeSource

    init(
        sets: Informer<DaemonSet>, pods: Informer<Pod>, nodes: Informer<Node>, events: EventRecorder, time: TimeSource
    ) {
        self.sets = sets
        self.pods = pods
        self.nodes = nodes
        self.events = events
        self.time = time
        pods.addOwnershipIndices()
    }

    var sources: [Source] {
        [
            .kind(sets, where: { !$0.isOwnStatusOnly }), .owned(pods, by: DaemonSet.type),
            .mapped(pods, where: { $0.object.metadata.controller == nil }) { [sets] in sets.wanting($0) },
            .mapped(nodes, where: { $0.isNoHeartbeat }) { [sets] _ in sets.list().map(\.key) },
        ]
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let set = sets.get(key) else { return .never }
        guard let owned = try await pods.claim(set, selector: set.selector()) else { return .never }
        let step = DaemonSetStep(set, nodes: nodes.list(), pods: owned, now: time.wallClock())
        let hash = PodTemplate.hash(set.template)
        try await keepRevision(set, hash: hash, pods: owned)
        try await SlowStart.run(step.actions.count) { try await perform(step.actions[$0], for: set, hash: hash) }
        let after =
            step.actions.isEmpty
            ? step : DaemonSetStep(set, nodes: nodes.list(), pods: pods.controlled(by: set), now: time.wallClock())
        try await sets.writeStatus(set, after.status)
        return step.nextAvailable.map(Requeue.after) ?? .never
    }

    private func keepRevision(_ set: DaemonSet, hash: String, pods: [Pod]) async throws {
        guard set.json["status", "observedGeneration"].int != set.metadata.generation, !set.metadata.isBeingDeleted
        else { return }
        let used = pods.compactMap { $0.metadata.labels[DaemonSetStep.hashLabel] }.map { "\(set.name)-\($0)" }
        try await RevisionHistory(client: sets.client)
            .keep(set, template: set.template, name: "\(set.name)-\(hash)", used: Set(used))
    }

    private func perform(_ action: DaemonSetStep.Action, for set: DaemonSet, hash: String) async throws {
        switch action {
        case .create(let node):
            do {
                let pod = try await pods.create(DaemonSetStep.pod(set, node: node, hash: hash))
                events.normal(set.reference, reason: "SuccessfulCreate", "Created pod: \(pod.name)")
            } catch let failure as Status {
                events.warning(set.reference, reason: "FailedCreate", "Error creating: \(failure.message)")
                throw failure
            }
        case .delete(let pod):
            try await pods.delete(pod)
            events.normal(set.reference, reason: "SuccessfulDelete", "Deleted pod: \(pod.name)")
        }
    }
}

extension Change<Node> {
    /// What decides where pods go has changed.
    var isNoHeartbeat: Bool {
        guard case .updated(let old, let new) = self else { return true }
        return old.json["spec"] != new.json["spec"] || old.metadata.labels != new.metadata.labels
            || old.json["status", "allocatable"] != new.json["status", "allocatable"]
    }
}
