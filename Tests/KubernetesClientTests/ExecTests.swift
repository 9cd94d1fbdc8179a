import KubernetesAPI
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct ExecTests {
    private func with(
        protocol version: ExecProtocol? = .v5, frames: [TestExecServer.Frame] = [], closes: Bool = true,
        _ body: (HTTPKubernetesClient, TestExecServer) async throws -> Void
    ) async throws {
        try await TestExecServer.with(subprotocol: version?.rawValue, frames: frames, closes: closes) { server in
            var connection = ClusterConnection(server: "http://127.0.0.1:\(server.port)/prefix")
            connection.authorization = .token("t")
            try await HTTPKubernetesClient.with(connection) { try await body($0, server) }
        }
    }

    private func failure(_ code: Int) -> String { ExecProtocol.status(exitCode: code).description }

    @Test("a command is asked for as the API documents, and its outputs and code come back")
    func result() async throws {
        let frames: [TestExecServer.Frame] = [
            (0, ""), (1, ""), (2, ""), (3, ""), (1, "out"), (2, "err"), (1, "more"), (3, failure(7)),
        ]
        try await with(frames: frames) { client, server in
            let result = try await client.run(
                ["sh", "-c", "a b", ""], namespace: "ns", pod: "p", container: "c")
            #expect(
                result == ExecResult(stdout: Array("outmore".utf8), stderr: Array("err".utf8), exitCode: 7))
            #expect(
                server.requests.map(\.uri) == [
                    "/prefix/api/v1/namespaces/ns/pods/p/exec?container=c&command=sh&command=-c&command=a%20b&command="
                        + "&stdout=true&stderr=true"
                ])
            let headers = try #require(server.requests.first).headers
            #expect(headers["Sec-WebSocket-Protocol"] == ["v5.channel.k8s.io, v4.channel.k8s.io"])
            #expect(headers["Authorization"] == ["Bearer t"])
        }
    }

    @Test("input is sent in pieces and ended where the protocol can", arguments: ExecProtocol.allCases)
    func input(_ version: ExecProtocol) async throws {
        try await with(protocol: version, closes: false) { client, server in
            let session = try await client.exec(
                namespace: "ns", name: "p", options: ExecOptions(command: ["cat"], stdin: true))
            try await session.write(Array(repeating: 65, count: 40_000))
            if version == .v5 {
                try await session.closeInput()
                await server.waitForFrames(3)
                #expect(server.received.map(\.count) == [32_769, 7_233, 2])
                #expect(server.received.last == [255, 0])
            } else {
                let status = await #expect(throws: Status.self) { try await session.closeInput() }
                #expect(status?.code == 501)
                await server.waitForFrames(2)
            }
            #expect(server.received.prefix(2).allSatisfy { $0.first == 0 })
            await session.close()
            for try await event in session.events { Issue.record("\(event)") }
        }
    }

    @Test("a command that could not be run, and a session that breaks, are errors")
    func failures() async throws {
        let missing: JSON = ["status": "Failure", "reason": "InternalError", "message": "no such file", "code": 500]
        try await with(frames: [(3, missing.description)]) { client, _ in
            let status = await #expect(throws: Status.self) {
                _ = try await client.run(["x"], namespace: "ns", pod: "p")
            }
            #expect(status?.message == "no such file")
        }
        try await with(frames: [(1, "half")]) { client, _ in
            await #expect(throws: KubernetesClientError.self) {
                _ = try await client.run(["x"], namespace: "ns", pod: "p")
            }
        }
        // Refused before it is a WebSocket.
        try await with(protocol: nil) { client, _ in
            let status = await #expect(throws: Status.self) {
                _ = try await client.run(["x"], namespace: "ns", pod: "p")
            }
            #expect(status == .notFound(Pod.type.gvr, name: "p"))
        }
    }

    @Test("input without stdin is refused, and a dropped or cancelled session closes its connection")
    func leaving() async throws {
        try await with(frames: [(1, "x")], closes: false) { client, server in
            do {
                let session = try await client.exec(
                    namespace: "ns", name: "p", options: ExecOptions(command: ["x"]))
                await #expect(throws: Status.self) { try await session.write([1]) }
            }
            await server.waitUntilClosed(1)
            let (seen, continuation) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                let session = try await client.exec(
                    namespace: "ns", name: "p", options: ExecOptions(command: ["x"]))
                for try await _ in session.events { continuation.yield() }
            }
            for await _ in seen { break }
            task.cancel()
            if case .failure(let error) = await task.result { #expect(error is CancellationError, "\(error)") }
            await server.waitUntilClosed(2)
        }
    }
}
