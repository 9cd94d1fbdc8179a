import KubernetesAPI
import Testing

@Suite(.timeLimit(.minutes(5))) struct WriteConformanceTests {
    @Test("a created object has an identity and is read back the same", arguments: Implementation.allCases)
    func create(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let made = try await cluster.client.create(configMap("a", ["k": "v"], labels: ["app": "web"]))
            #expect(made.json["kind"] == "ConfigMap" && made.json["apiVersion"] == "v1")
            #expect(!made.uid.isEmpty && !made.metadata.resourceVersion.isEmpty)
            #expect(made.metadata.creationTimestamp != nil)
            #expect(made.data == ["k": "v"] && made.metadata.labels == ["app": "web"])
            #expect(try await cluster.client.get(ConfigMap.self, namespace: "test", name: "a") == made)
            #expect(try await cluster.client.list(ConfigMap.self, namespace: "test") == [made])
            #expect(try await cluster.client.find(ConfigMap.self, namespace: "default", name: "a") == nil)
        }
    }

    @Test("generateName makes names that differ", arguments: Implementation.allCases)
    func generatedNames(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            var object = configMap("")
            object.metadata.generateName = "web-"
            var names: Set<String> = []
            for _ in 0..<20 { names.insert(try await cluster.client.create(object).name) }
            #expect(names.count == 20)
            #expect(names.allSatisfy { $0.hasPrefix("web-") && $0.count > 4 })
        }
    }

    @Test("a cluster-scoped object has no namespace", arguments: Implementation.allCases)
    func clusterScope(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let made = try await cluster.client.create(Namespace(name: "more"))
            #expect(made.namespace.isEmpty)
            #expect(made.json["status", "phase"] == "Active")
            #expect(try await cluster.client.get(Namespace.self, name: "more") == made)
            #expect(try await cluster.client.list(Namespace.self).map(\.name).contains("more"))
        }
    }

    @Test(
        "a refusal is the same Status to the letter", arguments: Implementation.allCases,
        Refusal.all)
    func refusals(_ implementation: Implementation, _ row: Refusal) async throws {
        try await implementation.run { cluster in
            let there = try await cluster.client.create(configMap("there", ["k": "1"]))
            #expect(try await refusal { try await row.request(cluster.client) } == row.status)
            #expect(try await cluster.client.list(ConfigMap.self, namespace: "test") == [there])
        }
    }

    @Test("an empty name is refused instead of meaning all objects", arguments: Implementation.allCases)
    func emptyName(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let (client, type) = (cluster.client, ConfigMap.type.gvr)
            _ = try await client.create(configMap("a"))
            let answers = [
                try await refusal { try await client.get(type, namespace: "test", name: "", subresource: nil) },
                try await refusal {
                    try await client.delete(type, namespace: "test", name: "", options: DeleteOptions())
                },
                try await refusal {
                    try await client.patch(ConfigMap.self, namespace: "test", name: "", .merge(["data": ["k": "v"]]))
                },
            ]
            #expect(answers.allSatisfy { $0?.code == 400 }, "\(answers)")
            #expect(try await cluster.names() == ["a"])
        }
    }

    @Test("an object of a namespace is not guessed to be in one", arguments: Implementation.servers)
    func missingNamespace(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let (client, type) = (cluster.client, ConfigMap.type.gvr)
            _ = try await client.create(configMap("a"))
            for namespace in [nil, ""] {
                let answers = [
                    try await refusal {
                        try await client.create(
                            type, namespace: namespace, name: nil, subresource: nil, object: configMap("b").json,
                            options: WriteOptions())
                    },
                    try await refusal {
                        try await client.get(type, namespace: namespace, name: "a", subresource: nil)
                    },
                    try await refusal {
                        try await client.delete(type, namespace: namespace, name: "a", options: DeleteOptions())
                    },
                ]
                #expect(answers.allSatisfy { [400, 404, 405].contains($0?.code) }, "\(answers)")
            }
            #expect(try await cluster.names() == ["a"])
        }
    }

    @Test("what the schema forbids is invalid, with a cause for each field", arguments: Implementation.servers)
    func invalid(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let named = try await refusal(of: { try await cluster.client.create(configMap("Not_Valid")) })
            #expect(named?.code == 422 && named?.reason == "Invalid")
            #expect(named?.details["causes"].array?.map { $0["field"] } == ["metadata.name"])
            var object = pod("p")
            object.spec["containers"] = [["name": "UPPER"], ["name": "b", "image": "x"]]
            let refused = try await refusal(of: { try await cluster.client.create(object) })
            let causes = refused?.details["causes"].array ?? []
            #expect(refused?.code == 422 && refused?.reason == "Invalid")
            #expect(refused?.details["kind"] == "Pod" && refused?.details["name"] == "p")
            #expect(
                Set(causes.compactMap { $0["field"].string })
                    == ["spec.containers[0].name", "spec.containers[0].image"])
            #expect(causes.allSatisfy { refused?.message.contains($0["message"].string ?? "-") == true })
        }
    }

    @Test("an update replaces the object, moves the version and counts generations", arguments: Implementation.allCases)
    func update(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let first = try await cluster.client.create(deployment("web"))
            #expect(first.metadata.generation == 1)
            var second = first
            second.json["spec", "replicas"] = 3
            // Where controllers write too, they would make it a conflict.
            if cluster.isShared { second.metadata.resourceVersion = "" }
            second = try await cluster.client.update(second)
            #expect(second.metadata.generation == 2 && second.replicas == 3)
            #expect(second.metadata.resourceVersion != first.metadata.resourceVersion)
            #expect(second.uid == first.uid)
            #expect(second.metadata.creationTimestamp == first.metadata.creationTimestamp)
            second.metadata.labels = ["a": "b"]
            if cluster.isShared { second.metadata.resourceVersion = "" }
            let third = try await cluster.client.update(second)
            // A controller's annotation, which this update took away, counts as a generation too.
            if !cluster.isShared { #expect(third.metadata.generation == 2) }
        }
    }

    @Test("an update that changes nothing writes nothing", arguments: Implementation.allCases)
    func sameUpdate(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let made = try await cluster.client.create(configMap("a", ["k": "v"]))
            let version = try await cluster.version()
            #expect(try await cluster.client.update(made) == made)
            let patched = try await cluster.client.patch(
                ConfigMap.self, namespace: "test", name: "a", .merge(["data": ["k": "v"]]))
            #expect(patched == made)
            if !cluster.isShared { #expect(try await cluster.version() == version) }
        }
    }

    @Test("an update of another object of the same name is a conflict", arguments: Implementation.allCases)
    func otherObject(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            var other = try await cluster.client.create(configMap("a"))
            try await cluster.client.delete(ConfigMap.self, namespace: "test", name: "a")
            _ = try await cluster.client.create(configMap("a"))
            other.metadata.resourceVersion = ""
            other.data["k"] = "v"
            #expect(try await refusal(of: { try await cluster.client.update(other) })?.isConflict == true)
        }
    }

    @Test("a dry run answers as the real thing and writes nothing", arguments: Implementation.allCases)
    func dryRun(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            let before = try await client.create(configMap("a", ["k": "1"]))
            let version = try await cluster.version()
            let dry = WriteOptions(dryRun: true)
            #expect(try await client.create(configMap("b"), options: dry).uid.isEmpty == false)
            #expect(try await refusal(of: { try await client.create(configMap("a"), options: dry) }) != nil)
            #expect(try await client.update(configMap("a", ["k": "2"]), options: dry).data == ["k": "2"])
            let patched = try await client.patch(
                ConfigMap.self, namespace: "test", name: "a", .merge(["data": ["k": "3"]]), options: dry)
            #expect(patched.data == ["k": "3"])
            try await client.delete(ConfigMap.self, namespace: "test", name: "a", options: DeleteOptions(dryRun: true))
            #expect(try await client.list(ConfigMap.self, namespace: "test") == [before])
            if !cluster.isShared { #expect(try await cluster.version() == version) }
        }
    }

    @Test("writers that amend one object at the same time all get their change in", arguments: Implementation.allCases)
    func amend(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            _ = try await client.create(configMap("counter", ["shared": "0"]))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        try await client.amend(ConfigMap.self, namespace: "test", name: "counter") { map in
                            map.data["shared"] = String((map.data["shared"].flatMap(Int.init) ?? 0) + 1)
                            map.data["writer-\(writer)"] = "done"
                            return true
                        }
                    }
                }
                try await group.waitForAll()
            }
            let data = try await client.get(ConfigMap.self, namespace: "test", name: "counter").data
            #expect(data["shared"] == "8" && data.count == 9)
        }
    }
}
