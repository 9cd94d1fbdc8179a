import GraphQL
import GraphQLTransport
import Synchronization

/// What the resolvers of a test did.
final class Ledger: Sendable {
    private struct Counts {
        var sum = 0
        var open = 0
        var opened = 0
        var contexts = 0
        var reports: [GraphQLOperationReport] = []
    }

    private let counts = Mutex(Counts())

    /// Of the numbers added by mutations.
    var sum: Int { counts.withLock(\.sum) }
    /// Event sources that are open.
    var open: Int { counts.withLock(\.open) }
    /// Event sources that ever were.
    var opened: Int { counts.withLock(\.opened) }
    /// Contexts that were made.
    var contexts: Int { counts.withLock(\.contexts) }
    var reports: [GraphQLOperationReport] { counts.withLock(\.reports) }

    func add(_ number: Int) -> Int {
        counts.withLock {
            $0.sum += number
            return $0.sum
        }
    }

    func noteContext() { counts.withLock { $0.contexts += 1 } }
    func note(_ report: GraphQLOperationReport) { counts.withLock { $0.reports.append(report) } }

    fileprivate func begin() {
        counts.withLock {
            $0.open += 1
            $0.opened += 1
        }
    }

    fileprivate func end() { counts.withLock { $0.open -= 1 } }
}

/// Events that the ledger knows of while somebody listens.
struct TrackedEvents<Element: Sendable>: AsyncSequence, Sendable {
    fileprivate final class Listening: Sendable {
        let ledger: Ledger

        init(_ ledger: Ledger) {
            self.ledger = ledger
            ledger.begin()
        }

        deinit { ledger.end() }
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let listening: Listening
        fileprivate let make: @Sendable (Int) async throws -> Element?
        fileprivate var index = 0

        mutating func next() async throws -> Element? {
            index += 1
            return try await make(index)
        }
    }

    private let listening: Listening
    private let make: @Sendable (Int) async throws -> Element?

    /// `make` is asked for each event, the first being 1.
    init(_ ledger: Ledger, make: @escaping @Sendable (Int) async throws -> Element?) {
        listening = Listening(ledger)
        self.make = make
    }

    func makeAsyncIterator() -> Iterator { Iterator(listening: listening, make: make) }
}

struct Visitor: Sendable {
    var name: String?
    var ledger: Ledger
}

enum CounterSchema {
    struct To: Decodable, Sendable { var to: Int }
    struct Size: Decodable, Sendable { var size: Int }
    struct Number: Decodable, Sendable { var number: Int }
    struct Name: Decodable, Sendable { var name: String }

    static func engine() throws -> ExecutableSchema<Visitor> {
        let schema = try Schema(
            sdl: """
                type Query { hello(name: String = "world"): String!  whoami: String  broken: String  fatal: String! }
                type Mutation { add(number: Int!): Int! }
                type Subscription {
                  count(to: Int!): Int!
                  ticks: Int!
                  never: Int
                  flood(size: Int!): String!
                  failing: Int!
                  refused: Int!
                }
                """)
        var binding = SchemaBinding<Visitor>()
        binding.field("Query", "hello", arguments: Name.self) { _, arguments in "hello \(arguments.name)" }
        binding.field("Query", "whoami") { $0.context.name }
        binding.field("Query", "broken") { _ -> String? in throw GraphQLError("it broke") }
        binding.field("Query", "fatal") { _ -> String in throw GraphQLError("it broke") }
        binding.field("Mutation", "add", arguments: Number.self) { $0.context.ledger.add($1.number) }
        binding.subscription("count") { call in
            let to = try call.arguments(as: To.self).to
            return TrackedEvents(call.context.ledger) { $0 <= to ? $0 : nil }
        }
        binding.subscription("ticks") { call in
            TrackedEvents(call.context.ledger) { index in
                try await Task.sleep(for: .milliseconds(2))
                return index
            }
        }
        binding.subscription("never") { call in
            TrackedEvents(call.context.ledger) { _ -> Int? in
                try await Task.sleep(for: .seconds(3600))
                return nil
            }
        }
        binding.subscription("flood") { call in
            let text = String(repeating: "x", count: try call.arguments(as: Size.self).size)
            return TrackedEvents(call.context.ledger) { _ in text }
        }
        binding.subscription("failing") { call in
            TrackedEvents(call.context.ledger) { index -> Int? in
                guard index == 1 else { throw GraphQLError("the source failed") }
                return index
            }
        }
        binding.subscription("refused") { _ -> TrackedEvents<Int> in
            throw GraphQLError("CLUSTER ALREADY CONNECTED")
        }
        return try ExecutableSchema(schema, binding)
    }
}
