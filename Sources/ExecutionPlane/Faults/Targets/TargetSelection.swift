import ChaosAPI
import KubernetesAPI

/// Which pods are hit: the rule, not the choice. Pure; a `TargetReader` reads what it needs.
public struct TargetSelection: Sendable, Hashable, Codable {
    public enum Order: String, Sendable, Hashable, Codable, CaseIterable {
        /// As chosen.
        case random
        case alphabetical
        case reverse
    }

    /// The application under test.
    public var apps: [AppTarget]
    /// Pods by name; then nothing else counts.
    public var podNames: [String]
    /// Where those pods are.
    public var podNamespace: String
    /// Of the application's pods, 0 to 100; at least one pod is hit.
    public var percentage: Int
    /// Only pods on nodes that this selects; empty is any node.
    public var nodeLabel: String
    public var order: Order
    public var containers: ContainerChoice

    public init(
        apps: [AppTarget], podNames: [String] = [], podNamespace: String = "", percentage: Int = 0,
        nodeLabel: String = "", order: Order = .random, containers: ContainerChoice = .first
    ) {
        self.apps = apps
        self.podNames = podNames
        self.podNamespace = podNamespace
        self.percentage = percentage
        self.nodeLabel = nodeLabel
        self.order = order
        self.containers = containers
    }
}

extension TargetSelection {
    /// The pods that may be hit; a target for each container that would be.
    public struct Candidates: Sendable, Hashable {
        /// Named one by one: all of them are hit.
        public var named: [Target]
        /// Of these the percentage is hit.
        public var pool: [Target]
    }

    /// Finds the candidates in what was read of the cluster; sorted, so that a seed repeats a choice.
    public func candidates(in view: ClusterView) throws(FaultError) -> Candidates {
        if !podNames.isEmpty { return Candidates(named: try namedTargets(in: view), pool: []) }
        guard !apps.isEmpty else {
            throw FaultError(.targetSelection, "provide one of the appLabel or TARGET_PODS")
        }
        var found = Candidates(named: [], pool: [])
        for app in apps {
            let pods = try matching(app, in: view)
            if app.isPod { found.named += pods } else { found.pool += pods }
        }
        guard !found.named.isEmpty || !found.pool.isEmpty else {
            throw FaultError(.targetSelection, "no target pods found", target: description)
        }
        if let nodes = view.nodes { try found.keep(on: Set(nodes.map(\.name)), label: nodeLabel) }
        found.named = unique(found.named)
        found.pool = unique(found.pool.filter { !found.named.contains($0) })
        return found
    }

    /// Chooses from the candidates.
    public func choose(from candidates: Candidates, using generator: inout SeededGenerator) -> [Target] {
        if !podNames.isEmpty { return candidates.named }
        var chosen = candidates.named.groupedByPod
        let pool = candidates.pool.groupedByPod
        if !pool.isEmpty {
            let count = max(1, min(percentage, 100) * pool.count / 100)
            let start = Int.random(in: pool.indices, using: &generator)
            chosen += (0..<count).map { pool[(start + $0) % pool.count] }
        }
        switch order {
        case .random: break
        case .alphabetical: chosen.sort { ($0.first?.name ?? "") < ($1.first?.name ?? "") }
        case .reverse: chosen.sort { ($0.first?.name ?? "") > ($1.first?.name ?? "") }
        }
        return chosen.flatMap { $0 }
    }

    /// How Litmus names what was looked for.
    public var description: String {
        let entries = apps.map { app in
            switch app.filter {
            case .all: "{namespace: \(app.namespace), kind: \(app.kind)}"
            case .names(let names):
                "{namespace: \(app.namespace), kind: \(app.kind), names: [\(names.joined(separator: ","))]}"
            case .labels(let labels): "{namespace: \(app.namespace), kind: \(app.kind), labels: [\(labels)]}"
            }
        }
        return "[\(entries.joined(separator: ", "))]"
    }
}

extension TargetSelection {
    private func namedTargets(in view: ClusterView) throws(FaultError) -> [Target] {
        var targets: [Target] = []
        for (index, name) in podNames.enumerated() where !podNames[..<index].contains(name) {
            guard let pod = view.pods.first(where: { $0.namespace == podNamespace && $0.name == name }) else {
                throw FaultError(
                    .targetSelection, "pod doesn't exist set by TARGET_PODS ENV",
                    target: "{podName: \(name), namespace: \(podNamespace)}")
            }
            targets += try self.targets(pod, in: view)
        }
        return targets
    }

