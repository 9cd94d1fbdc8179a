import Testing

@testable import GraphQL

@Suite struct LimitTests {
    private func codes(
        _ query: String, _ limits: Limits, _ variables: GraphQLObject = [:], cost: Bool = false
    ) async throws -> [GraphQLError.Code?] {
        var binding = Shop.binding()
        if cost {
            binding.cost("Query", "products") { arguments, selection in
                1 + (arguments["first"]?.intValue ?? 1) * selection
            }
        }
        let engine = try ExecutableSchema(Schema(sdl: Shop.sdl), binding, limits: limits)
        let request = GraphQLRequest(query: query, variables: variables)
        let response = await engine.execute(request, context: Shop())
        if !response.errors.isEmpty { #expect(response.data == nil) }
        return response.errors.map(\.code)
    }

    @Test func depth() async throws {
        let query = "{ product(id: 1) { owner { ...F } } } fragment F on Person { friends { ... { name } } }"
        #expect(try await codes(query, Limits(depth: 4)) == [])
        #expect(try await codes(query, Limits(depth: 3)) == [.depthLimit])
        #expect(try await codes(GraphQLRequest.introspection.query, Limits(depth: 3)) == [])
    }

    @Test func aliases() async throws {
        let query =
            "{ a: product(id: 1) { ...F } b: product(id: 2) { ...F } } fragment F on Product { n: name m: name }"
        #expect(try await codes(query, Limits(aliases: 6)) == [])
        #expect(try await codes(query, Limits(aliases: 5)) == [.aliasLimit])
    }

    /// Fragments that double at each step have more aliases than can be counted, which is found out at once.
    @Test func fragmentBombs() async throws {
        let bomb =
            "{ product(id: 1) { ...F0 } }"
            + (0..<80).map { " fragment F\($0) on Product { a: id ...F\($0 + 1) ...F\($0 + 1) }" }.joined()
            + " fragment F80 on Product { a: id }"
        #expect(try await codes(bomb, Limits()) == [.aliasLimit])
        #expect(try await codes(bomb, Limits(aliases: .max)) == [.complexityLimit])
    }

    @Test func complexity() async throws {
        let query =
            "query ($n: Int) { products(first: $n) { id name } size @include(if: true) note @skip(if: true) { text } }"
        #expect(try await codes(query, Limits(complexity: 4)) == [])
        #expect(try await codes(query, Limits(complexity: 3)) == [.complexityLimit])
        #expect(try await codes(query, Limits(complexity: 22), ["n": 10], cost: true) == [])
        #expect(try await codes(query, Limits(complexity: 21), ["n": 10], cost: true) == [.complexityLimit])
    }

    @Test func tokensAndNesting() async throws {
        #expect(try await codes("{ size }", Limits(tokens: 3)) == [])
        #expect(try await codes("{ size }", Limits(tokens: 2)) == [.tokenLimit])
        #expect(try await codes("{ note { text } }", Limits(nesting: 1)) == [.nestingLimit])
    }

    @Test func brokenDocumentsHaveCodes() async throws {
        #expect(try await codes("{", Limits()) == [.parseFailed])
        #expect(try await codes("{ nope }", Limits()) == [.validationFailed])
    }
}
