import ChaosAPI
import ControllerRuntime
import Faults
import KubernetesAPI
import Logging

/// Runs an experiment in a Job of its own and follows it to its end.
struct JobExecution: Sendable {
    let client: any APIClient
    let namespace: String
    let timeout: Duration
    let time: TimeSource
    let logger: Logger

    enum End: Sendable, Hashable {
        case finished(pod: String)
        case failed(pod: String, String)
        /// It never began, and why.
        case neverStarted(String)
    }

    /// - Parameter isRunning: told once, when the pod runs.
    func follow(_ job: String, isRunning: @escaping @Sendable (_ pod: String) async -> Void) async throws -> End {
        let labels = LabelSelector(matching: ["job-name": job])
        let wait = PodWait(client: client, time: time, logger: logger)
        let begins = try await wait(namespace: namespace, labels: labels, within: timeout) { pods in
            if case .pending(let why) = JobProgress(pods: pods, job: job) { why } else { nil }
        }
        if let begins {
            return .neverStarted("chaos pod is in Pending state after \(timeout.components.seconds) s: \(begins)")
        }
        let last = LastProgress()
        let pods = try await client.list(Pod.self, namespace: namespace, labels: labels)
        if case .running(let pod) = JobProgress(pods: pods, job: job) { await isRunning(pod) }
        // An experiment may take as long as it likes; its own duration bounds it.
        _ = try await wait(namespace: namespace, labels: labels, within: .seconds(30 * 86400)) { pods in
            let progress = JobProgress(pods: pods, job: job)
            // A pod that was there and is gone was deleted by somebody.
            let isGone = pods.isEmpty
            last.set(isGone ? .failed(pod: "", "the pod of the job \(job) was deleted") : progress)
            return isGone || progress.isOver ? nil : "running"
        }
        switch last.value {
        case .finished(let pod): return .finished(pod: pod)
        case .failed(let pod, let why): return .failed(pod: pod, why)
        case .pending(let why): return .neverStarted(why)
        case .running(let pod): return .failed(pod: pod, "the job \(job) did not end in 30 days")
        }
    }
}
