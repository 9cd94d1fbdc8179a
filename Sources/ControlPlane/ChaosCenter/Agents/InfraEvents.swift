import Foundation
import GraphQL
import Synchronization

/// `InfraEventResponse`: the agent of an infrastructure came or went.
struct InfraEvent: GraphQLOutput {
    enum Kind: String, Sendable {
        case live = "Infra Live"
        case offline = "Infra Offline"

        var description: String {
            switch self {
            case .live: "Infra is Live"
            case .offline: "Infra is Offline"
            }
        }
    }

    let id = UUID().uuidString.lowercased()
    let kind: Kind
    let infrastructure: ChaosInfrastructure
}

/// Tells who listens of the infrastructures of a project. A listener that does not keep up loses the oldest.
final class InfraEvents: Sendable {
    private static let buffer = 64

    private struct State {
        var listeners: [String: [Int: AsyncStream<InfraEvent>.Continuation]] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    func publish(_ kind: InfraEvent.Kind, _ infrastructure: ChaosInfrastructure) {
        let listeners = state.withLock { Array($0.listeners[infrastructure.projectID, default: [:]].values) }
        let event = InfraEvent(kind: kind, infrastructure: infrastructure)
        for listener in listeners { listener.yield(event) }
    }

    func events(of projectID: String) -> AsyncStream<InfraEvent> {
        let (stream, continuation) = AsyncStream<InfraEvent>.makeStream(bufferingPolicy: .bufferingNewest(Self.buffer))
        let id = state.withLock { state in
            state.last += 1
            state.listeners[projectID, default: [:]][state.last] = continuation
            return state.last
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id, of: projectID) }
        return stream
    }

    private func remove(_ id: Int, of projectID: String) {
        state.withLock { state in
            state.listeners[projectID]?[id] = nil
            if state.listeners[projectID]?.isEmpty == true { state.listeners[projectID] = nil }
        }
    }

    /// How many listen; for tests.
    var count: Int { state.withLock { $0.listeners.values.reduce(0) { $0 + $1.count } } }
}
