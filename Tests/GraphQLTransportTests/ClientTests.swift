import Foundation
import Testing

@Suite("programs of others", .timeLimit(.minutes(2))) struct ClientTests {
    @Test("curl: GET and POST, a connection kept for several requests")
    func curl() async throws {
        try await CounterServer.run { server in
            let url = server.url
            #expect(
                try await Command.curl("-G", url, "--data-urlencode", "query={ hello(name: \"curl\") }")
                    == #"{"data":{"hello":"hello curl"}}"#)
            let json = ["-H", "Content-Type: application/json", "--data"]
            let query = json + [#"{"query":"{ hello }"}"#]
            let twice = try await Command.run(
                ["curl", "-sS", "-w", " %{http_code} %{num_connects}\n", url, url] + query)
            let line = #"{"data":{"hello":"hello world"}}"#
            #expect(twice == "\(line) 200 1\n\(line) 200 0\n")
            let event = try await Command.run(
                ["curl", "-sS", "-w", " %{http_code}\n", url, url] + json + [#"{"query":"subscription { ticks }"}"#])
            #expect(event == String(repeating: #"{"data":{"ticks":1}} 200"# + "\n", count: 2))
        }
    }

    /// What scripts/graphql-clients writes over every transport.
    static func expected(_ transport: String) -> [String] {
        var lines = [
            #"schema ["Mutation", "Query", "Subscription"]"#, #"query {"hello": "hello gql", "whoami": "ann"}"#,
            #"mutation {"add": 2}"#, #"partial ["it broke"] {"broken": null, "hello": "hello world"}"#,
            #"invalid GRAPHQL_VALIDATION_FAILED"#, "refused",
        ]
        if transport != "http" {
            lines += [
                "events [1, 2, 3]", "stopped [1, 2]", #"failed [1] the source failed"#,
                #"again {"hello": "hello world"}"#,
            ]
        }
        return lines.map { "\(transport) \($0)" }
    }

    @Test("gql", arguments: ["http", "graphql-transport-ws", "graphql-ws"])
    func gql(transport: String) async throws {
        let library = Command.root.appending(path: ".build-tools/gql")
        try #require(
            FileManager.default.fileExists(atPath: library.path), "gql is missing; scripts/test-tools installs it")
        try await CounterServer.run { server in
            let output = try await Command.run(
                [
                    "timeout", "60", "python3", Command.root.appending(path: "scripts/graphql-clients").path,
                    "127.0.0.1:\(server.port)/query", transport,
                ], environment: ["PYTHONPATH": library.path, "PYTHONDONTWRITEBYTECODE": "1"])
            #expect(output.split(separator: "\n").map(String.init) == Self.expected(transport))
            try await server.until("the sources end") { $0.ledger.open == 0 }
        }
    }
}
