import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("Pods and services")
struct PodTests {
    @Test("a pod gets its account and the token where its containers look for it")
    func admission() async throws {
        let test = try await TestServer()
        let made = try await test.client.create(pod("a"))
        #expect(made.spec["serviceAccountName"] == "default")
        let mount = made.spec["containers"].array?.first?["volumeMounts"].array?.first
        #expect(mount?["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount")
        let volume = made.spec["volumes"].array?.first
        #expect(volume?["name"] == mount?["name"])
        #expect(volume?["projected", "sources"].array?.count == 3)
        #expect(made.phase == "Pending" && made.json["status", "qosClass"] == "BestEffort")
        var without = pod("b")
        without.spec["automountServiceAccountToken"] = false
        #expect(try await test.client.create(without).spec["volumes"].isNull)
        var missing = pod("c")
        missing.spec["serviceAccountName"] = "nobody"
        let refused = await status { try await test.client.create(missing) }
        #expect(
            refused?.message
                == "pods \"c\" is forbidden: error looking up service account test/nobody: serviceaccount \"nobody\" not found"
        )
        let nowhere = await status {
            try await test.client.create(
                Pod(json: ["metadata": ["name": "d", "namespace": "no"], "spec": pod("d").spec]))
        }
        #expect(nowhere?.message == "namespaces \"no\" not found")
    }

    @Test("a pod of a new namespace waits for the account that is about to be made")
    func newNamespace() async throws {
        let test = try await TestServer()
        try await test.client.ensureNamespace("fresh")
        var object = pod("a")
        object.metadata.namespace = "fresh"
        let waiting = object
        async let made = test.client.create(waiting)
        while test.server.store.openWatches == 0 { await Task.yield() }
        try await test.client.ensureAccount("default", in: "fresh")
        #expect(try await made.spec["serviceAccountName"] == "default")
    }

    @Test("a binding assigns a pod once")
    func binding() async throws {
        let test = try await TestServer()
        _ = try await test.client.create(pod("a"))
        func bind(_ node: String) async throws {
            _ = try await test.client.create(
                Pod.type.gvr, namespace: "test", name: "a", subresource: "binding",
                object: ["target": ["kind": "Node", "name": .string(node)]], options: WriteOptions())
        }
        try await bind("n1")
        let bound = try await test.client.get(Pod.self, namespace: "test", name: "a")
        #expect(bound.nodeName == "n1")
        let conditions = bound.json["status", "conditions"].array
        #expect(conditions?.contains { $0["type"] == "PodScheduled" && $0["status"] == "True" } == true)
        #expect(await status { try await bind("n2") }?.isConflict == true)
    }

    @Test("an eviction deletes unless a budget forbids it")
    func eviction() async throws {
        let test = try await TestServer()
        for name in ["a", "b"] {
            var made = try await test.client.create(pod(name, labels: ["app": "web"]))
            made.json["status", "conditions"] = [["type": "Ready", "status": "True"]]
            made.json["status", "phase"] = "Running"
            _ = try await test.client.update(made, subresource: "status")
        }
        let budgets = GroupVersionResource(group: "policy", version: "v1", resource: "poddisruptionbudgets")
        _ = try await test.client.make(
            budgets, in: "test",
            ["metadata": ["name": "b"], "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]]])
        func evict(_ name: String) async throws {
            _ = try await test.client.create(
                Pod.type.gvr, namespace: "test", name: name, subresource: "eviction",
                object: ["metadata": ["name": .string(name)]], options: WriteOptions())
        }
        try await evict("a")
        let refused = await status { try await evict("b") }
        #expect(refused?.code == 429)
        #expect(refused?.message == "Cannot evict pod as it would violate the pod's disruption budget.")
        #expect(try await test.client.list(Pod.self, namespace: "test").map(\.name) == ["b"])
    }

    private func service(_ name: String, _ spec: JSON) -> JSON {
        var spec = spec
        if spec["ports"].isNull { spec["ports"] = [["port": 80]] }
        return ["metadata": ["name": .string(name)], "spec": spec]
    }

    @Test("services get addresses and node ports, keep them, and give them back")
    func services() async throws {
        let range = try #require(AddressRange("10.1.2.0/29"))
        let test = try await TestServer(APIServerConfiguration(storage: .ephemeral, serviceRange: range))
        let client = test.client
        let type = Service.type.gvr
        try await test.server.advertise(address: "192.168.1.1", port: 6443)
        let own = try await client.get(Service.self, namespace: "default", name: "kubernetes")
        #expect(own.clusterIP == "10.1.2.1")
        var addresses: Set<String> = [own.clusterIP]
        for index in 0..<5 {
            let made = Service(json: try await client.make(type, in: "test", service("s\(index)", [:])))
            addresses.insert(made.clusterIP)
        }
        #expect(addresses == Set((1...6).map { "10.1.2.\($0)" }))
        let full = await status { try await client.make(type, in: "test", service("full", [:])) }
        #expect(full?.message.contains("range 10.1.2.0/29 is full") == true)
        let freed = try await client.get(Service.self, namespace: "test", name: "s3").clusterIP
        try await client.delete(Service.self, namespace: "test", name: "s3")
        let taken = await status { try await client.make(type, in: "test", service("x", ["clusterIP": "10.1.2.1"])) }
        #expect(taken?.message.contains("provided IP is already allocated") == true)
        let again = try await client.make(type, in: "test", service("again", ["clusterIP": .string(freed)]))
        #expect(again["spec", "clusterIPs"] == [.string(freed)])
        let headless = try await client.make(type, in: "test", service("headless", ["clusterIP": "None"]))
        #expect(headless["spec", "clusterIP"] == "None")
    }

    @Test("a node port is taken once, and a replaced service keeps its own")
    func nodePorts() async throws {
        let test = try await TestServer()
        let type = Service.type.gvr
        var made = try await test.client.make(type, in: "test", service("a", ["type": "NodePort"]))
        let port = try #require(made["spec", "ports"].array?.first?["nodePort"].int)
        #expect((30000...32767).contains(port))
        let twice = await status {
            try await test.client.make(
                type, in: "test",
                service("b", ["type": "NodePort", "ports": [["port": 80, "nodePort": .int(Int64(port))]]]))
        }
        #expect(twice?.message.contains("provided port is already allocated") == true)
        let replacement = service("a", ["type": "NodePort", "selector": ["app": "web"]])
        made = try await test.client.update(
            type, namespace: "test", name: "a", subresource: nil, object: replacement, options: WriteOptions())
        #expect(made["spec", "ports"].array?.first?["nodePort"].int == port)
        #expect(made["spec", "clusterIP"].string?.hasPrefix("10.96.") == true)
    }

    private struct Issuer: TokenIssuer {
        func issue(
            namespace: String, name: String, uid: String, audiences: [String], expirationSeconds: Int,
            boundPod: (name: String, uid: String)?
        ) async throws -> (token: String, expiration: Timestamp) {
            ("\(namespace)/\(name)/\(boundPod?.name ?? "-")", Timestamp(microseconds: 0))
        }
    }

    private struct Logs: PodLogSource {
        func log(of pod: Pod, options: LogOptions) async throws -> AsyncThrowingStream<[UInt8], any Error> {
            AsyncThrowingStream {
                $0.yield(Array("log of \(pod.name)".utf8))
                $0.finish()
            }
        }
    }

    @Test("tokens and logs come from those who can make them")
    func parts() async throws {
        let test = try await TestServer()
        _ = try await test.client.create(pod("a"))
        let request: JSON = ["spec": ["expirationSeconds": 3600, "boundObjectRef": ["kind": "Pod", "name": "a"]]]
        func token() async throws -> JSON {
            try await test.client.create(
                ServiceAccount.type.gvr, namespace: "test", name: "default", subresource: "token", object: request,
                options: WriteOptions())
        }
        #expect(await status { try await token() }?.code == 503)
        test.server.setTokenIssuer(Issuer())
        #expect(try await token()["status", "token"] == "test/default/a")
        test.server.setLogSource(Logs())
        var text: [UInt8] = []
        for try await part in try await test.client.podLog(namespace: "test", name: "a", options: LogOptions()) {
            text += part
        }
        #expect(String(decoding: text, as: UTF8.self) == "log of a")
    }
}
