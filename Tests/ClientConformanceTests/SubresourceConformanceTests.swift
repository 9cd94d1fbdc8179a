import EmbeddedAPIServer
import KubernetesAPI
import Testing

@Suite(.timeLimit(.minutes(5))) struct SubresourceConformanceTests {
    @Test(
        "status has a door of its own: neither door changes what is behind the other",
        arguments: Implementation.ownClusters)
    func status(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            var object = deployment("web")
            object.json["status"] = ["replicas": 7]
            object = try await client.create(object)
            #expect(object.json["status", "replicas"].isNull)
            object.json["spec", "replicas"] = 3
            object.json["status", "replicas"] = 7
            object = try await client.update(object)
            #expect(object.replicas == 3 && object.json["status", "replicas"].isNull)
            object.json["spec", "replicas"] = 9
            object.json["status", "replicas"] = 2
            object = try await client.update(object, subresource: "status")
            #expect(object.replicas == 3 && object.json["status", "replicas"] == 2)
            #expect(object.metadata.generation == 2)
            let patched = try await client.patch(
                Deployment.self, namespace: "test", name: "web", subresource: "status",
                .merge(["spec": ["replicas": 9], "status": ["replicas": 3]]))
            #expect(patched.replicas == 3 && patched.json["status", "replicas"] == 3)
            let read = try await client.get(
                Deployment.type.gvr, namespace: "test", name: "web", subresource: "status")
            #expect(read == patched.json)
            object.json["status", "replicas"] = 5
            let stale = try await refusal(of: { try await client.update(object, subresource: "status") })
            #expect(stale?.isConflict == true)
        }
    }

    @Test("scale reads and writes the replicas alone", arguments: Implementation.servers)
    func scale(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let (client, type) = (cluster.client, Deployment.type.gvr)
            _ = try await client.create(deployment("web", replicas: 2))
            var scale = try await client.get(type, namespace: "test", name: "web", subresource: "scale")
            #expect(scale["kind"] == "Scale" && scale["spec", "replicas"] == 2)
            #expect(scale["apiVersion"] == "autoscaling/v1" && scale["status", "selector"] == "app=web")
            scale["spec", "replicas"] = 5
            let versioned = scale
            if cluster.isShared { scale["metadata", "resourceVersion"] = .null }
            let updated = try await client.update(
                type, namespace: "test", name: "web", subresource: "scale", object: scale, options: WriteOptions())
            #expect(updated["spec", "replicas"] == 5)
            let patched = try await client.patch(
                type, namespace: "test", name: "web", subresource: "scale", patch: .merge(["spec": ["replicas": 6]]),
                options: WriteOptions())
            #expect(patched["spec", "replicas"] == 6)
            let object = try await client.get(Deployment.self, namespace: "test", name: "web")
            #expect(object.replicas == 6 && object.metadata.generation == 3)
            let stale = try await refusal(of: {
                try await client.update(
                    type, namespace: "test", name: "web", subresource: "scale", object: versioned,
                    options: WriteOptions())
            })
            #expect(stale?.isConflict == true)
        }
    }

    @Test("a binding puts a pod on a node, once", arguments: Implementation.allCases)
    func binding(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(pod("p"))
            func bind(_ node: String) async throws -> JSON {
                try await cluster.client.create(
                    Pod.type.gvr, namespace: "test", name: "p", subresource: "binding",
                    object: [
                        "apiVersion": "v1", "kind": "Binding", "metadata": ["name": "p"],
                        "target": ["kind": "Node", "name": .string(node)],
                    ], options: WriteOptions())
            }
            _ = try await bind("n1")
            #expect(try await refusal(of: { try await bind("n2") })?.isConflict == true)
            #expect(try await cluster.client.get(Pod.self, namespace: "test", name: "p").nodeName == "n1")
        }
    }

    @Test("an eviction deletes the pod", arguments: Implementation.allCases)
    func eviction(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(pod("p"))
            try await cluster.client.evict(namespace: "test", name: "p")
            let again = try await refusal(of: { try await cluster.client.evict(namespace: "test", name: "p") })
            #expect(again == .notFound(Pod.type.gvr, name: "p"))
            #expect(try await cluster.client.find(Pod.self, namespace: "test", name: "p") == nil)
        }
    }

    @Test(
        "a namespace ends when it is finalized, and takes nothing new until then", arguments: Implementation.ownClusters
    )
    func finalize(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            _ = try await client.create(Namespace(name: "ends"))
            try await client.delete(Namespace.self, name: "ends")
            var namespace = try await client.get(Namespace.self, name: "ends")
            #expect(namespace.json["status", "phase"] == "Terminating")
            let refused = try await refusal(of: { try await client.create(ConfigMap(name: "a", namespace: "ends")) })
            #expect(refused?.isForbidden == true)
            namespace.json["spec", "finalizers"] = []
            _ = try await client.update(namespace, subresource: "finalize")
            #expect(try await client.find(Namespace.self, name: "ends") == nil)
        }
    }

    @Test("what a kind does not have is refused", arguments: Implementation.allCases)
    func unknown(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(configMap("a"))
            for subresource in ["scale", "nonsense"] {
                let refused = try await refusal(of: {
                    try await cluster.client.get(
                        ConfigMap.type.gvr, namespace: "test", name: "a", subresource: subresource)
                })
                #expect(refused?.code == 404, "\(subresource): \(String(describing: refused))")
            }
        }
    }

    /// Logs in two pieces, with bytes that are no text.
    private struct Pieces: PodLogSource {
        func log(of pod: Pod, options: LogOptions) async throws -> AsyncThrowingStream<[UInt8], any Error> {
            AsyncThrowingStream { continuation in
                continuation.yield([0x61, 0xFF, 0x00])
                continuation.yield(Array("\(options.tailLines ?? 0) \(options.container ?? "-")\n".utf8))
                continuation.finish()
            }
        }
    }

    @Test("a log is its bytes, or the refusal", arguments: Implementation.ownServers)
    func log(_ implementation: Implementation) async throws {
        try await implementation.run(.init(logs: Pieces())) { cluster in
            let client = cluster.client
            _ = try await client.create(pod("p", node: "n1"))
            var bytes: [UInt8] = []
            let options = LogOptions(container: "main", follow: true, tailLines: 5)
            for try await piece in try await client.podLog(namespace: "test", name: "p", options: options) {
                bytes += piece
            }
            #expect(bytes == [0x61, 0xFF, 0x00] + Array("5 main\n".utf8))
            let missing = try await refusal(of: {
                try await client.podLog(namespace: "test", name: "none", options: LogOptions())
            })
            #expect(missing == .notFound(Pod.type.gvr, name: "none"))
        }
    }
}
