import KubernetesAPI

/// What one look at a deployment and its replica sets means. Pure.
///
/// A step does little at a time: each action changes a replica set, whose change wakes the controller for the next step.
struct DeploymentStep: Equatable {
    enum Action: Equatable {
        case create(replicas: Int, revision: Int)
        case scale(ReplicaSet, to: Int)
        /// Replace the replica set's annotations, and its `minReadySeconds` by the deployment's.
        case refresh(ReplicaSet, annotations: [String: String])
        case delete(ReplicaSet)
    }

    var actions: [Action] = []
    /// The deployment's revision annotation.
    var revision: Int?
    /// The replica set of the present template.
    var current: ReplicaSet?
    var old: [ReplicaSet]

    private let deployment: Deployment
    private let spec: DeploymentSpec

    /// - Parameter hasOldPods: whether pods of old replica sets still run; matters for `Recreate`.
    init(_ deployment: Deployment, sets: [ReplicaSet], hasOldPods: Bool) {
        self.deployment = deployment
        spec = DeploymentSpec(deployment)
        let template = ReplicaSet(json: ["spec": ["template": deployment.template]]).plainTemplate
        current = sets.filter { $0.plainTemplate == template }.sorted(by: ReplicaSet.isOlder).first
        old = sets.filter { [uid = current?.uid] in $0.uid != uid }.sorted(by: ReplicaSet.isOlder)
        guard !deployment.metadata.isBeingDeleted else { return }
        number()
        if spec.isPaused || isScaling {
            scale()
        } else if spec.isRecreate {
            recreate(hasOldPods: hasOldPods)
        } else {
            roll()
        }
        if actions.isEmpty { cleanUp() }
    }

    // MARK: Revisions

    /// The present template has the highest revision; an old template that is wanted again gets a new one.
    private mutating func number() {
        let highest = old.map(\.revision).max() ?? 0
        guard let current else { return }
        let wanted = current.revision > highest ? current.revision : highest + 1
        revision = wanted
        let annotations = annotations(of: current, revision: wanted)
        let minReady = { (object: JSON) in object["spec", "minReadySeconds"].int ?? 0 }
        if annotations != current.metadata.annotations || minReady(current.json) != minReady(deployment.json) {
            actions.append(.refresh(current, annotations: annotations))
        }
    }

    private func annotations(of set: ReplicaSet, revision: Int) -> [String: String] {
        var annotations = set.metadata.annotations
        annotations.merge(Self.inherited(deployment)) { $1 }
        annotations[ReplicaSet.revisionAnnotation] = String(revision)
        if set.revision != 0, set.revision != revision {
            let history = annotations["deployment.kubernetes.io/revision-history"].map { [$0] } ?? []
            annotations["deployment.kubernetes.io/revision-history"] = (history + [String(set.revision)])
                .joined(separator: ",")
        }
        return annotations
    }

    /// The deployment's annotations that its replica sets carry too.
    static func inherited(_ deployment: Deployment) -> [String: String] {
        let own = [
            "kubectl.kubernetes.io/last-applied-configuration", ReplicaSet.revisionAnnotation,
            ReplicaSet.desiredAnnotation, ReplicaSet.maximumAnnotation, "deployment.kubernetes.io/revision-history",
            "deprecated.deployment.rollback.to",
        ]
        return deployment.metadata.annotations.filter { !own.contains($0.key) }
    }

    // MARK: Rolling update

    private var all: [ReplicaSet] { old + (current.map { [$0] } ?? []) }

    private mutating func roll() {
        guard let current else { return create(replicas: replicasForNew(0)) }
        let target = replicasForNew(current.replicas)
        if target != current.replicas {
            actions.append(.scale(current, to: target))
            return
        }
        shrinkOld(besides: current)
    }

    private mutating func create(replicas: Int) {
        let highest = old.map(\.revision).max() ?? 0
        revision = highest + 1
        actions.append(.create(replicas: replicas, revision: highest + 1))
    }

    /// As many as fit beneath the maximum.
    private func replicasForNew(_ present: Int) -> Int {
        if present >= spec.replicas { return spec.replicas }
        // A set that was scaled down but still has its pods takes their room until they are gone.
        let total = all.reduce(0) { $0 + max($1.replicas, $1.count("replicas")) }
        let room = max(0, spec.maxReplicas - total)
        return min(spec.replicas, present + room)
    }

