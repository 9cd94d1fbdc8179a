import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging

/// The helpers of an engine that a former life of its runner, or of a Job's pod, has left at work.
struct FormerHelpers: Sendable {
    let client: any APIClient
    let namespace: String
    /// Empty: an experiment without engine, whose helpers cannot be told from others'.
    let engineUID: String
    var time = TimeSource.continuous
    let logger: Logger

    /// How long undoing may take, and a pod to end.
    static let limit = Duration.seconds(35)

    private var labels: LabelSelector {
        LabelSelector(matching: HelperContract.labels.merging([ChaosLabel.engineUID: engineUID]) { $1 })
    }

    /// One that ended without having said that it undid everything is left to the operator, and waited for.
    private static func isAtWork(_ pod: Pod) -> Bool {
        let state = HelperPodState(pod)
        return state.mayBeInForce || !pod.isFinished && !state.isUndone
    }

    /// Has them undo what they did. Whoever reads a verdict may rely on it that the chaos is over.
    /// - Returns: what is left nevertheless, for people; empty mostly.
    /// - Throws: `CancellationError`.
    func end() async throws -> String {
        guard !engineUID.isEmpty else { return "" }
        do {
            let left = try await client.list(Pod.self, namespace: namespace, labels: labels).filter(Self.isAtWork)
            guard !left.isEmpty else { return "" }
            for pod in left {
                logger.info("ending a helper of a former life", metadata: ["pod": "\(pod.name)"])
                do {
                    try await client.delete(Pod.self, namespace: namespace, name: pod.name)
                } catch let status as Status where status.isNotFound {}
            }
            let wait = PodWait(client: client, time: time, logger: logger)
            let missing = try await wait(namespace: namespace, labels: labels, within: Self.limit) { pods in
                pods.first(where: Self.isAtWork).map { "the helper pod \($0.name) does not end" }
            }
            return missing ?? ""
        } catch let error as CancellationError {
            throw error
        } catch {
            let hint =
                (error as? Status)?.isForbidden == true
                ? ": add the verbs list, watch and delete on pods to the service account's role" : ""
            return "its helpers could not be ended (\(error)\(hint))"
        }
    }
}

extension ExperimentError {
    /// The same, with what is left of the chaos.
    func adding(leftBehind: String) -> ExperimentError {
        guard !leftBehind.isEmpty else { return self }
        var error = self
        error.reason += "; \(leftBehind), so what it injected may last until its time is over"
        return error
    }
}
