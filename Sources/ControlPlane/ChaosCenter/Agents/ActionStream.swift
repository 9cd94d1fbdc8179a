import AgentProtocol
import DocumentStore
import GraphQL
import Logging

/// `InfraActionResponse`.
struct SentAction: GraphQLOutput {
    let projectID: String
    let action: InfraAction
}

/// Where a stream has its commands from.
protocol CommandSource: Sendable {
    func open(for infraID: String, now: Int64) async throws -> [AgentOutbox.Entry]
    func markSent(
        _ id: String, for infraID: String, at place: AgentOutbox.Place, attempt: Int, now: Int64, isLast: Bool
    ) async throws -> AgentCommand?
}

extension AgentOutbox: CommandSource {}

/// What an agent is sent over one connection: made only when the connection has room for it.
///
/// A command is noted as sent before it goes out. For an agent that cannot acknowledge it is done by that: it is sent at
/// most once, whatever happens to the connection.
struct ActionStream: AsyncSequence, Sendable {
    let link: AgentLink
    let outbox: any CommandSource
    /// Milliseconds.
    let resendInterval: Int64
    let now: @Sendable () -> Int64
    /// How long it waits when the database fails, before it looks again.
    let retryInterval: Duration
    let logger: Logger
    /// Ends with the stream.
    let lease: AgentLease

    func makeAsyncIterator() -> Iterator { Iterator(stream: self, bell: link.bell.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        let stream: ActionStream
        var bell: AsyncStream<Void>.Iterator

        /// - Throws: `CenterError` when a newer connection took the place of this one.
        mutating func next() async throws -> SentAction? {
            let link = stream.link
            while !Task.isCancelled {
                switch link.next() {
                case .fail(let error): throw error
                case .send(let action): return SentAction(projectID: link.projectID, action: action)
                case .deliver(let due):
                    guard let action = await stream.retrying({ try await stream.deliver(due) }) else { continue }
                    return SentAction(projectID: link.projectID, action: action)
                case .load: await stream.retrying { try await stream.load() }
                case .wait: guard await bell.next() != nil else { return nil }
                }
            }
            return nil
        }
    }

    /// A database that fails for a while must not cost the agent its connection: it would take the end of the stream
    /// for silence.
    /// - Returns: nil when it failed. The commands are loaded again then.
    @discardableResult
    private func retrying<Result>(_ step: () async throws -> Result?) async -> Result? {
        do {
            return try await step()
        } catch {
            guard !Task.isCancelled else { return nil }
            logger.error(
                "commands cannot be sent to an agent; it is tried again",
                metadata: ["infrastructure": "\(link.infraID)", "error": "\(error)"])
            try? await Task.sleep(for: retryInterval)
            link.wake()
            return nil
        }
    }

    private func load() async throws {
        let time = now()
        let open = try await outbox.open(for: link.infraID, now: time)
        link.take(open, resendingSentBy: time - resendInterval)
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
