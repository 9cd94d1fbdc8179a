import ChaosAPI
import ControllerRuntime
import Injection
import KubernetesAPI
import Logging

/// The helpers that a former life of an experiment's process left at work.
struct StrayHelpers: Sendable {
    let client: any APIClient
    let engine: ChaosEngine
    let experiment: String
    let time: TimeSource
    let logger: Logger

    /// Deletes them, and returns when they are over, or their grace period is. What fails is logged: an experiment must
    /// come to its end anyway, and a helper ends by itself when its time is over.
    func end() async {
        let labels = LabelSelector(matching: HelperContract.labels.merging([ChaosLabel.engineUID: engine.uid]) { $1 })
        do {
            let pods = try await client.list(Pod.self, namespace: engine.namespace, labels: labels).filter {
                $0.name.hasPrefix(HelperPod.prefix(experiment: experiment)) && !$0.isFinished
            }
            guard !pods.isEmpty else { return }
            logger.warning(
                "helpers of a former run are at work", metadata: ["pods": "\(pods.map(\.name).sorted())"])
            let grace = pods.map { $0.spec["terminationGracePeriodSeconds"].int ?? 30 }.max() ?? 30
            let limit = Duration.seconds(grace + 5)
            let removal = HelperRemoval(
                client: client, namespace: engine.namespace, keepsFinished: true, time: time, logger: logger)
            let names = Set(pods.map(\.name))
            try await shielded(within: limit) {
                await removal(names.sorted())
                let wait = PodWait(client: client, time: time, logger: logger)
                let left = try await wait(namespace: engine.namespace, labels: labels, within: limit) { pods in
                    pods.first { names.contains($0.name) && !$0.isFinished }?.name
                }
                if let left { logger.error("helper does not end", metadata: ["pod": "\(left)"]) }
            }
        } catch {
            let why = (error as? Status)?.explained("list", on: "pods") ?? "\(error)"
            logger.error("helpers of a former run may be at work", metadata: ["error": "\(why)"])
        }
    }
}
