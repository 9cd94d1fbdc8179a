import Testing

@testable import GraphQL

@Suite struct SubscriptionTests {
    private func outcome(_ query: String, _ variables: GraphQLObject = [:]) async throws -> SubscriptionOutcome {
        try await Shop.engine().subscribe(to: GraphQLRequest(query: query, variables: variables), context: Shop())
    }

    private func stream(_ query: String, _ variables: GraphQLObject = [:]) async throws -> ResponseStream {
        guard case .stream(let stream) = try await outcome(query, variables) else {
            throw GraphQLError("no stream")
        }
        return stream
    }

    @Test func everyEventHasAResponse() async throws {
        var responses: [String] = []
        for try await response in try await stream(
            "subscription ($n: Int!) { t: ticks(count: $n) { number even } }", ["n": 3])
        {
            responses.append(response.value.jsonString)
        }
        #expect(
            responses == [
                #"{"data":{"t":{"number":0,"even":true}}}"#, #"{"data":{"t":{"number":1,"even":false}}}"#,
                #"{"data":{"t":{"number":2,"even":true}}}"#,
            ])
    }

    @Test func errorsOfFieldsAreOfTheirEvent() async throws {
        var responses: [GraphQLResponse] = []
        for try await response in try await stream("subscription { ticks(count: 2) { odd } }") {
            responses.append(response)
        }
        #expect(responses.map(\.data) == [.null, ["ticks": ["odd": 1]]])
        #expect(responses[0].errors.map(\.path) == [["ticks", "odd"]])
    }

    @Test func errorsOfTheSourceEndTheStream() async throws {
        var data: [GraphQLValue?] = []
        let stream = try await stream("subscription { broken }")
        let error = await #expect(throws: GraphQLError.self) {
            for try await response in stream { data.append(response.data) }
        }
        #expect(data == [["broken": 1]])
        #expect(error?.message == "broken")
        #expect(error?.path == ["broken"])
    }

    @Test func refusalsAreResponses() async throws {
        for (query, variables) in [
            ("subscription { refused }", [:]), ("subscription { nope }", [:]),
            ("subscription ($n: Int!) { ticks(count: $n) { number } }", [:]),
        ] as [(String, GraphQLObject)] {
            guard case .response(let response) = try await outcome(query, variables) else {
                Issue.record("\(query) has a stream")
                continue
            }
            #expect(response.data == nil)
            #expect(response.errors.count == 1)
        }
    }

    @Test func queriesHaveOneResponse() async throws {
        guard case .response(let response) = try await outcome("{ size }") else {
            Issue.record("a query has a stream")
            return
        }
        #expect(response.data == ["size": "BIG"])
    }

    @Test func eventsAreMadeOnDemandAndLoadersWork() async throws {
        var iterator = try await stream("subscription { loaded { name friends { id } } }").makeAsyncIterator()
        let response = try await iterator.next()
        #expect(response?.data == ["loaded": [["name": "P1", "friends": [["id": "11"], ["id": "21"]]]]])
    }

    @Test func cancellationEndsTheSource() async throws {
        let ended = AsyncStream<Void>.makeStream()
        var binding = SchemaBinding<Void>()
        binding.field("Query", "a") { _ in 1 }
        binding.subscription("s") { _ in
            AsyncStream<Int> { continuation in
                continuation.yield(1)
                continuation.onTermination = { _ in ended.continuation.finish() }
            }
        }
        let schema = try Schema(sdl: "type Query { a: Int } type Subscription { s: Int }")
        let engine = try ExecutableSchema(schema, binding)
        let outcome = await engine.subscribe(to: GraphQLRequest(query: "subscription { s }"), context: ())
        let first = AsyncStream<Void>.makeStream()
        let task = Task {
            guard case .stream(let stream) = outcome else { return }
            for try await _ in stream { first.continuation.finish() }
        }
        for await _ in first.stream {}
        task.cancel()
        for await _ in ended.stream {}
        _ = await task.result
    }
}
