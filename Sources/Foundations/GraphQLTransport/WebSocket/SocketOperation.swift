import GraphQL

/// One operation of a connection: executes it and queues what comes of it.
struct SocketOperation<Context: Sendable>: Sendable {
    let endpoint: GraphQLEndpoint<Context>
    let caller: GraphQLCaller
    let dialect: SocketDialect
    let outbox: SocketOutbox
    let ticket: SocketOutbox.Ticket
    let request: GraphQLRequest

    /// Returns when the operation has ended, by itself, by the client or because the client is too slow.
    func run() async {
        let start = ContinuousClock.now
        var errors = 0
        switch await endpoint.start(request, caller) {
        case .refused(let refusal):
            errors = 1
            outbox.finish(ticket, [dialect.failure([refusal.error], ticket.id)])
        case .outcome(.response(let response)):
            errors = response.errors.count
            outbox.finish(ticket, dialect.only(response, ticket.id))
        case .outcome(.stream(let events)): await forward(events, &errors)
        }
        endpoint.report(request, caller, errors: errors, since: start)
    }

    private func forward(_ events: ResponseStream, _ errors: inout Int) async {
        do {
            for try await response in events {
                errors += response.errors.count
                switch outbox.offer(dialect.next(response, ticket.id), of: ticket) {
                case .queued: continue
                case .gone: return
                case .overflow:
                    errors += 1
                    let slow = GraphQLRefusal(
                        "More events are waiting than are kept for a client; subscribe again.", code: .slowClient)
                    return outbox.finish(
                        ticket, [dialect.failure([slow.error], ticket.id)], discardingEvents: true)
                }
            }
            outbox.finish(ticket, [SocketDialect.complete(ticket.id)])
        } catch let error as GraphQLError {
            errors += 1
            outbox.finish(ticket, [dialect.failure([error], ticket.id)])
        } catch {
            outbox.finish(ticket, [SocketDialect.complete(ticket.id)])
        }
    }
}
