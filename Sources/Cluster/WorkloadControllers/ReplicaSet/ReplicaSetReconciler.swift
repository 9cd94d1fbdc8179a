import ControllerRuntime
import KubernetesAPI

/// Keeps the number of pods that a replica set asks for.
struct ReplicaSetReconciler: Reconciler {
    let sets: Informer<ReplicaSet>
    let pods: Informer<Pod>
    let events: EventRecorder
    let time: TimeSource

    init(sets: Informer<ReplicaSet>, pods: Informer<Pod>, events: EventRecorder, time: TimeSource) {
        self.sets = sets
        self.pods = pods
        self.events = events
        self.time = time
        pods.addOwnershipIndices()
    }

    var sources: [Source] {
        [
            .kind(sets, where: { !$0.isOwnStatusOnly }), .owned(pods, by: ReplicaSet.type),
            .mapped(pods, where: { $0.object.metadata.controller == nil }) { [sets] in sets.wanting($0) },
        ]
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let set = sets.get(key) else { return .never }
        guard let owned = try await pods.claim(set, selector: set.selector()) else { return .never }
        let step = ReplicaSetStep(set, pods: owned, now: time.wallClock())
        var status = step.status
        var conditions = Conditions(status)
        do {
            try await perform(step.action, for: set)
            conditions.remove("ReplicaFailure")
        } catch let failure as Status where !failure.isConflict {
            let reason = if case .create = step.action { "FailedCreate" } else { "FailedDelete" }
            conditions.set(
                Condition("ReplicaFailure", true, reason: reason, failure.message), now: time.wallClock())
            status["conditions"] = conditions.json
            try await sets.writeStatus(set, status)
            throw failure
        }
        status["conditions"] = conditions.json
        if step.action != nil {
            // What was just done is in the cache already.
            let now = ReplicaSetStep(set, pods: pods.controlled(by: set), now: time.wallClock())
            status = now.status
            status["conditions"] = conditions.json
        }
        try await sets.writeStatus(set, status)
        return step.nextAvailable.map(Requeue.after) ?? .never
    }

    private func perform(_ action: ReplicaSetStep.Action?, for set: ReplicaSet) async throws {
        switch action {
        case nil: return
        case .create(let count):
            try await SlowStart.run(count) { _ in
                do {
                    let pod = try await pods.create(PodTemplate.pod(set.template, owner: set))
                    events.normal(set.reference, reason: "SuccessfulCreate", "Created pod: \(pod.name)")
                } catch let failure as Status {
                    events.warning(set.reference, reason: "FailedCreate", "Error creating: \(failure.message)")
                    throw failure
                }
            }
        case .delete(let surplus):
            try await withThrowingTaskGroup(of: Void.self) { group in
                for pod in surplus {
                    group.addTask {
                        try await pods.delete(pod)
                        events.normal(set.reference, reason: "SuccessfulDelete", "Deleted pod: \(pod.name)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

extension Informer where Object: Workload {
    /// The objects of the pod's namespace whose selector matches an orphan.
    func wanting(_ orphan: some Resource) -> [ObjectKey] {
        list(namespace: orphan.namespace).filter { workload in
            guard let selector = try? workload.selector(), !selector.isEmpty else { return false }
            return selector.matches(orphan.metadata.labels)
        }.map(\.key)
    }
}

extension Change where Object: Resource {
    /// Only the status changed, which the controller wrote itself.
    var isOwnStatusOnly: Bool {
        guard case .updated(let old, let new) = self else { return false }
        return old.json["spec"] == new.json["spec"] && old.metadata.labels == new.metadata.labels
            && old.metadata.annotations == new.metadata.annotations
            && old.metadata.isBeingDeleted == new.metadata.isBeingDeleted
            && old.metadata.ownerReferences == new.metadata.ownerReferences
    }
}
