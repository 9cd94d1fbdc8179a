import KubernetesAPI

/// Where a pod goes, or why nowhere. Pure.
struct SchedulingStep: Equatable {
    enum Decision: Equatable {
        case bind(node: String)
        /// With the message of the event and the condition.
        case unschedulable(String)
    }

    var decision: Decision

    /// - Parameter pods: all pods, by the node that they are bound to, or about to be.
    init(pod: Pod, nodes: [Node], pods: [String: [Pod]]) {
        guard !nodes.isEmpty else {
            decision = .unschedulable("no nodes available to schedule pods")
            return
        }
        var reasons: [String: Int] = [:]
        var best: (score: Double, node: String)?
        for node in nodes.sorted(by: { $0.name < $1.name }) {
            let present = (pods[node.name] ?? []).filter { !$0.isFinished }
            let obstacles = Self.obstacles(pod, node, present)
            for reason in obstacles { reasons[reason, default: 0] += 1 }
            guard obstacles.isEmpty else { continue }
            let score = Self.score(pod, node, present)
            if score > best?.score ?? -.infinity { best = (score, node.name) }
        }
        if let best {
            decision = .bind(node: best.node)
        } else {
            let list = reasons.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
            decision = .unschedulable("0/\(nodes.count) nodes are available: \(list).")
        }
    }

    /// Why the pod cannot run on the node, in Kubernetes' words; the first kind of obstacle only.
    private static func obstacles(_ pod: Pod, _ node: Node, _ present: [Pod]) -> [String] {
        if node.json["spec", "unschedulable"].bool == true, !pod.tolerates(.unschedulable) {
            return ["node(s) were unschedulable"]
        }
        if let taint = pod.untoleratedTaint(of: node) {
            return ["node(s) had untolerated taint {\(taint.key): \(taint.value)}"]
        }
        guard pod.accepts(node) else { return ["node(s) didn't match Pod's node affinity/selector"] }
        let taken = present.flatMap(\.hostPorts)
        if pod.hostPorts.contains(where: { wanted in taken.contains { $0.conflicts(with: wanted) } }) {
            return ["node(s) didn't have free ports for the requested pod ports"]
        }
        if let reason = PodAffinity(pod).obstacle(node, present) { return [reason] }
        return shortages(pod, node, present)
    }

    private static func shortages(_ pod: Pod, _ node: Node, _ present: [Pod]) -> [String] {
        let allocatable = Resources(json: node.json["status", "allocatable"]).amounts
        var shortages: [String] = []
        if let room = allocatable["pods"], Double(present.count + 1) > room { shortages.append("Too many pods") }
        let used = present.map(\.requests).reduce(Resources(), +).amounts
        for (name, amount) in pod.requests.amounts.sorted(by: { $0.key < $1.key }) where amount > 0 {
            // A node that has not told what it has yet is taken to have enough of the usual.
            let room = allocatable[name] ?? (allocatable.isEmpty ? .infinity : 0)
            // The sum of decimal fractions may exceed the whole by a rounding error.
            if used[name, default: 0] + amount > room * (1 + 1e-9) { shortages.append("Insufficient \(name)") }
        }
        return shortages
    }

    /// The emptier, the better; taints that prefer no pods weigh more.
    private static func score(_ pod: Pod, _ node: Node, _ present: [Pod]) -> Double {
        let allocatable = Resources(json: node.json["status", "allocatable"]).amounts
        let used = present.map(\.requests).reduce(pod.requests, +).amounts
        var score = 0.0
        for name in ["cpu", "memory"] {
            if let room = allocatable[name], room > 0 { score -= used[name, default: 0] / room }
        }
        score -= Double(present.count) / max(1, allocatable["pods"] ?? 110)
        if pod.untoleratedTaint(of: node, effects: ["PreferNoSchedule"]) != nil { score -= 10 }
        return score
    }
}
