import AgentProtocol
import Synchronization

/// What an agent answered to a request.
enum AgentAnswer: Sendable {
    case log(String)
    case objects(KubeObjectList)
    case namespaces([String])
}

/// Those who wait for answers of agents, by the ids of their requests.
final class PendingAnswers: Sendable {
    /// Of one infrastructure.
    static let limit = 100

    typealias Outcome = Result<AgentAnswer, CenterError>

    private struct Waiter {
        let infraID: String
        let action: ActionType
        /// Milliseconds since 1970.
        let deadline: Int64
        let tell: @Sendable (Outcome) -> Void
    }

    private let waiters = Mutex<[String: Waiter]>([:])

    /// - Returns: whether there is room; `tell` is called once at most.
    func add(
        _ requestID: String, _ action: ActionType, of infraID: String, until deadline: Int64,
        tell: @escaping @Sendable (Outcome) -> Void
    ) -> Bool {
        waiters.withLock { waiters in
            guard waiters.values.count(where: { $0.infraID == infraID }) < Self.limit else { return false }
            waiters[requestID] = Waiter(infraID: infraID, action: action, deadline: deadline, tell: tell)
            return true
        }
    }

    /// Passes an answer on, if it is from the infrastructure that was asked, and to what it was asked.
    /// - Returns: whether somebody waited for it.
    func answer(_ requestID: String, _ action: ActionType, from infraID: String, _ outcome: Outcome) -> Bool {
        let waiter = waiters.withLock { waiters -> Waiter? in
            guard let waiter = waiters[requestID], waiter.infraID == infraID, waiter.action == action else {
                return nil
            }
            waiters[requestID] = nil
            return waiter
        }
        waiter?.tell(outcome)
        return waiter != nil
    }

    /// Who waits does not any more.
    func cancel(_ requestID: String) { waiters.withLock { $0[requestID] = nil } }

    /// Fails those whose time is over.
    /// - Parameter now: milliseconds since 1970.
    func expire(at now: Int64, _ error: CenterError) {
        let late = waiters.withLock { waiters in
            let late = waiters.filter { $0.value.deadline <= now }
            for id in late.keys { waiters[id] = nil }
            return late.values
        }
        for waiter in late { waiter.tell(.failure(error)) }
    }

    var count: Int { waiters.withLock(\.count) }
}
