import KubernetesAPI
import Testing

@Suite(.timeLimit(.minutes(5))) struct PatchConformanceTests {
    @Test("a merge patch sets, adds and removes", arguments: Implementation.allCases)
    func merge(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(configMap("a", ["keep": "1", "change": "1", "drop": "1"]))
            let patched = try await cluster.client.patch(
                ConfigMap.self, namespace: "test", name: "a",
                .merge(["data": .object(["change": "2", "drop": .null, "add": "2"])]))
            #expect(patched.data == ["keep": "1", "change": "2", "add": "2"])
            #expect(try await cluster.client.get(ConfigMap.self, namespace: "test", name: "a") == patched)
        }
    }

    @Test("a JSON patch works step by step, all of it or nothing", arguments: Implementation.allCases)
    func json(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            var object = configMap("a", ["b": "1"])
            object.metadata.annotations = ["x.io/y": "1"]
            _ = try await cluster.client.create(object)
            func patch(_ steps: JSON) async throws -> ConfigMap {
                try await cluster.client.patch(
                    ConfigMap.self, namespace: "test", name: "a", .json(try JSONPatch(json: steps)))
            }
            let annotation: JSON = "/metadata/annotations/x.io~1y"
            let patched = try await patch([
                ["op": "test", "path": annotation, "value": "1"],
                ["op": "replace", "path": annotation, "value": "2"],
                ["op": "move", "from": "/data/b", "path": "/data/c"],
            ])
            #expect(patched.data == ["c": "1"] && patched.metadata.annotations == ["x.io/y": "2"])
            let refused = try await refusal(of: {
                try await patch([
                    ["op": "replace", "path": "/data/c", "value": "9"],
                    ["op": "test", "path": annotation, "value": "none"],
                ])
            })
            #expect(refused?.code == 422 && refused?.reason == "Invalid")
            #expect(try await cluster.client.get(ConfigMap.self, namespace: "test", name: "a") == patched)
        }
    }

    @Test("a strategic merge patch merges containers by their names", arguments: Implementation.servers)
    func strategic(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(deployment("web"))
            let containers: JSON = [
                ["name": "main", "env": [["name": "A", "value": "1"]]], ["name": "side", "image": "side"],
            ]
            let patched = try await cluster.client.patch(
                Deployment.self, namespace: "test", name: "web",
                .strategicMerge(["spec": ["template": ["spec": ["containers": containers]]]]))
            let merged = patched.template["spec", "containers"].array ?? []
            #expect(Set(merged.compactMap { $0["name"].string }) == ["main", "side"])
            #expect(merged.first { $0["name"] == "main" }?["image"] == "nginx")
            #expect(merged.first { $0["name"] == "main" }?["env"].array?.count == 1)
        }
    }

    @Test("an apply creates, owns, conflicts, takes over by force and lets go", arguments: Implementation.servers)
    func apply(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            func apply(_ data: JSON, by manager: String, force: Bool = false) async throws -> ConfigMap {
                try await cluster.client.patch(
                    ConfigMap.self, namespace: "test", name: "a",
                    .apply(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": data]),
                    options: WriteOptions(fieldManager: manager, force: force))
            }
            #expect(try await apply(["x": "1", "y": "1"], by: "one").data == ["x": "1", "y": "1"])
            let conflict = try await refusal(of: { try await apply(["x": "2"], by: "two") })
            #expect(conflict?.code == 409 && conflict?.isConflict == true)
            #expect(conflict?.message.contains("conflict with \"one\"") == true)
            #expect(conflict?.details["causes"].array?.map { $0["field"] } == [".data.x"])
            #expect(try await apply(["x": "2"], by: "two", force: true).data == ["x": "2", "y": "1"])
            let version = try await cluster.version()
            _ = try await apply(["x": "2"], by: "two")
            if !cluster.isShared { #expect(try await cluster.version() == version) }
            #expect(try await apply([:], by: "one").data == ["x": "2"])
        }
    }
}
