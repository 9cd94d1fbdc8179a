import ControllerRuntime
import KubernetesAPI

/// Rolls a deployment's replica sets from one template to the next.
struct DeploymentReconciler: Reconciler {
    let deployments: Informer<Deployment>
    let sets: Informer<ReplicaSet>
    let pods: Informer<Pod>
    let events: EventRecorder
    let time: TimeSource

    init(
        deployments: Informer<Deployment>, sets: Informer<ReplicaSet>, pods: Informer<Pod>, events: EventRecorder,
        time: TimeSource
    ) {
        self.deployments = deployments
        self.sets = sets
        self.pods = pods
        self.events = events
        self.time = time
        sets.addOwnershipIndices()
        pods.addOwnershipIndices()
    }

    var sources: [Source] {
        [
            .kind(deployments, where: { !$0.isOwnStatusOnly }), .owned(sets, by: Deployment.type),
            .mapped(sets, where: { $0.object.metadata.controller == nil }) { [deployments] in
                deployments.wanting($0)
            },
            // Only Recreate waits for pods to go.
            .mapped(pods, where: { $0.isEnd }, to: owningDeployment),
        ]
    }

    private var owningDeployment: @Sendable (Pod) -> [ObjectKey] {
        { [sets] pod in
            guard let owner = pod.metadata.controller, owner.refers(to: ReplicaSet.type),
                let set = sets.get(ObjectKey(namespace: pod.namespace, name: owner.name)),
                let deployment = set.metadata.controller
            else { return [] }
            return [ObjectKey(namespace: pod.namespace, name: deployment.name)]
        }
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let deployment = deployments.get(key) else { return .never }
        guard let owned = try await sets.claim(deployment, selector: deployment.selector()) else { return .never }
        let step = DeploymentStep(deployment, sets: owned, hasOldPods: hasOldPods(deployment, owned))
        for action in step.actions { try await perform(action, for: deployment) }
        return try await writeStatus(key, step)
    }

    private func hasOldPods(_ deployment: Deployment, _ owned: [ReplicaSet]) -> Bool {
        let current = DeploymentStep(deployment, sets: owned, hasOldPods: true).current
        return owned.filter { $0.uid != current?.uid }.contains { set in
            pods.controlled(by: set).contains { !$0.isFinished }
        }
    }

    private func writeStatus(_ key: ObjectKey, _ step: DeploymentStep) async throws -> Requeue {
        if let revision = step.revision { try await annotate(key, revision: revision) }
        guard let deployment = deployments.get(key) else { return .never }
        let owned = sets.controlled(by: deployment)
        // What was just created is in the cache already.
        let now = DeploymentStep(deployment, sets: owned, hasOldPods: true)
        let status = DeploymentStatus(deployment, current: now.current, old: now.old, now: time.wallClock())
        try await deployments.writeStatus(deployment, status.json)
        return status.deadline.map { .after($0 + .milliseconds(10)) } ?? .never
    }

    private func annotate(_ key: ObjectKey, revision: Int) async throws {
        let text = String(revision)
        guard deployments.get(key)?.metadata.annotations[ReplicaSet.revisionAnnotation] != text else { return }
        _ = try await deployments.patch(
            key, .merge(["metadata": ["annotations": [ReplicaSet.revisionAnnotation: .string(text)]]]))
    }

    private func perform(_ action: DeploymentStep.Action, for deployment: Deployment) async throws {
        switch action {
        case .create(let replicas, let revision):
            try await create(deployment, replicas: replicas, revision: revision)
        case .scale(let set, let replicas):
            try await scale(set, to: replicas, for: deployment)
        case .refresh(let set, let annotations):
            try await sets.modify(set.key) {
                $0.metadata.annotations = annotations
                $0.json["spec", "minReadySeconds"] = deployment.json["spec", "minReadySeconds"]
                return true
            }
        case .delete(let set):
            try await sets.delete(set)
        }
    }

    private func scale(_ set: ReplicaSet, to replicas: Int, for deployment: Deployment) async throws {
        let spec = DeploymentSpec(deployment)
        let before = set.replicas
        try await sets.modify(set.key) {
            $0.json["spec", "replicas"] = .count(replicas)
            $0.metadata.annotations[ReplicaSet.desiredAnnotation] = String(spec.replicas)
            $0.metadata.annotations[ReplicaSet.maximumAnnotation] = String(spec.maxReplicas)
            return true
        }
        if before != replicas { tell(deployment, set.name, from: before, to: replicas) }
    }

    private func tell(_ deployment: Deployment, _ name: String, from before: Int, to after: Int) {
        let direction = after > before ? "up" : "down"
        events.normal(
            deployment.reference, reason: "ScalingReplicaSet",
            "Scaled \(direction) replica set \(name) from \(before) to \(after)")
    }

    private func create(_ deployment: Deployment, replicas: Int, revision: Int) async throws {
        let collisions = deployment.json["status", "collisionCount"].int ?? 0
        let set = Self.replicaSet(deployment, replicas: replicas, revision: revision, collisions: collisions)
        do {
            _ = try await sets.create(set)
        } catch let status as Status where status.isAlreadyExists {
            let existing = try await sets.client.find(ReplicaSet.self, namespace: set.namespace, name: set.name)
            if existing?.metadata.controller?.uid == deployment.uid, existing?.plainTemplate == set.plainTemplate {
                // Made by ourselves before a restart: the watch is about to tell.
                throw status
            }
            try await deployments.modify(deployment.key, subresource: "status") {
                $0.json["status", "collisionCount"] = .count(collisions + 1)
                return true
            }
            throw status
        }
        if replicas > 0 { tell(deployment, set.name, from: 0, to: replicas) }
    }

    /// The replica set of the deployment's present template.
    static func replicaSet(_ deployment: Deployment, replicas: Int, revision: Int, collisions: Int) -> ReplicaSet {
        let spec = DeploymentSpec(deployment)
        let hash = PodTemplate.hash(deployment.template, collisionCount: collisions)
        var set = ReplicaSet(name: "\(deployment.name)-\(hash)", namespace: deployment.namespace)
        var template = deployment.template
        template["metadata", "labels", ReplicaSet.hashLabel] = .string(hash)
        set.metadata.labels = ObjectMeta(json: template["metadata"]).labels
        set.metadata.annotations = DeploymentStep.inherited(deployment).merging([
            ReplicaSet.revisionAnnotation: String(revision), ReplicaSet.desiredAnnotation: String(spec.replicas),
            ReplicaSet.maximumAnnotation: String(spec.maxReplicas),
        ]) { $1 }
        set.metadata.ownerReferences = [OwnerReference(to: deployment)]
        var selector = deployment.json["spec", "selector"]
        selector["matchLabels", ReplicaSet.hashLabel] = .string(hash)
        set.json["spec"] = ["replicas": .count(replicas), "selector": selector, "template": template]
        set.json["spec", "minReadySeconds"] = deployment.json["spec", "minReadySeconds"]
        return set
    }
}

extension Change<Pod> {
    /// The pod is gone, or has ended.
    var isEnd: Bool {
        switch self {
        case .added: false
        case .deleted: true
        case .updated(let old, let new): new.isFinished && !old.isFinished
        }
    }
}
