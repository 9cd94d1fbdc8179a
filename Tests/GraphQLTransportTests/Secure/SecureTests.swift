import AsyncHTTPClient
import Foundation
import GraphQL
import GraphQLTransport
import NIOCore
import NIOHTTP1
import Testing
import WebSocket

@Suite("GraphQL over TLS", .timeLimit(.minutes(1))) struct SecureTests {
    @Test("queries and mutations over HTTP/2, a hundred at once on one connection")
    func operations() async throws {
        try await SecureServer.run { server in
            let hello = try await server.post(["query": "{ hello whoami }"], headers: [("Authorization", "good-ann")])
            #expect(hello.version == .init(major: 2, minor: 0))
            #expect(hello.status == 200)
            #expect(hello.json == ["data": ["hello": "hello world", "whoami": "ann"]])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        let answer = try await server.post(["query": "mutation { add(number: 3) }"])
                        #expect(answer.version.major == 2)
                        #expect(answer.json?["data"]?["add"]?.intValue != nil)
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.plain.ledger.sum == 300)
        }
    }

    @Test("errors have their status over HTTP/2")
    func errors() async throws {
        try await SecureServer.run(GraphQLTransportSettings(bodySize: 1000)) { server in
            let refused = try await server.post(["query": "{ hello }"], headers: [("Authorization", "bad")])
            #expect(refused.status == 401)
            #expect(refused.code == "UNAUTHENTICATED")
            let large = try await server.post(["query": .string(String(repeating: " ", count: 2000))])
            #expect(large.version.major == 2)
            #expect(large.status == 413)
            #expect(large.code == "BODY_SIZE_LIMIT_EXCEEDED")
            #expect(try await server.post(["query": "{ hello }"]).status == 200)
        }
    }

    @Test("a subscription's first event is the answer over HTTP/2, and its source ends when the client gives it up")
    func subscriptions() async throws {
        try await SecureServer.run { server in
            let event = try await server.post(["query": "subscription { count(to: 3) }"])
            #expect(event.version.major == 2)
            #expect(event.json == ["data": ["count": 1]])
            let waiting = Task { try await server.post(["query": "subscription { never }"]) }
            try await server.plain.until("the source is asked") { $0.ledger.open == 1 }
            waiting.cancel()
            try await server.plain.until("the source ends") { $0.ledger.open == 0 }
            #expect(try await server.post(["query": "{ hello }"]).status == 200)
        }
    }

    @Test("WebSockets on the same port, in both dialects", arguments: ["graphql-transport-ws", "graphql-ws"])
    func webSockets(name: String) async throws {
        try await SecureServer.run { server in
            let dialogue = try await server.dialogue(name)
            #expect(dialogue.connection.subprotocol == name)
            try await dialogue.initialise(["token": "good-ann"])
            let start = name == "graphql-ws" ? "start" : "subscribe"
            try await dialogue.subscribe("{ whoami }", type: start)
            #expect(try await dialogue.hearNews()?["payload"] == ["data": ["whoami": "ann"]])
            #expect(try await dialogue.hearNews() == ["type": "complete", "id": "1"])
            try await dialogue.subscribe("subscription { count(to: 200) }", "2", type: start)
            for number in 1...200 {
                #expect(try await dialogue.hearNews()?["payload"]?["data"]?["count"] == .int(number))
            }
            await dialogue.connection.close()
            #expect(try await server.post(["query": "{ hello }"]).version.major == 2)
            try await server.plain.until("the sources end") { $0.ledger.open == 0 }
        }
    }

    @Test("curl agrees on HTTP/2, and on HTTP/1.1 where it is told to")
    func curl() async throws {
        try await SecureServer.run { server in
            let authority = FileManager.default.temporaryDirectory.appending(path: "litmus-\(UUID()).pem")
            try TestCertificates.authority.write(to: authority, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: authority) }
            for (option, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
                let answer = try await Command.curl(
                    option, "--cacert", authority.path, "-w", " %{http_version}", "-H",
                    "Content-Type: application/json",
                    "--data", #"{"query":"{ hello }"}"#, server.url)
                #expect(answer == #"{"data":{"hello":"hello world"}} "# + version)
            }
        }
    }
}
