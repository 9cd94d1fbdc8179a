import ChaosAPI
import Injection
import KubernetesAPI
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes a helper's reports on its own pod, where the runner watches for them.
struct PodReporter: Sendable {
    let client: any APIClient
    let namespace: String
    let pod: String
    let logger: Logger

    /// How long a cluster that does not answer is asked again.
    static let patience = Duration.seconds(30)

    /// Returns when the report is written or cannot be; also while the helper is being stopped, as its last word.
    func send(_ report: InjectionReport) async {
        logger.info("report", metadata: ["state": "\(report.state.rawValue)", "effects": "\(report.effects.count)"])
        if let failure = report.failure {
            logger.error("failed", metadata: ["code": "\(failure.code)", "reason": "\(failure.reason)"])
        }
        // In a task of its own, which the helper's cancellation does not reach.
        await Task { await write(report) }.value
    }

    private func write(_ report: InjectionReport) async {
        guard !pod.isEmpty, let data = try? JSONEncoder().encode(report) else { return }
        let text = String(decoding: data, as: UTF8.self)
        let patch: JSON = ["metadata": ["annotations": [HelperContract.reportAnnotation: .string(text)]]]
        let deadline = ContinuousClock.now + Self.patience
        var pause = Duration.milliseconds(50)
        while true {
            do {
                _ = try await client.patch(Pod.self, namespace: namespace, name: pod, .merge(patch))
                return
            } catch let status as Status where status.isNotFound || status.isForbidden {
                let hint = status.isForbidden ? ": add the verb patch on pods to the service account's role" : ""
                logger.error("report not written", metadata: ["error": "\(status)\(hint)"])
                return
            } catch {
                guard ContinuousClock.now + pause < deadline else {
                    logger.error("report not written", metadata: ["error": "\(error)"])
                    return
                }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }
}
