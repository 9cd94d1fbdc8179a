import GraphQL
import HTTPTypes
import Hummingbird
import ServiceLifecycle

extension HTTPExchange {
    /// The first event of a subscription, which is its answer over HTTP: clients without WebSocket use it as a long
    /// poll. The source is cancelled when the event is there, when the client goes, when the server stops, and after
    /// ``GraphQLTransportSettings/firstEvent``.
    func first(of events: ResponseStream, _ request: Request) async throws(GraphQLRefusal) -> GraphQLResponse {
        let limit = endpoint.settings.firstEvent
        let outcome: Result<GraphQLResponse, GraphQLRefusal>
        do {
            outcome = try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await cancelWhenGracefulShutdown { try await Self.first(of: events, within: limit) }
            }
        } catch {
            throw .stopping
        }
        return try outcome.get()
    }

    private static func first(
        of events: ResponseStream, within limit: Duration
    ) async throws -> Result<GraphQLResponse, GraphQLRefusal> {
        try await withThrowingTaskGroup(of: Result<GraphQLResponse, GraphQLRefusal>.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                do {
                    for try await response in events { return .success(response) }
                } catch let error as GraphQLError {
                    return .success(GraphQLResponse(data: .null, errors: [error]))
                }
                try Task.checkCancellation()
                return .failure(
                    GraphQLRefusal(
                        "The subscription ended without an event.", code: .noEvent, status: .serviceUnavailable))
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return .failure(
                    GraphQLRefusal("No event came within \(limit).", code: .noEvent, status: .gatewayTimeout))
            }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}
