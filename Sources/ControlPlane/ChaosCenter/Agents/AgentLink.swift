import AgentProtocol
import DocumentStore
import Synchronization

/// One connection of an agent: what is to be sent on it, told by many and taken by one, ``ActionStream``.
///
/// Of commands only ids are kept here, so that many connected agents take little memory.
final class AgentLink: Sendable {
    /// Requests that wait to be sent; more are refused.
    static let requestLimit = 100

    /// A command to send.
    struct Due: Sendable {
        let id: String
        let place: AgentOutbox.Place
        /// How often it was sent before.
        let attempts: Int
    }

    /// What is to be done next.
    enum Step: Sendable {
        case fail(CenterError)
        case send(InfraAction)
        case deliver(Due)
        /// Look for commands.
        case load
        case wait
    }

    private struct Sent {
        let place: AgentOutbox.Place
        /// Milliseconds since 1970.
        let time: Int64
    }

    private struct State {
        var failure: CenterError?
        var requests: [InfraAction] = []
        /// The next one last.
        var due: [Due] = []
        var mustLoad = true
        var unacknowledged: [String: Sent] = [:]
    }

    let infraID: String
    let projectID: String
    /// Whether commands are sent until they are acknowledged.
    let acknowledges: Bool
    private let state = Mutex(State())
    /// Yields when there may be something to do.
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init(infraID: String, projectID: String, acknowledges: Bool) {
        self.infraID = infraID
        self.projectID = projectID
        self.acknowledges = acknowledges
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: What others tell

    /// There may be new commands.
    func wake() {
        state.withLock { $0.mustLoad = true }
        ring.yield()
    }

    /// Sends something that is not kept.
    /// - Returns: whether there is room.
    func offer(_ action: InfraAction) -> Bool {
        let hasRoom = state.withLock { state in
            guard state.requests.count < Self.requestLimit, state.failure == nil else { return false }
            state.requests.append(action)
            return true
        }
        if hasRoom { ring.yield() }
        return hasRoom
    }

    /// Ends the stream with an error.
    func end(_ error: CenterError) {
        state.withLock { $0.failure = error }
        ring.yield()
    }

    /// Where a command is that was sent on this connection and not acknowledged.
    func place(of id: String) -> AgentOutbox.Place? { state.withLock { $0.unacknowledged[id]?.place } }

    /// A command has been acknowledged, or has expired.
    func forget(_ id: String) { state.withLock { $0.unacknowledged[id] = nil } }

    /// Has commands sent again that were sent at `time` or before, and not acknowledged.
    func resend(sentBy time: Int64) {
        guard state.withLock({ $0.unacknowledged.contains { $0.value.time <= time } }) else { return }
        wake()
    }

    // MARK: What the stream asks

    func next() -> Step {
        state.withLock { state in
            if let failure = state.failure { return .fail(failure) }
            if !state.requests.isEmpty { return .send(state.requests.removeFirst()) }
            if let due = state.due.popLast() { return .deliver(due) }
            guard state.mustLoad else { return .wait }
            state.mustLoad = false
            return .load
        }
    }

    /// Takes what is open now.
    /// - Parameter time: what was sent after it is not sent again yet.
    func take(_ open: [AgentOutbox.Entry], resendingSentBy time: Int64) {
        state.withLock { state in
            let ids = Set(open.map(\.command.id))
            state.unacknowledged = state.unacknowledged.filter { ids.contains($0.key) }
            state.due = open.reversed().compactMap { entry in
                if let sent = state.unacknowledged[entry.command.id], sent.time > time { return nil }
                return Due(id: entry.command.id, place: entry.place, attempts: entry.command.attempts ?? 0)
            }
        }
    }

    func noteSent(_ due: Due, at time: Int64) {
        guard acknowledges else { return }
        state.withLock { $0.unacknowledged[due.id] = Sent(place: due.place, time: time) }
    }
}
