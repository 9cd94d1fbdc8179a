import Testing

@testable import GraphQL

@Suite struct BindingTests {
    @Test func startFailsForEveryFieldWithoutResolver() throws {
        let schema = try Schema(
            sdl: """
                type Query { a: A  b: Int  c: Int }
                type A { x: Int  y: Int }
                type Subscription { s: Int }
                """)
        var binding = SchemaBinding<Void>()
        binding.field("Query", "a") { _ in GraphQLValue.null }
        binding.field("Query", "nope") { _ in 1 }
        binding.field("Nope", "x") { _ in 1 }
        binding.data("A", keys: ["x"])
        binding.data("B")
        binding.resolveType("A") { _ in nil }
        binding.subscription("t") { _ in AsyncStream<Int> { $0.finish() } }
        let error = #expect(throws: BindingError.self) { try ExecutableSchema(schema, binding) }
        #expect(
            error?.problems == [
                "A has a type resolver, but is no interface or union of the schema.", "A.y has no resolver.",
                "B is bound, but no object type of the schema.", "Nope.x is bound, but not in the schema.",
                "Query.b has no resolver.", "Query.c has no resolver.", "Query.nope is bound, but not in the schema.",
                "Subscription.s has no resolver.", "The subscription t is bound, but not in the schema.",
            ])
    }

    @Test func customScalarsAndTypeResolvers() async throws {
        let even = ScalarCoding(
            serialize: { (value) throws(ScalarError) in
                guard let number = value.intValue else { throw ScalarError("no number") }
                return .string("#\(number)")
            },
            parseValue: { (value) throws(ScalarError) in
                guard let number = value.intValue, number % 2 == 0 else { throw ScalarError("not even") }
                return value
            })
        let schema = try Schema(
            sdl: """
                scalar Even
                type Query { a(n: Even = 4): Even  i: I }
                interface I { x: Int }
                type A implements I { x: Int }
                """, scalars: ["Even": even])
        var binding = SchemaBinding<Void>()
        binding.field("Query", "a") { call in call.arguments["n"] ?? nil }
        binding.field("Query", "i") { _ in GraphQLValue.object(["x": 1]) }
        binding.data("A")
        binding.resolveType("I") { _ in "A" }
        let engine = try ExecutableSchema(schema, binding)
        let query = "query ($n: Even) { a b: a(n: 2) c: a(n: $n) i { x __typename } }"
        let response = await engine.execute(GraphQLRequest(query: query, variables: ["n": 6]), context: ())
        #expect(
            response.value.jsonString
                == ##"{"data":{"a":"#4","b":"#2","c":"#6","i":{"x":1,"__typename":"A"}}}"##)
        #expect(schema.validate(try Document(parsing: "{ a(n: 3) }")).map(\.message) == ["not even"])
        let odd = await engine.execute(GraphQLRequest(query: query, variables: ["n": 5]), context: ())
        #expect(odd.errors.map(\.code) == [.badUserInput])
    }

    @Test func errorsArePresentedAsTheServerSays() async throws {
        struct Secret: Error {}
        var binding = SchemaBinding<Void>()
        binding.field("Query", "a") { (_: FieldCall<Void>) throws -> Int in throw Secret() }
        let engine = try ExecutableSchema(Schema(sdl: "type Query { a: Int }"), binding) { _ in
            GraphQLError("internal error", extensions: ["code": "INTERNAL"])
        }
        let response = await engine.execute(GraphQLRequest(query: "{ a }"), context: ())
        #expect(
            response.value.jsonString
                == #"{"errors":[{"message":"internal error","locations":[{"line":1,"column":3}],"path":["a"],"extensions":{"code":"INTERNAL"}}],"data":{"a":null}}"#
        )
    }
}
