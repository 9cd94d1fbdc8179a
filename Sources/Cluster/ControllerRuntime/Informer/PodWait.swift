import KubernetesAPI
import Logging
import Synchronization

/// Waits for pods to come into a state: looks at each state that the server tells, not at each tick of a clock.
public struct PodWait: Sendable {
    /// The pods could not be read even once in time, so nothing is known of them.
    public struct NeverListed: Error, Sendable, CustomStringConvertible {
        public var namespace: String
        public var limit: Duration
        /// What the last attempt failed with; nil when none was answered.
        public var cause: (any Error)?

        public var description: String {
            "the pods of namespace \(namespace) could not be listed within \(limit.components.seconds) s: "
                + (cause.map { "\($0)" } ?? "the API server does not answer")
        }
    }

    private let client: any APIClient
    private let time: TimeSource
    private let logger: Logger

    public init(client: any APIClient, time: TimeSource = .continuous, logger: Logger) {
        self.client = client
        self.time = time
        self.logger = logger
    }

    /// - Parameter condition: nil when it holds, else what is still missing, for people.
    /// - Returns: nil when the condition held in time, else what was missing at last.
    /// - Throws: `CancellationError` when the task is cancelled, the API's `Status` at once where listing pods is
    ///   forbidden, and `NeverListed` when the limit passed without an answer.
    public func callAsFunction(
        namespace: String, labels: LabelSelector = .everything, fields: FieldSelector = .everything,
        within limit: Duration,
        until condition: @escaping @Sendable ([Pod]) -> String?
    ) async throws -> String? {
        let informer = Informer<Pod>(
            client: client, namespace: namespace, labels: labels, fields: fields, time: time, logger: logger)
        let failure = LastFailure()
        let snapshots = informer.snapshots()
        return try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await informer.follow { error in
                    failure.set(error)
                    // More patience does not grant a permission.
                    if (error as? Status)?.isForbidden == true { throw error }
                }
                return .cancelled
            }
            group.addTask {
                for await pods in snapshots where condition(pods) == nil { return .holds }
                return .cancelled
            }
            group.addTask {
                try await time.sleep(limit)
                return .late
            }
            defer { group.cancelAll() }
            switch try await group.next() {
            case .holds: return nil
            case .late where informer.hasSynced: return condition(informer.list())
            case .late: throw NeverListed(namespace: namespace, limit: limit, cause: failure.value)
            case .cancelled, nil: throw CancellationError()
            }
        }
    }

    private enum End: Sendable { case holds, late, cancelled }

    private final class LastFailure: Sendable {
        private let state = Mutex<(any Error)?>(nil)

        var value: (any Error)? { state.withLock { $0 } }

        func set(_ error: any Error) { state.withLock { $0 = error } }
    }
}
