import Testing

@testable import GraphQL

@Suite struct ExecutionTests {
    private func run(
        _ query: String, _ variables: GraphQLObject = [:], operation: String? = nil, shop: Shop = Shop()
    ) async throws -> GraphQLResponse {
        let request = GraphQLRequest(query: query, operationName: operation, variables: variables)
        return try await Shop.engine().execute(request, context: shop)
    }

    @Test func typedResolversGiveTheirFieldsInTheOrderOfTheSelection() async throws {
        let response = try await run("{ product(id: 4) { price name id usd: price(currency: USD) __typename } }")
        #expect(
            response.value.jsonString
                == #"{"data":{"product":{"price":"4 EUR","name":"Product 4","id":"4","usd":"4 USD","__typename":"Product"}}}"#
        )
    }

    @Test func fragmentsMergeAndConditionsApply() async throws {
        let response = try await run(
            """
            query ($yes: Boolean!, $no: Boolean!) {
              product(id: 1) { ...F name @skip(if: $yes) ... @include(if: $no) { price } }
              product(id: 1) { id @include(if: $yes) }
            }
            fragment F on Named { n: name ... on Person { friends { id } } }
            """, ["yes": true, "no": false])
        #expect(response.value.jsonString == #"{"data":{"product":{"n":"Product 1","id":"1"}}}"#)
    }

    @Test func abstractTypesAreToldApart() async throws {
        let response = try await run(
            "{ anything { __typename ... on Named { name } ... on Note { text likes } } named { name } }")
        #expect(
            response.data?.jsonString
                == #"{"anything":[{"__typename":"Product","name":"Product 1"},{"__typename":"Person","name":"P2"},{"__typename":"Note","text":"hello","likes":null},null,null,null],"named":[{"name":"A"},{"name":"B"}]}"#
        )
        #expect(response.errors.map(\.path) == [["anything", 3], ["anything", 4]])
        #expect(response.errors.allSatisfy { $0.locations == [Place(line: 1, column: 3)] })
    }

    @Test func encodableResultsAreData() async throws {
        let response = try await run("{ note { text likes } notes { likes text } }")
        #expect(
            response.value.jsonString
                == #"{"data":{"note":{"text":"plain","likes":3},"notes":[{"likes":null,"text":"one"},{"likes":1,"text":"two"}]}}"#
        )
    }

    @Test func errorsOfFieldsLeaveTheRest() async throws {
        let response = try await run("{\n  a: fails\n  size\n  wrongSize\n}")
        #expect(response.data == ["a": nil, "size": "BIG", "wrongSize": nil])
        #expect(response.errors.map(\.path) == [["a"], ["wrongSize"]])
        #expect(response.errors.first?.message == "broken")
        #expect(response.errors.first?.locations == [Place(line: 2, column: 3)])
    }

    @Test func errorsOfFieldsThatMustNotFailReachTheRoot() async throws {
        let response = try await run("{ size fails mustNotFail }")
        #expect(response.data == .null)
        #expect(response.errors.map(\.message) == ["broken", "not today"])
        #expect(response.errors.last?.extensions == ["code": "LATER"])
        #expect(
            response.errors.last?.value.jsonString
                == #"{"message":"not today","locations":[{"line":1,"column":14}],"path":["mustNotFail"],"extensions":{"code":"LATER"}}"#
        )
    }

    @Test func suspendingFieldsRunTogetherAndAnswerInOrder() async throws {
        let response = try await run(#"{ a: slow(name: "a") b: slow(name: "bad") size c: slow(name: "c") }"#)
        #expect(response.data?.jsonString == #"{"a":"a","b":null,"size":"BIG","c":"c"}"#)
        #expect(response.errors.map(\.path) == [["b"]])
    }

    @Test func mutationsRunOneAfterTheOther() async throws {
        let shop = Shop()
        let response = try await run("mutation { a: add(n: 1) b: add(n: 10) f: failing c: add(n: 100) }", shop: shop)
        #expect(response.data == ["a": 1, "b": 11, "f": nil, "c": 111])
        #expect(shop.log.all == ["add 1", "add 10", "add 100"])
    }

    @Test func operationNameChooses() async throws {
        let query = "query A { size } query B { b: size }"
        #expect(try await run(query, operation: "B").data == ["b": "BIG"])
        for (name, message) in [(nil, "operationName"), ("C", "\"C\"")] as [(String?, String)] {
            let response = try await run(query, operation: name)
            #expect(response.data == nil)
            #expect(response.errors.first?.code == .operationResolution)
            #expect(response.errors.first?.message.contains(message) == true)
        }
        #expect(try await run("{ size }", operation: "A").errors.count == 1)
        #expect(try await run("subscription { broken }").errors.first?.code == .operationResolution)
    }

    @Test func variablesAreCoerced() async throws {
        let query = "query ($v: Any, $f: Filter) { echo(value: $v) products(first: 1, filter: $f) { id } }"
        #expect(try await run(query, ["v": ["a": [1, nil]]]).data?["echo"] == ["a": [1, nil]])
        #expect(try await run(query).data?["echo"] == "nothing")
        #expect(try await run(query, ["v": nil]).data?["echo"] == .null)
        #expect(try await run("{ echo(value: {a: [1, E, $v]}) }").errors.first?.rule == .noUndefinedVariables)
        #expect(try await run("{ echo(value: {a: [1.5, E, \"s\"]}) }").data?["echo"] == ["a": [1.5, "E", "s"]])
    }

    @Test(
        arguments: [
            ("$n: Int!", [:], "required"), ("$n: Int!", ["n": nil], "must not be null"),
            ("$n: Int!", ["n": "1"], "Int cannot represent"), ("$n: Int! = 1", ["n": 1.5], "Int cannot represent"),
            ("$n: Int!", ["n": 3_000_000_000], "32-bit"),
        ] as [(String, GraphQLObject, String)])
    func wrongVariablesAreRefused(definition: String, variables: GraphQLObject, message: String) async throws {
        let response = try await run("query (\(definition)) { product(id: $n) { id } }", variables)
        #expect(response.data == nil)
        #expect(response.errors.map(\.code) == [.badUserInput])
        #expect(response.errors.first?.message.contains(message) == true)
        #expect(response.errors.first?.locations == [Place(line: 1, column: 8)])
    }

    @Test func everyWrongPartOfAVariableIsNamed() async throws {
        let response = try await run(
            "query ($f: Filter) { products(filter: $f) { id } }",
            ["f": ["nme": "x", "ids": ["a", true], "nested": ["name": 1, "ids": nil]]])
        #expect(response.errors.count == 3)
        let messages = response.errors.map(\.message).joined(separator: "\n")
        for part in ["\"nme\"", "f.ids[1]", "f.nested.name"] { #expect(messages.contains(part)) }
    }

    @Test func preparedDocumentsAreKept() async throws {
        let engine = try Shop.engine()
        let first = try engine.prepare("{ size }")
        #expect(try engine.prepare("{ size }") === first)
        for number in 0..<600 { _ = try engine.prepare("{ size a\(number): size }") }
        #expect(try engine.prepare("{ size }") !== first)
    }

    @Test func selectedFieldsAreKnownToResolvers() async throws {
        var binding = SchemaBinding<Void>()
        binding.field("Query", "a") { call in
            .value(["b": .string(call.selectedFields.sorted().joined(separator: ","))]) as ResolvedValue
        }
        binding.data("A")
        let schema = try Schema(sdl: "type Query { a: A } type A { b: String c: Int d: Int }")
        let engine = try ExecutableSchema(schema, binding)
        let request = GraphQLRequest(query: "{ a { b ...F } } fragment F on A { d ... { c } }")
        #expect(await engine.execute(request, context: ()).data?["a"]?["b"] == "b,c,d")
    }
}
