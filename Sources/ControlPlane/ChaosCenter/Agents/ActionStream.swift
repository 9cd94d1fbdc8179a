import AgentProtocol
import DocumentStore
import GraphQL

/// `InfraActionResponse`.
struct SentAction: GraphQLOutput {
    let projectID: String
    let action: InfraAction
}

/// What an agent is sent over one connection: made only when the connection has room for it.
///
/// A command is noted as sent before it goes out. For an agent that cannot acknowledge it is done by that: it is sent at
/// most once, whatever happens to the connection.
struct ActionStream: AsyncSequence, Sendable {
    let link: AgentLink
    let outbox: AgentOutbox
    /// Milliseconds.
    let resendInterval: Int64
    let now: @Sendable () -> Int64
    /// Ends with the stream.
    let lease: AgentLease

    func makeAsyncIterator() -> Iterator { Iterator(stream: self, bell: link.bell.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        let stream: ActionStream
        var bell: AsyncStream<Void>.Iterator

        /// - Throws: `CenterError` when a newer connection took the place of this one; `DocumentStoreError`.
        mutating func next() async throws -> SentAction? {
            let link = stream.link
            while !Task.isCancelled {
                switch link.next() {
                case .fail(let error): throw error
                case .send(let action): return SentAction(projectID: link.projectID, action: action)
                case .deliver(let due):
                    guard let action = try await stream.deliver(due) else { continue }
                    return SentAction(projectID: link.projectID, action: action)
                case .load:
                    let now = stream.now()
                    let open = try await stream.outbox.open(for: link.infraID, now: now)
                    link.take(open, resendingSentBy: now - stream.resendInterval)
                case .wait: guard await bell.next() != nil else { return nil }
                }
            }
            return nil
        }
    }

    private func deliver(_ due: AgentLink.Due) async throws -> InfraAction? {
        let time = now()
        let command = try await outbox.markSent(
            due.id, for: link.infraID, at: due.place, attempt: due.attempts + 1, now: time,
            isLast: !link.acknowledges)
        guard let command else { return nil }
        link.noteSent(due, at: time)
        return command.action
    }
}

/// Tells when nobody holds a stream any more: however a connection ends, its stream is let go.
final class AgentLease: Sendable {
    private let onEnd: @Sendable () -> Void

    init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }

    deinit { onEnd() }
}
