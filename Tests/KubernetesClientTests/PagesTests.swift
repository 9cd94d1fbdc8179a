import Foundation
import KubernetesAPI
import Synchronization
import Testing

@testable import KubernetesClient

/// Lists that are too long to be held.
@Suite(.timeLimit(.minutes(3))) struct PagesTests {
    /// Serves `count` objects of about a kilobyte in chunks.
    private static func page(_ request: TestAPIServer.Request, count: Int) -> TestAPIServer.Reply {
        let query = request.target.split(separator: "?").last?.split(separator: "&") ?? []
        func value(_ name: String) -> Int? {
            query.first { $0.hasPrefix("\(name)=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
        }
        let start = value("continue") ?? 0
        let end = min(count, start + (value("limit") ?? count))
        let filler = String(repeating: "x", count: 600)
        let items = (start..<end).map { index in
            #"{"metadata":{"name":"o\#(index)","namespace":"ns","uid":"u\#(index)","resourceVersion":"\#(index)","#
                + #""labels":{"app":"web","index":"\#(index)"},"annotations":{"note":"\#(filler)"}},"data":{"k":"v","n":"\#(index)"}}"#
        }
        let next = end < count ? #","continue":"\#(end)""# : ""
        return .answer(
            200,
            #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"9"\#(next)},"items":["#
                + items.joined(separator: ",") + "]}")
    }

    private func with(
        _ handler: @escaping @Sendable (TestAPIServer.Request) -> TestAPIServer.Reply,
        _ body: (HTTPKubernetesClient, TestAPIServer) async throws -> Void
    ) async throws {
        try await TestAPIServer.with(handler) { server in
            let connection = ClusterConnection(server: "http://127.0.0.1:\(server.port)")
            var options = HTTPKubernetesClient.Options()
            options.rateLimit = nil
            try await HTTPKubernetesClient.with(connection, options: options) { try await body($0, server) }
        }
    }

    /// Resident bytes of this process.
    private static func residentBytes() -> Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
    }

    @Test("fifty thousand objects are read with the memory of a few pages of them")
    func memory() async throws {
        try await with({ Self.page($0, count: 50_000) }) { client, server in
            // The first pages warm up what is kept anyway: connections, buffers, the allocator.
            for try await _ in client.pages(ConfigMap.type.gvr, options: ListOptions(limit: 500)).prefix(5) {}
            let warmUp = server.requests.count
            let before = Self.residentBytes()
            var peak = before
            var count = 0
            var bytes = 0
            try await client.forEach(ConfigMap.self, namespace: "ns") { map in
                #expect(map.name == "o\(count)")
                // No page is asked for before the one before it was used up.
                #expect(server.requests.count == warmUp + count / 500 + 1)
                count += 1
                bytes += map.json.encoded().count
                if count % 100 == 0 { peak = max(peak, Self.residentBytes()) }
            }
            #expect(count == 50_000 && bytes > 40_000_000)
            let growth = peak - before
            print(
                "list of 50,000 objects, \(bytes / 1_000_000) MB of JSON: resident memory grew by \(growth / 1_000_000) MB"
            )
            // Other tests of this process use memory meanwhile; alone, it is to stay below this.
            if ProcessInfo.processInfo.environment["LITMUS_TEST_MEMORY"] != nil { #expect(growth < 64_000_000) }
        }
    }

    @Test("a page is asked for when it is taken, and none after the reader has left")
    func lazy() async throws {
        try await with({ Self.page($0, count: 100) }) { client, server in
            var pages = client.pages(ConfigMap.type.gvr, namespace: "ns", options: ListOptions(limit: 10))
                .makeAsyncIterator()
            #expect(server.requests.isEmpty)
            let first = try await pages.next()
            let second = try await pages.next()
            #expect(first?.items.count == 10 && second?.items.first?["metadata", "name"] == "o10")
            #expect(
                server.requests.map(\.target) == [
                    "/api/v1/namespaces/ns/configmaps?limit=10",
                    "/api/v1/namespaces/ns/configmaps?limit=10&continue=10",
                ])
        }
    }

    @Test("a list whose state was forgotten begins anew where it is held whole, and is an error where it is not")
    func expired() async throws {
        try await with({ request in
            request.number % 4 == 2 ? .status(.expired("too old")) : Self.page(request, count: 900)
        }) { client, server in
            let whole = try await client.list(ConfigMap.self, namespace: "ns")
            #expect(whole.count == 900)
            #expect(server.requests.count == 4)
            let status = await #expect(throws: Status.self) {
                try await client.forEach(ConfigMap.self, namespace: "ns") { _ in }
            }
            #expect(status?.isExpired == true)
        }
    }
}
