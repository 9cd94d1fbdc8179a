import Testing

@testable import GraphQL

/// Hostile input for a bounded time: no crash, no hang. What is refused is refused with an error.
@Suite struct FuzzTests {
    private static let duration = Duration.seconds(3)
    private static let scraps = [
        "{", "}", "(", ")", "[", "]", "...", "on ", "query ", "\"", "\"\"\"", "\\", "\\u", "\\u{", "$", "@", "#", "\n",
        "\r", "\u{FEFF}", "fragment A on Query {...A}", "é", "😀", "\u{0}", "-", "1", ".", "e", ":", "=", "|", "&", "!",
        "type Query {", "a", "name", "size ", "product(id:1)",
    ]

    private func rounds(seed: UInt64, _ body: (inout SeededGenerator) -> Void) {
        var random = SeededGenerator(seed: seed)
        let clock = ContinuousClock()
        let end = clock.now + Self.duration
        while clock.now < end { body(&random) }
    }

    private func text(_ random: inout SeededGenerator) -> String {
        (0..<random.number(60)).map { _ in random.pick(Self.scraps) }.joined()
    }

    @Test func parserAndValidator() throws {
        let schema = try Schema(sdl: Shop.sdl)
        rounds(seed: 1) { random in
            let source = text(&random)
            guard let document = try? Document(parsing: source) else { return }
            _ = schema.validate(document)
            #expect((try? Document(parsing: document.printed))?.printed == document.printed)
        }
    }

    @Test func bytes() {
        rounds(seed: 2) { random in
            let bytes = (0..<random.number(200)).map { _ in UInt8(random.number(256)) }
            _ = try? Document(parsing: String(decoding: bytes, as: UTF8.self))
            if let value = try? GraphQLValue(json: bytes) { #expect((try? GraphQLValue(json: value.json)) == value) }
            let json = (0..<random.number(40)).map { _ in
                random.pick(["{", "}", "[", "]", ",", ":", "\"a\"", "1", "-", ".5", "e9", "true", "\"\\u", "\\", "\""])
            }.joined()
            if let value = try? GraphQLValue(json: json) { #expect((try? GraphQLValue(json: value.json)) == value) }
        }
    }

    @Test func definitions() {
        rounds(seed: 3) { random in
            var generator = SchemaGenerator(seed: UInt64(random.number(1000)))
            var breaker = TextBreaker(seed: random.next())
            var sdl = generator.schema()
            for _ in 0..<random.number(6) { sdl = breaker.broken(sdl) }
            if let schema = try? Schema(sdl: sdl) { _ = schema.printed }
        }
    }

    /// The deepest documents that the limits let through do not exhaust the stack of a task.
    @Test func deepestDocuments() async throws {
        let levels = Limits.defaultNesting - 4
        let selection = String(repeating: "friends { ", count: levels) + "id" + String(repeating: " }", count: levels)
        let value = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        let object = String(repeating: "{nested: ", count: levels) + "null" + String(repeating: "}", count: levels)
        let engine = try Shop.engine(limits: .unlimited)
        for query in [
            "{ product(id: 1) { owner { \(selection) } } }", "{ echo(value: \(value)) }",
            "{ products(filter: \(object)) { id } a: products(filter: \(object)) { id } }",
            "{ product(id: 1) { owner { \(selection) } } product(id: 1) { owner { \(selection) } } }",
        ] {
            let prepared = try engine.prepare(query)
            #expect(prepared.document.printed.count > levels)
        }
        let response = await engine.execute(GraphQLRequest(query: "{ echo(value: \(value)) }"), context: Shop())
        #expect(response.errors == [])
    }
}