    /// Old pods go as far as enough are available: those that are not available first, then the oldest sets.
    private mutating func shrinkOld(besides current: ReplicaSet) {
        let oldTotal = old.reduce(0) { $0 + $1.replicas }
        guard oldTotal > 0 else { return }
        let minAvailable = spec.replicas - spec.maxUnavailable
        let unavailableNew = max(0, current.replicas - current.count("availableReplicas"))
        var mayGo = oldTotal + current.replicas - minAvailable - unavailableNew
        guard mayGo > 0 else { return }
        var targets = Dictionary(uniqueKeysWithValues: old.map { ($0.uid, $0.replicas) })
        for set in old {
            let unavailable = max(0, set.replicas - set.count("availableReplicas"))
            let gone = min(unavailable, mayGo)
            targets[set.uid, default: 0] -= gone
            mayGo -= gone
        }
        var availableMayGo = min(mayGo, all.reduce(0) { $0 + $1.count("availableReplicas") } - minAvailable)
        for set in old where availableMayGo > 0 {
            let gone = min(targets[set.uid, default: 0], availableMayGo)
            targets[set.uid, default: 0] -= gone
            availableMayGo -= gone
        }
        for set in old where targets[set.uid] != set.replicas {
            actions.append(.scale(set, to: targets[set.uid, default: 0]))
        }
    }

    private mutating func recreate(hasOldPods: Bool) {
        let running = old.filter { $0.replicas > 0 }
        actions += running.map { .scale($0, to: 0) }
        guard running.isEmpty, !hasOldPods else { return }
        guard let current else { return create(replicas: spec.replicas) }
        if current.replicas != spec.replicas { actions.append(.scale(current, to: spec.replicas)) }
    }

    // MARK: Scaling

    /// The number of replicas was changed since a replica set was last scaled.
    private var isScaling: Bool {
        all.contains { set in
            guard set.replicas > 0,
                let desired = set.metadata.annotations[ReplicaSet.desiredAnnotation].flatMap(Int.init)
            else { return false }
            return desired != spec.replicas
        }
    }

    /// One replica set takes all; in the middle of a rolling update each takes its share.
    private mutating func scale() {
        let active = all.filter { $0.replicas > 0 }
        if active.count <= 1 {
            guard let only = active.first ?? current ?? old.last else { return }
            if only.replicas != spec.replicas || !isMarked(only) { actions.append(.scale(only, to: spec.replicas)) }
            return
        }
        if let current, current.replicas == spec.replicas, current.count("availableReplicas") == spec.replicas {
            actions += old.filter { $0.replicas > 0 }.map { .scale($0, to: 0) }
            if !isMarked(current) { actions.append(.scale(current, to: spec.replicas)) }
            return
        }
        guard !spec.isRecreate else { return }
        share(among: active)
    }

    private func isMarked(_ set: ReplicaSet) -> Bool {
        set.metadata.annotations[ReplicaSet.desiredAnnotation] == String(spec.replicas)
    }

    private mutating func share(among active: [ReplicaSet]) {
        let total = active.reduce(0) { $0 + $1.replicas }
        let allowed = spec.replicas > 0 ? spec.maxReplicas : 0
        var rest = allowed - total
        // Growing favours the newer of equal sets, shrinking the older.
        let order = active.sorted { left, right in
            if left.replicas != right.replicas { return left.replicas > right.replicas }
            return rest > 0 ? ReplicaSet.isOlder(right, left) : ReplicaSet.isOlder(left, right)
        }
        var targets = order.map { set in
            let before = set.metadata.annotations[ReplicaSet.maximumAnnotation].flatMap(Int.init) ?? total
            let exact = Double(set.replicas * allowed) / Double(max(1, before))
            let wanted = Int(exact.rounded()) - set.replicas
            let change = rest > 0 ? min(max(0, wanted), rest) : max(min(0, wanted), rest)
            rest -= change
            return set.replicas + change
        }
        if rest != 0, !targets.isEmpty { targets[0] = max(0, targets[0] + rest) }
        for (set, target) in zip(order, targets) where target != set.replicas || !isMarked(set) {
            actions.append(.scale(set, to: target))
        }
    }

    // MARK: History

    /// Old replica sets beyond the limit go, the lowest revisions first, once nothing is left to do.
    private mutating func cleanUp() {
        let empty = old.filter {
            $0.replicas == 0 && $0.count("replicas") == 0 && !$0.metadata.isBeingDeleted
                && $0.count("observedGeneration") >= $0.metadata.generation
        }
        let surplus = empty.count - spec.revisionHistoryLimit
        guard surplus > 0 else { return }
        actions += empty.sorted { $0.revision < $1.revision }.prefix(surplus).map { .delete($0) }
    }
}
