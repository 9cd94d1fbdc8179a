import AsyncHTTPClient
import ClusterTesting
import ContainerRuntime
import Foundation
import KubernetesAPI
import NIOCore
import Testing

@testable import EmbeddedNode

private var canRunContainers: Bool {
    getuid() == 0 && RuncRuntime.missingRequirements().isEmpty
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")
}

/// The agent with real containers, rules and names. Needs root, `runc`, `nft`, and `python3` for a server.
@Suite("NodeAgent with runc", .enabled(if: canRunContainers), .timeLimit(.minutes(2)))
struct RuncNodeTests {
    private func withNode(
        _ body: @escaping @Sendable (InMemoryCluster, String, NodeNetwork) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("runc-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let id = ClusterID.random()
        let runtime = RuncRuntime(
            configuration: .init(clusterID: id, stateDirectory: directory + "/state", serviceSubnet: "10.213.7.0/24"))
        let network = try await runtime.prepare()
        let cluster = InMemoryCluster()
        let agent = NodeAgent(
            client: cluster, runtime: runtime,
            configuration: NodeConfiguration(
                nodeName: "node-1", clusterID: id.description, dataDirectory: directory + "/node",
                images: ImageTable([.init(pattern: "app", target: .host)]), hostAddress: network.gateway,
                podCIDR: network.subnet, dns: .init(listen: .init(host: network.gateway, port: 53)),
                proxiesServices: true))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            group.addTask { try await body(cluster, directory + "/node", network) }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func server(_ name: String) -> Pod {
        let container: JSON = [
            "name": "app", "image": "app",
            "command": ["python3", "-m", "http.server", "8080", "--directory", "/etc/config"],
            "volumeMounts": [["name": "config", "mountPath": "/etc/config"]],
            "readinessProbe": ["httpGet": ["port": 8080, "path": "/who"], "periodSeconds": 1],
        ]
        let volumes: JSON = [["name": "config", "configMap": ["name": .string(name)]]]
        return makePod(name, containers: [container], spec: ["volumes": volumes, "terminationGracePeriodSeconds": 1])
    }

    private func get(_ url: String) async throws -> String {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(2))
        return String(buffer: try await response.body.collect(upTo: 10_000))
    }

    @Test("a Service leads host and pods to ready pods, by address and by name, and refuses without them")
    func service() async throws {
        try await withNode { cluster, directory, _ in
            var addresses: [JSON] = []
            for name in ["one", "two"] {
                var map = ConfigMap(name: name, namespace: "shop")
                map.data = ["who": name]
                _ = try await cluster.create(map)
                var pod = self.server(name)
                pod.json["metadata", "uid"] = .null
                _ = try await cluster.create(pod)
            }
            for pod in try await cluster.waitFor(Pod.self, { $0.count == 2 && $0.allSatisfy(\.isReady) }) {
                addresses.append(["addresses": [.string(pod.podIP)], "conditions": ["ready": true]])
            }
            let (service, slice) = makeService(
                "web", spec: ["clusterIP": "10.213.7.9", "ports": [["port": 80]]], endpoints: addresses,
                ports: [["port": 8080]])
            _ = try await cluster.create(service)
            await #expect(throws: (any Error).self) { try await self.get("http://10.213.7.9/who") }
            _ = try await cluster.create(slice)
            try await eventually { (try? await self.get("http://10.213.7.9/who")) != nil }
            var seen: Set<String> = []
            for _ in 0..<30 { seen.insert(try await self.get("http://10.213.7.9/who")) }
            #expect(seen == ["one", "two"])
            // From within a pod, through the name server.
            let script = """
                import urllib.request
                for i in range(30): print(urllib.request.urlopen('http://web/who', timeout=3).read().decode(), end=' ')
                """
            var client = makePod(
                "client",
                containers: [["name": "app", "image": "app", "command": ["python3", "-c", .string(script)]]],
                spec: ["restartPolicy": "Never"])
            client.json["metadata", "uid"] = .null
            _ = try await cluster.create(client)
            let ended = try await cluster.waitFor(Pod.self) { $0.contains { $0.name == "client" && $0.isFinished } }
            let pod = try #require(ended.first { $0.name == "client" })
            var log: [UInt8] = []
            for try await part in try PodLogs(dataDirectory: directory).stream(of: pod, options: LogOptions()) {
                log += part
            }
            let words = String(decoding: log, as: UTF8.self).split(separator: " ")
            #expect(pod.phase == "Succeeded")
            #expect(Set(words) == ["one", "two"] && words.count == 30, "\(String(decoding: log, as: UTF8.self))")
        }
    }
}
