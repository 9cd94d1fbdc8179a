import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("Lists")
struct ListTests {
    private let type = ConfigMap.type.gvr

    @Test("chunks show one state, whatever changes between them")
    func chunks() async throws {
        let test = try await TestServer()
        let client = test.client
        for index in 10..<40 { _ = try await client.create(configMap("o\(index)")) }
        var options = ListOptions(limit: 7)
        var names: [String] = []
        var versions: Set<String> = []
        var remaining: [Int?] = []
        while true {
            let chunk = try await client.list(type, namespace: "test", options: options)
            names += chunk.items.compactMap { $0["metadata", "name"].string }
            versions.insert(chunk.resourceVersion)
            remaining.append(chunk.remainingItemCount)
            guard let token = chunk.continueToken else { break }
            options.continueToken = token
            _ = try await client.create(configMap("new\(names.count)"))
            try await client.delete(ConfigMap.self, namespace: "test", name: "o\(39 - names.count / 7)")
        }
        #expect(names == (10..<40).map { "o\($0)" })
        #expect(versions.count == 1)
        #expect(remaining == [23, 16, 9, 2, nil])
    }

    @Test("a chunk of a state that is no longer kept is expired, nonsense is refused")
    func tokens() async throws {
        let test = try await TestServer()
        let client = test.client
        for index in 0..<4 { _ = try await client.create(configMap("o\(index)")) }
        let first = try await client.list(type, namespace: "test", options: ListOptions(limit: 2))
        for index in 0..<40 {
            _ = try await client.create(configMap("p\(index)"))
            _ = try await client.list(type, namespace: "test", options: ListOptions(limit: 1))
        }
        let token = try #require(first.continueToken)
        let expired = await status {
            try await client.list(type, namespace: "test", options: ListOptions(limit: 2, continueToken: token))
        }
        #expect(expired?.isExpired == true)
        let nonsense = await status {
            try await client.list(type, namespace: "test", options: ListOptions(continueToken: "x!"))
        }
        #expect(nonsense?.code == 400)
    }

    @Test("versions: exact ones that are present, none from the future, no words")
    func versions() async throws {
        let test = try await TestServer()
        let client = test.client
        let first = try await client.create(configMap("a"))
        func list(_ version: String, _ match: String) async throws -> [String] {
            try await client.list(
                type, namespace: "test", options: ListOptions(resourceVersion: version, resourceVersionMatch: match)
            ).items.compactMap { $0["metadata", "name"].string }
        }
        #expect(try await list(first.metadata.resourceVersion, "Exact") == ["a"])
        _ = try await client.create(configMap("b"))
        #expect(try await list(first.metadata.resourceVersion, "NotOlderThan") == ["a", "b"])
        #expect(await status { try await list(first.metadata.resourceVersion, "Exact") }?.isExpired == true)
        let future = await status { try await list("999999", "NotOlderThan") }
        #expect(future?.code == 504 && future?.message.contains("Too large resource version") == true)
        #expect(await status { try await list("abc", "Exact") }?.code == 400)
    }
}
