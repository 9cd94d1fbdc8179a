import ControllerRuntime
import KubernetesAPI
import Logging

/// Waits for pods to come into a state: looks at each change, not at each tick of a clock.
struct PodWait: Sendable {
    let client: any APIClient
    let time: TimeSource
    let logger: Logger

    /// - Parameter condition: nil when it holds, else what is still missing, for people.
    /// - Returns: nil when the condition held in time, else what was missing at last.
    /// - Throws: `CancellationError` when the task is cancelled.
    func callAsFunction(
        namespace: String, labels: LabelSelector = .everything, within limit: Duration,
        until condition: @escaping @Sendable ([Pod]) -> String?
    ) async throws -> String? {
        let informer = Informer<Pod>(client: client, namespace: namespace, labels: labels, time: time, logger: logger)
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

extension Pod {
    /// Running, with every container ready.
    var isHealthy: Bool {
        phase == "Running" && !metadata.isBeingDeleted && !containerStatuses.isEmpty
            && containerStatuses.allSatisfy { $0.isReady && $0.terminated.isNull }
    }

    /// What keeps the pod from being healthy, for people.
    var ailment: String {
        if let waiting = containerStatuses.first(where: { !$0.waiting.isNull }) {
            let message = waiting.waiting["message"].string.map { ": \($0)" } ?? ""
            return
                "pod \(name): container \(waiting.name) is waiting (\(waiting.waiting["reason"].string ?? "")\(message))"
        }
        if let ended = containerStatuses.first(where: { !$0.terminated.isNull }) {
            return "pod \(name): container \(ended.name) is in terminated state"
        }
        if phase == "Running", let container = containerStatuses.first(where: { !$0.isReady }) {
            return "pod \(name): container \(container.name) is not ready"
        }
        return "pod \(name) is in \(phase.isEmpty ? "Pending" : phase) state"
    }
}