    private func matching(_ app: AppTarget, in view: ClusterView) throws(FaultError) -> [Target] {
        let pods = view.pods.filter { $0.namespace == app.namespace && isEligible($0) }
        let selector = try app.labelSelector()
        var targets: [Target] = []
        for pod in pods {
            // Containers are looked for in pods that are meant, not in their neighbours.
            guard try app.selects(pod, of: view.workload(of: pod), selector: selector) else { continue }
            targets += try self.targets(pod, in: view)
        }
        if case .names(let names) = app.filter { try checkComplete(names, app, targets) }
        return targets
    }

    /// A name without any pod is most likely misspelt, so it is no silent loss.
    private func checkComplete(_ names: [String], _ app: AppTarget, _ targets: [Target]) throws(FaultError) {
        for name in names where !targets.contains(where: { app.isPod ? $0.name == name : $0.parent?.name == name }) {
            throw FaultError(
                .targetSelection, "no pod found for specified target",
                target: "{namespace: \(app.namespace), kind: \(app.kind), name: \(name)}")
        }
    }

    /// Pods that are over, or on their way out, cannot be hit.
    private func isEligible(_ pod: Pod) -> Bool { !pod.metadata.isBeingDeleted && !pod.isFinished }

    private func targets(_ pod: Pod, in view: ClusterView) throws(FaultError) -> [Target] {
        let parent = view.workload(of: pod)
        return try containers.names(in: pod).map { name in
            Target(
                namespace: pod.namespace, name: pod.name, uid: pod.uid, node: pod.nodeName, container: name,
                containerID: pod.containerID(of: name), parent: parent)
        }
    }

    /// Pods in the order of their names, their containers in the order of the pod.
    private func unique(_ targets: [Target]) -> [Target] {
        var seen: Set<String> = []
        return targets.filter { seen.insert("\($0.namespace)/\($0.name)/\($0.container)").inserted }.groupedByPod
            .sorted { ($0[0].namespace, $0[0].name) < ($1[0].namespace, $1[0].name) }.flatMap { $0 }
    }
}

extension TargetSelection.Candidates {
    fileprivate mutating func keep(on nodes: Set<String>, label: String) throws(FaultError) {
        guard !nodes.isEmpty else {
            throw FaultError(.targetSelection, "no nodes found with matching labels", target: "{nodeLabel: \(label)}")
        }
        named.removeAll { !nodes.contains($0.node) }
        pool.removeAll { !nodes.contains($0.node) }
        guard !named.isEmpty || !pool.isEmpty else {
            throw FaultError(
                .targetSelection, "no pod found on specified node(s)",
                target: "{nodes: [\(nodes.sorted().joined(separator: ","))]}")
        }
    }
}

extension Pod {
    /// Without the runtime's prefix (`containerd://`); empty before the container's first start.
    fileprivate func containerID(of container: String) -> String {
        let id = containerStatuses.first { $0.name == container }?.containerID ?? ""
        return id.firstRange(of: "://").map { String(id[$0.upperBound...]) } ?? id
    }
}

extension AppTarget {
    /// The selector of a label filter; nil without one.
    func labelSelector() throws(FaultError) -> LabelSelector? {
        guard case .labels(let text) = filter else { return nil }
        do {
            return try LabelSelector(parsing: text)
        } catch {
            throw FaultError(.targetSelection, "the application's label selector is malformed: \(error)")
        }
    }

    fileprivate func selects(
        _ pod: Pod, of parent: Target.Workload?, selector: LabelSelector?
    ) throws(FaultError) -> Bool {
        if let selector, !selector.matches(pod.metadata.labels) { return false }
        if isAnyKind {
            return pod.metadata.labels[ChaosLabel.engineUID] == nil && pod.metadata.labels["name"] != "chaos-operator"
        }
        if case .names(let names) = filter {
            if isPod { return names.contains(pod.name) }
            guard let parent else { return false }
            return parent.kind == kind.lowercased() && names.contains(parent.name)
        }
        return isPod || parent?.kind == kind.lowercased()
    }
}
