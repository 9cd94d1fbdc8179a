import GraphQL
import WebSocket

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
        let begun = await inTaskOfItsOwn { [endpoint, request, caller] in await endpoint.start(request, caller) }
        switch begun ?? .refused(.stopping) {
        case .refused(let refusal):
            errors = 1
            fail(refusal.error)
        case .outcome(.response(let response)):
            errors = response.errors.count
            outbox.finish(
                ticket, dialect.only(response, ticket.id),
                closing: end(response.errors.isEmpty ? .normal : .internalError))
        case .outcome(.stream(let events)): await forward(events, &errors)
        }
        endpoint.report(request, caller, errors: errors, since: start)
    }

    /// Whether some event left while it was worth waiting.
    private func hasRoom() async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                await outbox.room(for: ticket)
                return !Task.isCancelled
            }
            group.addTask { [patience = endpoint.settings.patience] in
                try? await Task.sleep(for: patience)
                return false
            }
            return await group.next() ?? false
        }
    }

    private func forward(_ events: ResponseStream, _ errors: inout Int) async {
        do {
            for try await response in events {
                errors += response.errors.count
                let event = dialect.next(response, ticket.id)
                var offer = outbox.offer(event, of: ticket)
                while offer == .overflow, await hasRoom() { offer = outbox.offer(event, of: ticket) }
                switch offer {
                case .queued: continue
                case .gone: return
                case .overflow:
                    errors += 1
                    let slow = GraphQLRefusal(
                        "The client takes no events, and no more are kept for it; subscribe again.", code: .slowClient)
                    return fail(slow.error, discardingEvents: true)
                }
            }
            complete()
        } catch let error as GraphQLError {
            errors += 1
            fail(error)
        } catch {
            complete()
        }
    }

    private func complete() {
        outbox.finish(ticket, [SocketDialect.complete(ticket.id)], closing: end(.normal))
    }

    private func fail(_ error: GraphQLError, discardingEvents: Bool = false) {
        outbox.finish(
            ticket, [dialect.failure([error], ticket.id)], discardingEvents: discardingEvents,
            closing: end(WebSocketClosing(code: WebSocketClosing.internalError.code, reason: error.message)))
    }

    /// A client that gives its operation no id has only this one, and may take note of nothing but events: upstream's
    /// agent would wait for ever on a connection that stays open, and connects again when it ends.
    private func end(_ closing: WebSocketClosing) -> WebSocketClosing? { ticket.id.isEmpty ? closing : nil }
}
