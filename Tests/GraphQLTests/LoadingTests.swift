import Testing

@testable import GraphQL

@Suite struct LoadingTests {
    private func run(_ query: String, _ shop: Shop) async throws -> GraphQLResponse {
        try await Shop.engine().execute(GraphQLRequest(query: query), context: shop)
    }

    /// The loader waits a minute unless the engine knows that nothing can go on, so a full batch proves that it knows.
    @Test func oneBatchALevel() async throws {
        let shop = Shop()
        let response = try await run(
            "{ products(first: 50) { owner { id friends { name } } } product(id: 5) { owner { name } } }", shop)
        #expect(response.errors == [])
        #expect(
            response.data?["products"]?[4] == ["owner": ["id": "1", "friends": [["name": "P11"], ["name": "P21"]]]])
        #expect(shop.log.all == ["people [0, 1, 2]", "people [10, 11, 12, 20, 21, 22]"])
    }

    @Test func valuesAreKeptForTheRequest() async throws {
        let shop = Shop()
        shop.people.prime(1, Shop.Person(id: 1, name: "primed"))
        let response = try await run(
            "{ a: product(id: 1) { owner { name } } b: product(id: 2) { owner { name } } }", shop)
        #expect(response.data == ["a": ["owner": ["name": "primed"]], "b": ["owner": ["name": "P2"]]])
        #expect(shop.log.all == ["people [2]"])
        #expect(try await run("{ product(id: 5) { owner { name } } }", shop).errors == [])
        #expect(shop.log.all == ["people [2]"])
        shop.people.clear(2)
        _ = try await run("{ product(id: 5) { owner { name } } }", shop)
        #expect(shop.log.all == ["people [2]", "people [2]"])
    }

    @Test func slowFieldsDoNotHoldABatchUpForEver() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let loader = BatchLoader<Int, Int>(maximumDelay: .milliseconds(1)) { keys in
            gate.continuation.finish()
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, $0 * 2) })
        }
        var binding = SchemaBinding<Void>()
        binding.field("Query", "loaded") { _ async throws in try await loader.load(21) }
        // Ends only when the batch has been sent.
        binding.field("Query", "slow") { _ async throws -> Int in
            for await _ in gate.stream {}
            return 1
        }
        let engine = try ExecutableSchema(Schema(sdl: "type Query { loaded: Int  slow: Int }"), binding)
        let response = await engine.execute(GraphQLRequest(query: "{ slow loaded }"), context: ())
        #expect(response.data == ["slow": 1, "loaded": 42])
    }

    @Test func failuresReachEveryWaiter() async throws {
        let loader = BatchLoader<Int, Int> { _ in throw Shop.Broken() }
        await #expect(throws: Shop.Broken.self) { try await loader.load(1) }
        await #expect(throws: Shop.Broken.self) { try await loader.load([1, 2]) }
    }

    @Test func batchesAreCutAndMissingKeysAreNil() async throws {
        let log = Shop.Log()
        let loader = BatchLoader<Int, Int>(maximumBatch: 3) { keys in
            log.add("\(keys.count)")
            return Dictionary(uniqueKeysWithValues: keys.filter { $0 != 5 }.map { ($0, $0) })
        }
        #expect(try await loader.load(Array(0..<7)) == [0, 1, 2, 3, 4, nil, 6])
        #expect(log.all.compactMap(Int.init).reduce(0, +) == 7)
        #expect(log.all.allSatisfy { (Int($0) ?? 9) <= 3 })
    }
}
