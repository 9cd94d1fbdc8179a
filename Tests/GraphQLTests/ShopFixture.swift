import GraphQL
import Synchronization

/// A small shop: typed objects, plain data, an interface, a union, a loader, a mutation that counts.
struct Shop: Sendable {
    struct Product: GraphQLOutput {
        var id: Int
        var name: String
        var ownerID: Int
    }

    struct Person: GraphQLOutput {
        var id: Int
        var name: String
    }

    struct Note: Encodable, Sendable {
        enum CodingKeys: String, CodingKey, CaseIterable {
            case text, likes
        }
        var text: String
        var likes: Int?
    }

    struct Broken: Error, CustomStringConvertible {
        var description: String { "broken" }
    }

    static let sdl = """
        type Query {
          product(id: Int!): Product
          products(first: Int = 2, filter: Filter): [Product!]!
          anything: [Thing]
          named: [Named!]
          note: Note
          notes: [Note!]
          fails: Int
          mustNotFail: Int!
          echo(value: Any, when: Date): Any
          size: Size
          wrongSize: Size
          slow(name: String!): String
        }
        type Mutation { add(n: Int!): Int!  failing: Int }
        type Subscription { ticks(count: Int!): Tick!  broken: Int  refused: Int  loaded: [Person] }
        type Tick { number: Int!  even: Boolean  odd: Int! }
        interface Named { name: String! }
        type Product implements Named { id: ID!  name: String!  owner: Person  price(currency: Currency = EUR): String! }
        type Person implements Named { id: ID!  name: String!  friends: [Person!] }
        type Note { text: String!  likes: Int }
        union Thing = Product | Person | Note
        enum Currency { EUR USD }
        enum Size { BIG SMALL }
        input Filter { name: String  ids: [ID!] = ["1"]  nested: Filter }
        scalar Any
        scalar Date
        """

    let log = Log()
    let people: BatchLoader<Int, Person>
    let total = Counter()

    init() {
        let log = log
        people = BatchLoader(maximumDelay: .seconds(60)) { keys in
            log.add("people \(keys.sorted())")
            if keys.contains(13) { throw Broken() }
            return Dictionary(
                uniqueKeysWithValues: keys.filter { $0 < 100 }.map { ($0, Person(id: $0, name: "P\($0)")) })
        }
    }

    final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    final class Counter: Sendable {
        private let value = Mutex(0)
        func add(_ number: Int) -> Int {
            value.withLock {
                $0 += number
                return $0
            }
        }
    }

    static func binding() -> SchemaBinding<Shop> {
        var binding = SchemaBinding<Shop>()
        bindQueries(&binding)
        bindTypes(&binding)
        struct Add: Decodable, Sendable { var n: Int }
        binding.field("Mutation", "add", arguments: Add.self) { call, arguments async throws -> Int in
            await Task.yield()
            call.context.log.add("add \(arguments.n)")
            return call.context.total.add(arguments.n)
        }
        binding.field("Mutation", "failing") { (_: FieldCall<Shop>) throws -> Int? in throw Broken() }
        bindSubscriptions(&binding)
        return binding
    }

    private static func bindQueries(_ binding: inout SchemaBinding<Shop>) {
        struct ID: Decodable, Sendable { var id: Int }
        binding.field("Query", "product", arguments: ID.self) { _, arguments in
            arguments.id < 100
                ? Product(id: arguments.id, name: "Product \(arguments.id)", ownerID: arguments.id % 3) : nil
        }
        struct First: Decodable, Sendable { var first: Int }
        binding.field("Query", "products", arguments: First.self) { _, arguments in
            (0..<arguments.first).map { Product(id: $0, name: "Product \($0)", ownerID: $0 % 3) }
        }
        binding.field("Query", "anything") { _ in
            ResolvedValue.list([
                Product(id: 1, name: "Product 1", ownerID: 1).resolved, Person(id: 2, name: "P2").resolved,
                .value(["__typename": "Note", "text": "hello"]), .value(["__typename": "Filter"]), .value(7), .null,
            ])
        }
        binding.field("Query", "named") { _ in
            ResolvedValue.list([Product(id: 1, name: "A", ownerID: 1).resolved, Person(id: 2, name: "B").resolved])
        }
        binding.field("Query", "note") { _ in try ResolvedValue(encoding: Note(text: "plain", likes: 3)) }
        binding.field("Query", "notes") { _ async throws in
            try ResolvedValue(encoding: [Note(text: "one", likes: nil), Note(text: "two", likes: 1)])
        }
        binding.field("Query", "fails") { (_: FieldCall<Shop>) throws -> Int? in throw Broken() }
        binding.field("Query", "mustNotFail") { (_: FieldCall<Shop>) throws -> Int? in
            throw GraphQLError("not today", extensions: ["code": "LATER"])
        }
        binding.field("Query", "echo") { call in call.arguments["value"] ?? "nothing" }
        binding.field("Query", "size") { _ in "BIG" }
        binding.field("Query", "wrongSize") { _ in "HUGE" }
        binding.field("Query", "slow") { call async throws -> String in
            for _ in 0..<3 { await Task.yield() }
            guard let name = call.arguments["name"]?.stringValue, name != "bad" else { throw Broken() }
            return name
        }
    }

    private static func bindTypes(_ binding: inout SchemaBinding<Shop>) {
        binding.type("Product", is: Product.self)
        binding.type("Person", is: Person.self)
        binding.data("Note", keys: Note.CodingKeys.self)
        binding.data("Tick")
        binding.field("Product", "id", of: Product.self) { $0.id }
        binding.field("Product", "name", of: Product.self) { $0.name }
        binding.field("Product", "owner", of: Product.self) { product, call async throws in
            try await call.context.people.load(product.ownerID)
        }
        binding.field("Product", "price", of: Product.self) { product, call in
            "\(product.id) \(call.arguments["currency"]?.stringValue ?? "?")"
        }
        binding.field("Person", "id", of: Person.self) { $0.id }
        binding.field("Person", "name", of: Person.self) { $0.name }
        binding.field("Person", "friends", of: Person.self) { person, call async throws in
            try await call.context.people.load([person.id + 10, person.id + 20]).compactMap { $0 }
        }
    }

    private static func bindSubscriptions(_ binding: inout SchemaBinding<Shop>) {
        binding.subscription("ticks") { call in
            let count = call.arguments["count"]?.intValue ?? 0
            return AsyncStream<GraphQLValue> { continuation in
                for number in 0..<count {
                    continuation.yield([
                        "number": .int(number), "even": .bool(number % 2 == 0),
                        "odd": number % 2 == 1 ? .int(number) : .null,
                    ])
                }
                continuation.finish()
            }
        }
        binding.subscription("broken") { _ in
            AsyncThrowingStream<Int, any Error> { continuation in
                continuation.yield(1)
                continuation.finish(throwing: Broken())
            }
        }
        binding.subscription("refused") { (_: FieldCall<Shop>) async throws -> AsyncStream<Int> in throw Broken() }
        binding.subscription("loaded") { call in
            let people = call.context.people
            return AsyncThrowingStream<[Person?], any Error> { try await [people.load(1)] }
        }
    }

    static func engine(limits: Limits = Limits()) throws -> ExecutableSchema<Shop> {
        try ExecutableSchema(Schema(sdl: sdl), binding(), limits: limits)
    }
}
