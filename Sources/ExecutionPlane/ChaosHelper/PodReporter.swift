import ChaosAPI
import ControllerRuntime
import Injection
import KubernetesAPI
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes reports on a helper's pod, where the runner watches for them.
///
/// In the background, so that a cluster that does not answer holds up neither the chaos nor its end; a report that is not
/// written when the next one comes is replaced by it. Until then it is tried again, for as long as the helper works and
/// some minutes more: the runner and the operator know nothing but the latest report.
public actor PodReporter {
    private let client: any APIClient
    private let namespace: String
    private let pod: String
    private let time: TimeSource
    private let logger: Logger
    /// What is to be written; nil when all is.
    private var latest: InjectionReport?
    /// In a task of its own, which the helper's cancellation does not reach.
    private var writing: Task<Void, Never>?

    /// When `close` was called.
    private var closedAt: Duration?

    /// How long a cluster that does not answer is asked again after the last report.
    static let patience = Duration.seconds(300)

    /// - Parameter pod: the helper's own; empty writes to the log alone.
    public init(client: any APIClient, namespace: String, pod: String, time: TimeSource, logger: Logger) {
        self.client = client
        self.namespace = namespace
        self.pod = pod
        self.time = time
        self.logger = logger
    }

    /// Returns at once.
    public func send(_ report: InjectionReport) {
        logger.info("report", metadata: ["state": "\(report.state.rawValue)", "effects": "\(report.effects.count)"])
        if let failure = report.failure {
            logger.error("failed", metadata: ["code": "\(failure.code)", "reason": "\(failure.reason)"])
        }
        latest = report
        if writing == nil { writing = Task { await writeAll() } }
    }

    /// Returns when the latest report is written or cannot be, also while the helper is being stopped.
    public func close() async {
        closedAt = time.now()
        await writing?.value
    }

    /// The same, but gives up after `limit`.
    public func close(within limit: Duration) async {
        closedAt = time.now()
        guard let writing else { return }
        let timer = Task {
            try await ContinuousClock().sleep(for: limit)
            writing.cancel()
        }
        await writing.value
        timer.cancel()
    }

    private func writeAll() async {
        while let report = latest {
            let isWritten = await write(report)
            // One that came meanwhile is the next.
            if isWritten, latest == report { latest = nil }
        }
        writing = nil
    }

    /// - Returns: false for a report that another has taken the place of.
    private func write(_ report: InjectionReport) async -> Bool {
        guard !pod.isEmpty, let patch = patch(report) else { return true }
        var backoff = Backoff(base: .milliseconds(50), limit: .seconds(2))
        while latest == report {
            do {
                _ = try await client.patch(Pod.self, namespace: namespace, name: pod, .merge(patch))
                return true
            } catch {
                let pause = backoff.next()
                guard Self.isWorthRepeating(error), isPatient(for: pause),
                    (try? await time.sleep(pause)) != nil
                else {
                    let why = (error as? Status)?.explained("patch", on: "pods") ?? "\(error)"
                    logger.error("report not written", metadata: ["pod": "\(pod)", "error": "\(why)"])
                    return true
                }
            }
        }
        return false
    }

    var isClosed: Bool { closedAt != nil }

    private func isPatient(for pause: Duration) -> Bool {
        closedAt.map { time.now() + pause < $0 + Self.patience } ?? true
    }

    /// Neither a pod that is gone comes back, nor is a permission granted in seconds.
    private static func isWorthRepeating(_ error: any Error) -> Bool {
        guard let status = error as? Status else { return true }
        return !status.isNotFound && !status.isForbidden
    }

    private func patch(_ report: InjectionReport) -> JSON? {
        do {
            let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
            return ["metadata": ["annotations": [HelperContract.reportAnnotation: .string(text)]]]
        } catch {
            logger.error("report not written", metadata: ["error": "it has no JSON form: \(error)"])
            return nil
        }
    }
}
