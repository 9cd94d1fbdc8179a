import ChaosAPI
import Faults
import Injection
import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The chaos that a cluster has now, to find collisions with. Pure, but for `read`.
struct RunningChaos: Sendable {
    /// Helpers at work, with their orders.
    var helpers: [(pod: Pod, order: InjectionOrder)] = []
    /// Engines that run, and what their experiments have hit so far.
    var engines: [(engine: ChaosEngine, results: [ChaosResult])] = []

    /// Reads as much as the caller may see.
    static func read(_ client: any APIClient) async -> RunningChaos {
        var chaos = RunningChaos()
        let selector = LabelSelector(matching: ["app.kubernetes.io/component": "helper"])
        for pod in (try? await client.list(Pod.self, labels: selector)) ?? [] where !pod.isFinished {
            if let order = Self.order(of: pod) { chaos.helpers.append((pod, order)) }
        }
        let engines = ((try? await client.list(ChaosEngine.self)) ?? []).filter { $0.engineStatus == .initialized }
        guard !engines.isEmpty else { return chaos }
        let results = ((try? await client.list(ChaosResult.self)) ?? []).filter(\.isOpen)
        chaos.engines = engines.map { engine in
            (engine, results.filter { $0.metadata.labels[ChaosLabel.engineUID] == engine.uid })
        }
        return chaos
    }

    private static func order(of pod: Pod) -> InjectionOrder? {
        let variables = pod.containers.first?.json["env"].array ?? []
        guard let text = variables.first(where: { $0["name"].string == HelperContract.orderVariable })?["value"].string
        else { return nil }
        return try? JSONDecoder().decode(InjectionOrder.self, from: Data(text.utf8))
    }

    /// One sentence for each other chaos on one of the targets.
    func collisions(with targets: [Target], of engine: ChaosEngine) -> [String] {
        var sentences: [String] = []
        for (pod, order) in helpers where pod.metadata.labels[ChaosLabel.engineUID] != engine.uid {
            let common = Set(order.targets.map(\.podUID)).intersection(targets.map(\.uid))
            for target in order.targets where common.contains(target.podUID) {
                sentences.append(
                    "\(order.fault) of the helper \(pod.namespace)/\(pod.name) is at work on pod "
                        + "\(target.namespace)/\(target.pod)")
            }
        }
        for (other, results) in engines where other.key != engine.key {
            let hit = Set(results.flatMap { result in result.history.targets.map { "\($0.kind)/\($0.name)" } })
            let own = targets.flatMap { target in
                ["pod/\(target.name)"] + (target.parent.map { ["\($0.kind)/\($0.name)"] } ?? [])
            }
            let common = hit.intersection(own).sorted()
            if !common.isEmpty {
                sentences.append(
                    "the ChaosEngine \(other.key) runs "
                        + other.experiments.map(\.name).joined(separator: ", ") + " on "
                        + common.joined(separator: ", "))
            }
        }
        return Array(Set(sentences)).sorted()
    }
}
