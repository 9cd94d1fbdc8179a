import GraphQL
import GraphQLTransport
import Testing
import WebSocket

@Suite("graphql-transport-ws", .timeLimit(.minutes(1))) struct TransportProtocolTests {
    static let name = "graphql-transport-ws"

    @Test("queries, mutations and subscriptions, several at once on one connection")
    func operations() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            #expect(dialogue.connection.subprotocol == Self.name)
            try await dialogue.initialise(["token": "good-ann"])
            try await dialogue.say([
                "id": "q", "type": "subscribe",
                "payload": [
                    "query": "query A($n: String) { whoami hello(name: $n) } query B { hello }", "operationName": "A",
                    "variables": ["n": "you"], "extensions": nil,
                ],
            ])
            let data: GraphQLValue = ["data": ["whoami": "ann", "hello": "hello you"]]
            #expect(try await dialogue.hear() == ["type": "next", "id": "q", "payload": data])
            #expect(try await dialogue.hear() == ["type": "complete", "id": "q"])
            try await dialogue.subscribe("mutation { add(number: 5) }")
            #expect(try await dialogue.hear() == ["type": "next", "id": "1", "payload": ["data": ["add": 5]]])
            #expect(try await dialogue.hear() == ["type": "complete", "id": "1"])
            try await dialogue.subscribe("subscription { count(to: 3) }", "a")
            try await dialogue.subscribe("subscription { count(to: 3) }", "b")
            var heard: [GraphQLValue: [GraphQLValue]] = [:]
            for _ in 0..<8 {
                let message = try #require(try await dialogue.hear())
                heard[message["id"] ?? nil, default: []].append(message["payload"]?["data"]?["count"] ?? nil)
            }
            #expect(heard == ["a": [1, 2, 3, nil], "b": [1, 2, 3, nil]])
            await dialogue.connection.close()
        }
    }

    @Test("request errors end an operation, field errors do not")
    func errors() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            for query in ["{", "{ nope }", "subscription { refused }", "subscription { count }"] {
                try await dialogue.subscribe(query)
                let message = try await dialogue.hear()
                #expect(message?["type"] == "error")
                #expect(message?["id"] == "1")
                #expect(message?["payload"]?[0]?["message"]?.stringValue?.isEmpty == false)
            }
            try await dialogue.subscribe("{ hello broken }")
            let partial = try await dialogue.hear()
            #expect(partial?["type"] == "next")
            #expect(partial?["payload"]?["data"] == ["hello": "hello world", "broken": nil])
            #expect(partial?["payload"]?["errors"]?[0]?["message"] == "it broke")
            #expect(try await dialogue.hear()?["type"] == "complete")
            try await dialogue.subscribe("subscription { failing }")
            #expect(try await dialogue.hear()?["payload"] == ["data": ["failing": 1]])
            let failure = try await dialogue.hear()
            #expect(failure?["type"] == "error")
            #expect(failure?["payload"]?[0]?["message"] == "the source failed")
            await dialogue.connection.close()
        }
    }

    @Test("a ping is answered with its payload, before and after initialisation")
    func pings() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.say(["type": "ping"])
            #expect(try await dialogue.hear() == ["type": "pong"])
            try await dialogue.initialise()
            try await dialogue.say(["type": "pong"])
            try await dialogue.say(["type": "ping", "payload": ["a": [1]]])
            #expect(try await dialogue.hear() == ["type": "pong", "payload": ["a": [1]]])
            await dialogue.connection.close()
        }
    }

    @Test("complete ends a subscription, whose id is free then; nothing more comes of it")
    func completion() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            try await dialogue.subscribe("subscription { ticks }")
            #expect(try await dialogue.hear()?["payload"] == ["data": ["ticks": 1]])
            try await dialogue.say(["id": "1", "type": "complete"])
            try await server.until("the source ends") { $0.ledger.open == 0 }
            try await dialogue.say(["id": "unknown", "type": "complete"])
            try await dialogue.say(["type": "ping", "payload": ["mark": 1]])
            while let message = try await dialogue.hear(), message["type"] != "pong" {
                #expect(message["type"] == "next")
            }
            try await dialogue.subscribe("{ hello }")
            #expect(try await dialogue.hear()?["payload"] == ["data": ["hello": "hello world"]])
            #expect(try await dialogue.hear() == ["type": "complete", "id": "1"])
            await dialogue.connection.close()
        }
    }

    static let violations: [(said: [String], code: UInt16, reason: String)] = {
        let start = #"{"type":"connection_init"}"#
        let ticks = #"{"id":"1","type":"subscribe","payload":{"query":"subscription { ticks }"}}"#
        let bad = "Bad request"
        return [
            (["NONSENSE"], 4400, bad), (["[]"], 4400, bad), (["{}"], 4400, bad), ([#"{"type":7}"#], 4400, bad),
            ([#"{"type":"start","id":"1","payload":{"query":"{ hello }"}}"#], 4400, bad),
            ([#"{"type":"connection_init","payload":[]}"#], 4400, bad),
            ([#"{"type":"ping","payload":1}"#], 4400, bad),
            ([start, #"{"type":"subscribe","payload":{"query":"{ hello }"}}"#], 4400, bad),
            ([start, #"{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}"#], 4400, bad),
            ([start, #"{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}"#], 4400, bad),
            ([start, #"{"type":"subscribe","id":"1"}"#], 4400, bad),
            ([start, #"{"type":"subscribe","id":"1","payload":{"query":1}}"#], 4400, bad),
            ([start, #"{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}"#], 4400, bad),
            ([start, #"{"type":"complete"}"#], 4400, bad), ([start, #"{"type":"next","id":"1"}"#], 4400, bad),
            ([ticks], 4401, "Unauthorized"), ([start, start], 4429, "Too many initialisation requests"),
            ([start, ticks, ticks], 4409, "Subscriber for 1 already exists"),
            ([#"{"type":"connection_init","payload":{"token":"bad"}}"#], 4401, "The token is unknown."),
            ([#"{"type":"connection_init","payload":{"token":"forbidden"}}"#], 4403, "Not you."),
            ([#"{"type":"connection_init","payload":{"token":"broken"}}"#], 4500, "Internal server error."),
        ]
    }()

    @Test("violations close the connection with the code that the protocol says", arguments: violations.indices)
    func violation(index: Int) async throws {
        let violation = Self.violations[index]
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            for text in violation.said { try await dialogue.connection.send(.text(text)) }
            let closing = try await dialogue.ending()
            #expect(closing?.code == violation.code, "\(violation.said)")
            if violation.code == 4400 {
                #expect(closing?.reason.isEmpty == false)
            } else {
                #expect(closing?.reason == violation.reason)
            }
            try await server.until("all sources end") { $0.ledger.open == 0 }
        }
    }

    @Test("a client that does not initialise is closed with 4408, one that did is not")
    func timeout() async throws {
        try await CounterServer.run(GraphQLTransportSettings(initialisation: .milliseconds(50))) { server in
            let initialised = try await server.dialogue(Self.name)
            try await initialised.initialise()
            let silent = try await server.dialogue(Self.name)
            let closing = try await silent.ending()
            #expect(closing == WebSocketClosing(code: 4408, reason: "Connection initialisation timeout"))
            try await initialised.subscribe("{ hello }")
            #expect(try await initialised.hear()?["type"] == "next")
            await initialised.connection.close()
        }
    }
}
