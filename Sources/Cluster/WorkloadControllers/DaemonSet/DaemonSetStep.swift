import KubernetesAPI

/// Which nodes lack a daemon set's pod, and which pods must go. Pure.
struct DaemonSetStep: Equatable {
    enum Action: Equatable {
        case create(node: String)
        case delete(Pod)
    }

    static let hashLabel = "controller-revision-hash"

    var actions: [Action] = []
    private(set) var status = JSON.null
    private(set) var nextAvailable: Duration?

    private let set: DaemonSet
    private let hash: String

    init(_ set: DaemonSet, nodes: [Node], pods: [Pod], now: Timestamp) {
        self.set = set
        hash = PodTemplate.hash(set.template)
        let minReady = set.json["spec", "minReadySeconds"].int ?? 0
        let byNode = Dictionary(grouping: pods, by: Self.node)
        var counts: [String: Int] = [:]
        var updatable: [Pod] = []
        var unavailable = 0
        let sample = Self.pod(set, node: "", hash: "")
        for node in nodes.sorted(by: { $0.name < $1.name }) {
            let present = byNode[node.name] ?? []
            let fits = Self.fits(sample, node)
            if fits { counts["desired", default: 0] += 1 }
            let kept = sort(present, fits: fits, node: node)
            guard let kept else {
                if fits { unavailable += 1 }
                continue
            }
            counts[fits ? "current" : "misscheduled", default: 0] += 1
            guard fits else { continue }
            let isAvailable = kept.isAvailable(minReadySeconds: minReady, now: now)
            if kept.isReady { counts["ready", default: 0] += 1 }
            if isAvailable { counts["available", default: 0] += 1 } else { unavailable += 1 }
            if kept.metadata.labels[Self.hashLabel] == hash {
                counts["updated", default: 0] += 1
            } else {
                updatable.append(kept)
            }
        }
        for (node, lost) in byNode where !nodes.contains(where: { $0.name == node }) {
            actions += lost.filter { !$0.metadata.isBeingDeleted }.map { .delete($0) }
        }
        let desired = counts["desired", default: 0]
        status = [
            "desiredNumberScheduled": .count(desired), "currentNumberScheduled": .count(counts["current", default: 0]),
            "numberMisscheduled": .count(counts["misscheduled", default: 0]),
            "numberReady": .count(counts["ready", default: 0]),
            "updatedNumberScheduled": .countOrNone(counts["updated", default: 0]),
            "numberAvailable": .countOrNone(counts["available", default: 0]),
            "numberUnavailable": .countOrNone(desired - counts["available", default: 0]),
            "observedGeneration": .count(set.metadata.generation),
        ]
        nextAvailable = pods.compactMap { $0.timeToAvailable(minReadySeconds: minReady, now: now) }.min()
        update(updatable, desired: desired, unavailable: unavailable, minReady: minReady, now: now)
        if set.metadata.isBeingDeleted { actions = [] }
    }

    /// - Returns: the pod that stays on the node; the others go.
    private mutating func sort(_ present: [Pod], fits: Bool, node: Node) -> Pod? {
        let active = present.filter { !$0.metadata.isBeingDeleted }
        let failed = active.filter(\.isFinished)
        // One that ended is replaced once it is gone.
        actions += failed.map { .delete($0) }
        let alive = active.filter { !$0.isFinished }
            .sorted { ($0.isReady ? 0 : 1, $0.name) < ($1.isReady ? 0 : 1, $1.name) }
        guard fits || (!alive.isEmpty && staysOn(node)) else {
            actions += alive.map { .delete($0) }
            return nil
        }
        actions += alive.dropFirst().map { .delete($0) }
        if alive.isEmpty, failed.isEmpty, !present.contains(where: { $0.metadata.isBeingDeleted }) {
            actions.append(.create(node: node.name))
        }
        return alive.first
    }

    /// A taint without `NoExecute` keeps new pods away, not those that run.
    private func staysOn(_ node: Node) -> Bool {
        let sample = Self.pod(set, node: "", hash: "")
        return sample.accepts(node) && sample.untoleratedTaint(of: node, effects: ["NoExecute"]) == nil
    }

    private mutating func update(_ old: [Pod], desired: Int, unavailable: Int, minReady: Int, now: Timestamp) {
        guard set.json["spec", "updateStrategy", "type"].string != "OnDelete" else { return }
        let limit = max(
            1,
            IntOrPercent.value(
                set.json["spec", "updateStrategy", "rollingUpdate", "maxUnavailable"], of: desired, roundUp: true,
                default: 1))
        let broken = old.filter { !$0.isAvailable(minReadySeconds: minReady, now: now) }
        let working = old.filter { $0.isAvailable(minReadySeconds: minReady, now: now) }
        actions += (broken + working.prefix(max(0, limit - unavailable))).map { .delete($0) }
    }

    private static func fits(_ pod: Pod, _ node: Node) -> Bool {
        pod.accepts(node) && pod.untoleratedTaint(of: node) == nil
    }

    // MARK: Pods

    /// The node that a pod is on, or is meant for.
    static func node(_ pod: Pod) -> String {
        if !pod.nodeName.isEmpty { return pod.nodeName }
        let required = pod.spec["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]
        let fields = (required["nodeSelectorTerms"].array ?? []).flatMap { $0["matchFields"].array ?? [] }
        return fields.first { $0["key"].string == "metadata.name" }?["values"].strings.first ?? ""
    }

    /// A pod for a node, which the scheduler binds; it tolerates what the state of a node brings.
    static func pod(_ set: DaemonSet, node: String, hash: String) -> Pod {
        var pod = PodTemplate.pod(set.template, owner: set, labels: hash.isEmpty ? [:] : [hashLabel: hash])
        var tolerations = pod.spec["tolerations"].array ?? []
        let conditions = [
            ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"),
            ("memory-pressure", "NoSchedule"), ("pid-pressure", "NoSchedule"), ("unschedulable", "NoSchedule"),
        ]
        for (name, effect) in conditions {
            tolerations.append([
                "key": .string("node.kubernetes.io/\(name)"), "operator": "Exists", "effect": .string(effect),
            ])
        }
        pod.spec["tolerations"] = .array(tolerations)
        if !node.isEmpty { pin(&pod, to: node) }
        return pod
    }

    private static func pin(_ pod: inout Pod, to node: String) {
        let field: JSON = ["key": "metadata.name", "operator": "In", "values": [.string(node)]]
        let path = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]
        var terms = pod.spec[path: path].array ?? [[:]]
        for index in terms.indices { terms[index]["matchFields"] = [field] }
        pod.spec[path: path] = .array(terms)
    }
}
