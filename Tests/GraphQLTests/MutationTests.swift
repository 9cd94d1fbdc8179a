import FuzzTesting
import Testing

@testable import GraphQL

/// Valid documents and JSON, broken in small ways: they are read or refused, quickly, and what is read is read the same
/// when it is written again.
@Suite(.serialized) struct MutationTests {
    private static let documents = [
        GraphQLRequest.introspection.query,
        """
        query Page($first: Int = 3, $filter: Filter) @skip(if: false) {
          products(first: $first, filter: $filter) { ...Part owner { id name friends { name } } price(currency: USD) }
        }
        fragment Part on Product { id name ... on Named { name } }
        """,
        """
        { anything { __typename ... on Product { id, title: name } ... on Person { id } ... on Note { text likes } } }
        """,
        #"mutation Add { first: add(n: 1) second: add(n: -2) failing }"#,
        #"subscription S($n: Int!) { ticks(count: $n) { number even odd } }"#,
        #"{ echo(value: {a: [1, 2.5e3, "x\n\u00e9\u{1F600}", true, null, ENUM], b: {c: $d}}, when: """block "x" \""" """) }"#,
        "query A { ...X } query B { ...Y } fragment X on Query { size ...Y } fragment Y on Query { wrongSize }",
        Shop.sdl,
    ]

    private static let tokens = [
        "{", "}", "(", ")", "[", "]", ":", "!", "$", "=", "@", "|", "&", "...", "...X ", "...Part ", " on ", "query ",
        "fragment X on Query { ...X }", " { id ", " { owner", " { friends { ", "name ", "a: name ", "null", "true",
        "-1",
        "1e999", "\"", "\"\"\"", "\\", "\\u", "\\u{", "\\uD83D", "#", "\n", "\r\n", "\u{FEFF}", "é", "😀", "\u{301}",
        "\u{0}", "@skip(if: $x) ", "@include(if: true) ", "[[", "{a: {a: ", "__typename ", "$first",
        "input X { x: X! }",
        "extend type Query {", "implements Named & ",
    ]

    private static let json = [
        #"{"query":"{ products { id } }","operationName":null,"variables":{"n":[1,-2.5e-3,true,{"a":"\u00e9\ud83d\ude00\n"}]}}"#,
        #"[[],{},"",0,-0.0,1e308,9223372036854775807,-9223372036854775808,[null,false,"\/\b\f\t\r\"\\"]]"#,
        #"{"id":"1","type":"subscribe","payload":{"query":"subscription { ticks }","extensions":{}}}"#,
    ]

    private static let jsonTokens = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\"a\":", "[[[", "{\"a\":", "1", "-",
        ".",
        "e", "E+", "00", "true", "nul", "NaN", "é", "😀", "\u{301}", "\u{1F1E6}", "\u{0}", " ", "\n", "1e400", "+1",
    ]

    @Test("documents", .timeLimit(.minutes(3)))
    func documents() async throws {
        let schema = try Schema(sdl: Shop.sdl)
        let mutator = Mutator(corpus: Self.documents, tokens: Self.tokens)
        var validated = 0
        let run = FuzzRun.inputs("GraphQL documents") { random in
            let text = mutator.text(&random)
            let limits = Limits()
            guard let document = try? Document(parsing: text, tokens: limits.tokens, nesting: limits.nesting) else {
                _ = try? Schema(sdl: text)
                return
            }
            let printed = document.printed
            #expect((try? Document(parsing: printed))?.printed == printed, "\(random.name)")
            validated += schema.validate(document).isEmpty ? 1 : 0
            _ = try? Schema(sdl: text)
        }
        #expect(run.slowest < FuzzRun.allowedTime, "\(run)")
        #expect(validated > 0, "no input got as far as a valid document")
    }

    /// What is executed is bounded by the limits, whatever the document says.
    @Test("requests", .timeLimit(.minutes(3)))
    func requests() async throws {
        let engine = try Shop.engine()
        let mutator = Mutator(corpus: Self.documents.dropLast() + ["{ products { id } }"], tokens: Self.tokens)
        var run = FuzzRun("GraphQL requests")
        var answered = 0
        while var random = run.next() {
            let variables: GraphQLObject = ["first": .int(random.number(20)), "n": 2, "filter": ["name": "x"]]
            let request = GraphQLRequest(query: mutator.text(&random), variables: variables)
            let start = ContinuousClock.now
            let response = await engine.execute(request, context: Shop())
            let took = ContinuousClock.now - start
            #expect(response.data != nil || !response.errors.isEmpty, "\(random.name)")
            #expect(took < FuzzRun.allowedTime * 10, "\(random.name) took \(took)")
            let text = response.value.jsonString
            #expect((try? GraphQLValue(json: text, depth: 1000)) != nil, "\(random.name): \(text)")
            if response.data != nil { answered += 1 }
        }
        print("fuzz \(run.name): \(run.count) inputs, \(answered) executed")
        #expect(answered > 0, "no input got as far as being executed")
    }

    @Test("JSON", .timeLimit(.minutes(3)))
    func jsonTexts() {
        let mutator = Mutator(corpus: Self.json, tokens: Self.jsonTokens)
        var accepted = 0
        let run = FuzzRun.inputs("GraphQLValue(json:)") { random in
            let bytes = mutator.input(&random)
            guard let value = try? GraphQLValue(json: bytes) else { return }
            accepted += 1
            #expect((try? GraphQLValue(json: value.json)) == value, "\(random.name)")
        }
        #expect(run.slowest < FuzzRun.allowedTime, "\(run)")
        #expect(accepted > 0)
    }

    /// 700,000 marks would be hashed for minutes.
    @Test("runs of combining marks are refused, in JSON and in documents, and strings as people write them are not")
    func combiningMarks() throws {
        let marks = String(repeating: "\u{301}\u{316}", count: 350_000)
        let start = ContinuousClock.now
        for json in ["{\"a\(marks)\":1}", "[\"a\(marks)\"]", #"["a"#] {
            #expect(throws: JSONError.self) { try GraphQLValue(json: json) }
        }
        let escaped = String(repeating: #"\u0301"#, count: 1000)
        for text in ["\"a\(marks)\"", "\"\(escaped)\"", "\"\"\"\(marks)\"\"\""] {
            let error = #expect(throws: GraphQLError.self) { try Document(parsing: "{ a(b: \(text)) }") }
            #expect(error?.message == "Syntax Error: Too many combining marks in a row.")
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        let languages = String(repeating: "e\u{301}\u{323} กี่ नि 한글 🇩🇪👩‍👩‍👧 ", count: 200)
        #expect(try GraphQLValue(json: GraphQLValue.string(languages).json) == .string(languages))
        #expect(throws: Never.self) { try Document(parsing: "{ a(b: \"\(languages)\") }") }
    }
}
