import GraphQL
import GraphQLTransport
import NIOCore
import Testing
import WebSocket

@Suite("graphql-ws", .timeLimit(.minutes(1))) struct LegacyProtocolTests {
    static let name = "graphql-ws"

    @Test("queries, mutations and subscriptions")
    func operations() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            #expect(dialogue.connection.subprotocol == Self.name)
            try await dialogue.initialise(["token": "good-ann"])
            #expect(try await dialogue.hear() == ["type": "ka"])
            for (query, data) in [
                ("{ whoami }", ["whoami": "ann"]), ("mutation { add(number: 5) }", ["add": 5]),
            ] as [(String, GraphQLValue)] {
                try await dialogue.subscribe(query, type: "start")
                #expect(try await dialogue.hear() == ["type": "data", "id": "1", "payload": ["data": data]])
                #expect(try await dialogue.hear() == ["type": "complete", "id": "1"])
            }
            try await dialogue.subscribe("subscription { count(to: 2) }", "2", type: "start")
            for number in 1...2 {
                #expect(try await dialogue.hear()?["payload"] == ["data": ["count": .int(number)]])
            }
            #expect(try await dialogue.hear() == ["type": "complete", "id": "2"])
            try await dialogue.say(["type": "connection_terminate"])
            #expect(try await dialogue.ending()?.code == 1000)
        }
    }

    @Test("stop ends a subscription and is answered; starting an id again replaces it")
    func stop() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            try await dialogue.subscribe("subscription { never }", type: "start")
            try await server.until("the source is asked") { $0.ledger.open == 1 }
            try await dialogue.subscribe("subscription { ticks }", type: "start")
            #expect(try await dialogue.hearNews()?["payload"] == ["data": ["ticks": 1]])
            try await server.until("the first source ends") { $0.ledger.open == 1 }
            try await dialogue.say(["id": "1", "type": "stop"])
            while let message = try await dialogue.hearNews(), message != ["type": "complete", "id": "1"] {
                #expect(message["type"] == "data")
            }
            try await server.until("the source ends") { $0.ledger.open == 0 }
            await dialogue.connection.close()
        }
    }

    @Test("request errors are one error object; what resolvers throw is data")
    func errors() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            try await dialogue.subscribe("{ nope }", type: "start")
            let invalid = try await dialogue.hearNews()
            #expect(invalid?["type"] == "error")
            #expect(invalid?["payload"]?["extensions"]?["code"] == "GRAPHQL_VALIDATION_FAILED")
            try await dialogue.subscribe("subscription { refused }", type: "start")
            let refused = try await dialogue.hearNews()
            #expect(refused?["type"] == "data")
            #expect(refused?["payload"]?["data"] == .null)
            #expect(refused?["payload"]?["errors"]?[0]?["message"] == "CLUSTER ALREADY CONNECTED")
            #expect(try await dialogue.hearNews() == ["type": "complete", "id": "1"])
            try await dialogue.say(["type": "start", "id": "9", "payload": ["query": 1]])
            #expect(try await dialogue.hearNews()?["type"] == "error")
            await dialogue.connection.close()
        }
    }

    @Test("what is not understood is complained about, and the connection goes on")
    func complaints() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            for text in ["NONSENSE", "{}", #"{"type":"subscribe","id":"1"}"#, #"{"type":"connection_init"}"#] {
                try await dialogue.connection.send(.text(text))
                let complaint = try await dialogue.hearNews()
                #expect(complaint?["type"] == "connection_error")
                #expect(complaint?["payload"]?["message"]?.stringValue?.isEmpty == false)
            }
            try await dialogue.subscribe("{ hello }", type: "start")
            #expect(try await dialogue.hearNews()?["type"] == "data")
            await dialogue.connection.close()
        }
    }

    @Test("a refused initialisation and an early start are told and close the connection")
    func refusals() async throws {
        try await CounterServer.run { server in
            for message in [
                ["type": "connection_init", "payload": ["token": "bad"]],
                ["type": "start", "id": "1", "payload": ["query": "{ hello }"]],
            ] as [GraphQLValue] {
                let dialogue = try await server.dialogue(Self.name)
                try await dialogue.say(message)
                let told = try await dialogue.hear()
                #expect(told?["type"] == "connection_error")
                #expect(told?["payload"]?["extensions"]?["code"] == "UNAUTHENTICATED")
                #expect(try await dialogue.ending()?.code == 4401)
            }
        }
    }

    @Test("ka comes again and again")
    func keepAlive() async throws {
        try await CounterServer.run(GraphQLTransportSettings(keepAlive: .milliseconds(10))) { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            for _ in 0..<5 { #expect(try await dialogue.hear() == ["type": "ka"]) }
            await dialogue.connection.close()
        }
    }

    @Test("without a subprotocol, messages without an id are answered without one, as upstream's agent expects")
    func agent() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue()
            #expect(dialogue.connection.subprotocol == nil)
            try await dialogue.say(["type": "connection_init"])
            try await dialogue.say(["payload": ["query": "subscription { count(to: 1) }"], "type": "start"])
            #expect(try await dialogue.hear() == ["type": "connection_ack"])
            #expect(try await dialogue.hear() == ["type": "ka"])
            #expect(try await dialogue.hear() == ["type": "data", "payload": ["data": ["count": 1]]])
            #expect(try await dialogue.hear() == ["type": "complete"])
            #expect(try await dialogue.ending()?.code == 1000)
        }
    }

    @Test("the end of an operation without an id ends the connection: upstream's agent hears nothing else")
    func agentFailures() async throws {
        try await CounterServer.run { server in
            for (query, told) in [
                ("subscription { failing }", ["data", "error"]), ("subscription { nope }", ["error"]),
                ("subscription { refused }", ["data", "complete"]),
            ] {
                let dialogue = try await server.dialogue()
                try await dialogue.say(["type": "connection_init"])
                try await dialogue.say(["payload": ["query": .string(query)], "type": "start"])
                #expect(try await dialogue.hearNews() == ["type": "connection_ack"])
                for type in told { #expect(try await dialogue.hearNews()?["type"] == .string(type)) }
                #expect(try await dialogue.ending()?.code == 1011)
            }
            // One with an id has others beside it.
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            try await dialogue.subscribe("subscription { failing }", type: "start")
            for type in ["data", "error"] { #expect(try await dialogue.hearNews()?["type"] == .string(type)) }
            try await dialogue.subscribe("{ hello }", type: "start")
            #expect(try await dialogue.hearNews()?["type"] == "data")
            await dialogue.connection.close()
        }
    }

    @Test("without a subprotocol, subscribe tells that it is graphql-transport-ws")
    func unnamedTransport() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue()
            try await dialogue.initialise()
            try await dialogue.subscribe("{ hello }")
            #expect(try await dialogue.hear()?["type"] == "next")
            #expect(try await dialogue.hear() == ["type": "complete", "id": "1"])
            try await dialogue.say(["type": "connection_init"])
            #expect(try await dialogue.ending()?.code == 4429)
        }
    }
}
