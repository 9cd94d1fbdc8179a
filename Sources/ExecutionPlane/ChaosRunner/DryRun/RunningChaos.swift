import ChaosAPI
import Faults
import Injection
import KubernetesAPI

/// The chaos that a cluster has now, to find collisions with. Pure, but for `read`.
struct RunningChaos: Sendable {
    /// Helpers at work, with their orders.
    var helpers: [(pod: Pod, order: InjectionOrder)] = []
    /// Engines that run, and what their experiments have hit so far.
    var engines: [(engine: ChaosEngine, results: [ChaosResult])] = []
    /// Whether all namespaces could be looked at.
    var isComplete = true

    /// Reads as much as the caller may see: all namespaces, or that of an engine.
    static func read(_ client: any APIClient, around engine: ChaosEngine) async -> RunningChaos {
        var chaos = RunningChaos()
        let labels = LabelSelector(matching: HelperContract.labels)
        for pod in await chaos.all(Pod.self, client, labels, otherwise: engine.namespace) where !pod.isFinished {
            if let order = InjectionOrder(helper: pod) { chaos.helpers.append((pod, order)) }
        }
        let engines = await chaos.all(ChaosEngine.self, client, otherwise: engine.namespace).filter {
            $0.engineStatus == .initialized
        }
        guard !engines.isEmpty else { return chaos }
        let results = await chaos.all(ChaosResult.self, client, otherwise: engine.namespace).filter(\.isOpen)
        chaos.engines = engines.map { engine in
            (engine, results.filter { $0.metadata.labels[ChaosLabel.engineUID] == engine.uid })
        }
        return chaos
    }

    private mutating func all<R: Resource>(
        _: R.Type, _ client: any APIClient, _ labels: LabelSelector = .everything, otherwise namespace: String
    ) async -> [R] {
        if let all = try? await client.list(R.self, labels: labels) { return all }
        isComplete = false
        return (try? await client.list(R.self, namespace: namespace, labels: labels)) ?? []
    }

    /// One sentence for each other chaos on one of the targets.
    func collisions(with targets: [Target], of engine: ChaosEngine) -> [String] {
        Set(helperCollisions(with: targets, of: engine) + engineCollisions(with: targets, of: engine)).sorted()
    }

    private func helperCollisions(with targets: [Target], of engine: ChaosEngine) -> [String] {
        let own = Set(targets.map(\.uid))
        return helpers.filter { $0.pod.metadata.labels[ChaosLabel.engineUID] != engine.uid }.flatMap { pod, order in
            order.targets.filter { own.contains($0.podUID) }.map { target in
                "\(order.fault) of the helper \(pod.namespace)/\(pod.name) is at work on pod "
                    + "\(target.namespace)/\(target.pod)"
            }
        }
    }

    private func engineCollisions(with targets: [Target], of engine: ChaosEngine) -> [String] {
        engines.filter { $0.engine.key != engine.key }.compactMap { other, results in
            let hit = Set(results.flatMap { result in result.history.targets.map { "\($0.kind)/\($0.name)" } })
            // A ChaosResult does not say in which namespace its targets are.
            let places = Set(((try? other.appTargets()) ?? []).map(\.namespace) + [other.namespace])
            let own = targets.filter { places.contains($0.namespace) }.flatMap { target in
                ["pod/\(target.name)"] + (target.parent.map { ["\($0.kind)/\($0.name)"] } ?? [])
            }
            let common = hit.intersection(own).sorted()
            guard !common.isEmpty else { return nil }
            return "the ChaosEngine \(other.key) runs " + other.experiments.map(\.name).joined(separator: ", ")
                + " on " + common.joined(separator: ", ")
        }
    }
}
