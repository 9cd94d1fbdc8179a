/// The events of one subscription field: the source stream of section 6.2.3.1 of the specification.
struct SourceStream: Sendable {
    struct Iterator {
        let next: () async throws -> ResolvedValue?
    }

    let makeIterator: @Sendable () -> Iterator

    init<Events: AsyncSequence & Sendable>(_ events: Events) where Events.Element: GraphQLOutput {
        makeIterator = {
            var iterator = events.makeAsyncIterator()
            return Iterator { try await iterator.next()?.resolved }
        }
    }
}

/// What came of a request that may be a subscription.
public enum SubscriptionOutcome: Sendable {
    /// The one response of a query, a mutation or a request that failed.
    case response(GraphQLResponse)
    /// A response for each event.
    case stream(ResponseStream)
}

/// The responses of a subscription, one for each event, made when the consumer asks for it.
///
/// An error of a field is part of its response. When the source fails, the stream throws a ``GraphQLError`` that is
/// located at the field; when it ends, so does the stream. Cancelling the consumer's task cancels the source.
public struct ResponseStream: AsyncSequence, Sendable {
    public typealias Element = GraphQLResponse
    public typealias Failure = any Error

    let source: SourceStream
    let respond: @Sendable (ResolvedValue) async -> GraphQLResponse
    let present: @Sendable (any Error) -> GraphQLError

    /// Steps through the responses.
    public struct Iterator: AsyncIteratorProtocol {
        let source: SourceStream.Iterator
        let respond: @Sendable (ResolvedValue) async -> GraphQLResponse
        let present: @Sendable (any Error) -> GraphQLError
        var isDone = false

        /// The next response; nil at the end.
        public mutating func next() async throws -> GraphQLResponse? {
            guard !isDone else { return nil }
            let event: ResolvedValue?
            do {
                event = try await source.next()
            } catch let error as CancellationError {
                isDone = true
                throw error
            } catch {
                isDone = true
                throw present(error)
            }
            guard let event else {
                isDone = true
                return nil
            }
            return await respond(event)
        }
    }

    /// Begins with the first event.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source.makeIterator(), respond: respond, present: present)
    }
}

extension ExecutableSchema {
    /// Executes any request: of a subscription the responses come as a stream. Section 6.2.3 of the specification.
    public func subscribe(to request: GraphQLRequest, context: Context) async -> SubscriptionOutcome {
        do throws(RequestError) {
            let execution = try start(request, context)
            guard execution.operation.kind == .subscription else { return .response(await execution.run()) }
            return await execution.subscribe()
        } catch {
            return .response(GraphQLResponse(data: nil, errors: error.errors))
        }
    }
}

extension Execution {
    func subscribe() async -> SubscriptionOutcome {
        guard let root = schema.root(.subscription) else { return .response(noRoot()) }
        let field: PlannedField<Context>
        do throws(GraphQLError) {
            guard let first = try rootPlan(root).fields.first else {
                return .response(GraphQLResponse(data: .object([:])))
            }
            field = first
        } catch {
            return .response(GraphQLResponse(data: nil, errors: [error]))
        }
        let path = ResponsePath(nil, .key(field.key))
        do {
            guard let resolve = engine.source(of: field.field.name) else {
                throw GraphQLError("The subscription \(field.field.name) has no source of events.")
            }
            let source = try await resolve(call(field, path))
            return .stream(
                ResponseStream(source: source) { event in
                    await self.respond(to: event, field, path)
                } present: { error in
                    self.located(error, field, path)
                })
        } catch {
            return .response(GraphQLResponse(data: nil, errors: [located(error, field, path)]))
        }
    }

    private func respond(
        to event: ResolvedValue, _ field: PlannedField<Context>, _ path: ResponsePath
    ) async -> GraphQLResponse {
        var completion = await BatchScope.$current.withValue(BatchScope()) {
            await complete(event, field.field.type, field, path)
        }
        completion.value = .object(GraphQLObject(uniqueKeysWithValues: [(field.key, completion.value)]))
        return response(completion)
    }
}
