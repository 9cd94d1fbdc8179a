import GraphQL
import GraphQLTransport
import Testing
import WebSocket

@Suite("many operations", .timeLimit(.minutes(2))) struct ThroughputTests {
    /// Operations that are open at a time.
    private static let window = 50

    private static func rate(_ server: CounterServer, _ name: String, operations: Int) async throws -> Double {
        let dialogue = try await server.dialogue(name)
        try await dialogue.initialise()
        let type = name == "graphql-ws" ? "start" : "subscribe"
        let begin = ContinuousClock.now
        var sent = 0
        var done = 0
        var sum = 0
        while done < operations {
            while sent < min(operations, done + window) {
                sent += 1
                try await dialogue.subscribe("mutation { add(number: 1) }", "\(sent)", type: type)
            }
            let message = try #require(try await dialogue.hearNews())
            switch message["type"] {
            case "complete": done += 1
            default:
                #expect(message["type"] == (name == "graphql-ws" ? "data" : "next"))
                sum += message["payload"]?["data"]?["add"]?.intValue == nil ? 0 : 1
            }
        }
        let took = ContinuousClock.now - begin
        #expect(sum == operations)
        await dialogue.connection.close()
        return Double(operations) / (took / .seconds(1))
    }

    /// The best of several attempts, because others may keep the machine busy.
    @Test("a thousand operations a second on one WebSocket", arguments: ["graphql-transport-ws", "graphql-ws"])
    func thousand(name: String) async throws {
        try await CounterServer.run { server in
            var rates: [Double] = []
            while rates.count < 10, rates.last ?? 0 < 1000 {
                rates.append(try await Self.rate(server, name, operations: 2000))
            }
            print("\(name): \(rates.map { Int($0) }) operations a second")
            #expect(rates.max() ?? 0 >= 1000)
            #expect(server.ledger.sum == 2000 * rates.count)
            #expect(server.ledger.open == 0)
        }
    }
}
