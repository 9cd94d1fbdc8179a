import KubernetesAPI
import Logging

/// Waits for pods to come into a state: looks at each change, not at each tick of a clock.
public struct PodWait: Sendable {
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
    /// - Throws: `CancellationError` when the task is cancelled.
    public func callAsFunction(
        namespace: String, labels: LabelSelector = .everything, fields: FieldSelector = .everything,
        within limit: Duration,
        until condition: @escaping @Sendable ([Pod]) -> String?
    ) async throws -> String? {
        let informer = Informer<Pod>(
            client: client, namespace: namespace, labels: labels, fields: fields, time: time, logger: logger)
        let missing = try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                await informer.run()
                return .cancelled
            }
            group.addTask {
                let changes = informer.events()
                try await informer.waitForSync()
                if condition(informer.list()) == nil { return .holds }
                for await _ in changes {
                    if condition(informer.list()) == nil { return .holds }
                }
                return .cancelled
            }
            group.addTask {
                try await time.sleep(limit)
                return .late
            }
            defer { group.cancelAll() }
            switch try await group.next() {
            case .holds: return String?.none
            case .late: return condition(informer.list()) ?? nil
            case .cancelled, nil: throw CancellationError()
            }
        }
        return missing
    }

    private enum End: Sendable { case holds, late, cancelled }
}
