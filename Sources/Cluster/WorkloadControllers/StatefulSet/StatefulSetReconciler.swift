import ControllerRuntime
import KubernetesAPI

/// Keeps a stateful set's pods, each under its lasting name and with its claims.
struct StatefulSetReconciler: Reconciler {
    let sets: Informer<StatefulSet>
    let pods: Informer<Pod>
    let claims: Informer<PersistentVolumeClaim>
    let events: EventRecorder
    let time: TimeSource

    init(
        sets: Informer<StatefulSet>, pods: Informer<Pod>, claims: Informer<PersistentVolumeClaim>,
        events: EventRecorder, time: TimeSource
    ) {
        self.sets = sets
        self.pods = pods
        self.claims = claims
        self.events = events
        self.time = time
        pods.addOwnershipIndices()
    }

    var sources: [Source] {
        [
            .kind(sets, where: { !$0.isOwnStatusOnly }), .owned(pods, by: StatefulSet.type), .cache(claims),
            .mapped(pods, where: { $0.object.metadata.controller == nil }) { [sets] in sets.wanting($0) },
        ]
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let set = sets.get(key) else { return .never }
        let revision = "\(set.name)-\(PodTemplate.hash(set.template))"
        try await keepRevision(set, name: revision)
        guard let owned = try await pods.claim(set, selector: set.selector()) else { return .never }
        let step = StatefulSetStep(set, pods: owned, updateRevision: revision, now: time.wallClock())
        let current = step.status["currentRevision"].string ?? revision
        for action in step.actions { try await perform(action, for: set, revision: revision, current: current) }
        let after =
            step.actions.isEmpty
            ? step
            : StatefulSetStep(
                set, pods: pods.controlled(by: set), updateRevision: revision, now: time.wallClock())
        try await sets.writeStatus(set, after.status)
        return step.nextAvailable.map(Requeue.after) ?? .never
    }

    private func perform(
        _ action: StatefulSetStep.Action, for set: StatefulSet, revision: String, current: String
    ) async throws {
        switch action {
        case .create(let ordinal, let isUpdated):
            let template = isUpdated ? set.template : try await template(set, revision: current)
            let pod = StatefulSetPod.pod(
                set, template: template, ordinal: ordinal, revision: isUpdated ? revision : current)
            do {
                try await makeClaims(set, ordinal: ordinal)
                let made = try await pods.create(pod)
                events.normal(
                    set.reference, reason: "SuccessfulCreate",
                    "create Pod \(made.name) in StatefulSet \(set.name) successful")
            } catch let failure as Status {
                events.warning(
                    set.reference, reason: "FailedCreate",
                    "create Pod \(pod.name) in StatefulSet \(set.name) failed error: \(failure.message)")
                throw failure
            }
        case .delete(let pod):
            try await pods.delete(pod)
            events.normal(
                set.reference, reason: "SuccessfulDelete",
                "delete Pod \(pod.name) in StatefulSet \(set.name) successful")
        }
    }

    private func makeClaims(_ set: StatefulSet, ordinal: Int) async throws {
        for (_, claim) in StatefulSetPod.claims(set, ordinal: ordinal) where claims.get(claim.key) == nil {
            do {
                let made = try await claims.create(claim)
                events.normal(
                    set.reference, reason: "SuccessfulCreate",
                    "create Claim \(made.name) Pod \(StatefulSetPod.name(set, ordinal)) in StatefulSet \(set.name) success"
                )
                events.warning(
                    made.reference, reason: "ProvisioningFailed",
                    "this cluster has no storage to provision: use an emptyDir or hostPath volume instead of a claim")
            } catch let status as Status where status.isAlreadyExists {
                continue
            }
        }
    }

    // MARK: Revisions

    /// Keeps each template under the name of its revision, for pods that a partition holds back.
    private func keepRevision(_ set: StatefulSet, name: String) async throws {
        guard set.json["status", "updateRevision"].string != name, !set.metadata.isBeingDeleted else { return }
        let used = ["currentRevision", "updateRevision"].compactMap { set.json["status", $0].string }
        try await history.keep(set, template: set.template, name: name, used: Set(used))
    }

    private var history: RevisionHistory { RevisionHistory(client: sets.client) }

    private func template(_ set: StatefulSet, revision: String) async throws -> JSON {
        try await history.template(namespace: set.namespace, name: revision) ?? set.template
    }
}
