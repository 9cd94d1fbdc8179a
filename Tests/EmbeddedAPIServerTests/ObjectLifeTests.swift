import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("Creates and updates")
struct ObjectLifeTests {
    @Test("a new object gets identity, and names from generateName that differ")
    func creation() async throws {
        let test = try await TestServer()
        var object = configMap("")
        object.metadata.generateName = "web-"
        let first = try await test.client.create(object)
        let second = try await test.client.create(object)
        #expect(first.name.hasPrefix("web-") && first.name.count == 9)
        #expect(first.name != second.name)
        #expect(first.uid.count == 36 && first.uid != second.uid)
        #expect(first.metadata.creationTimestamp != nil)
        #expect(!first.metadata.resourceVersion.isEmpty)
        #expect(first.json["metadata", "managedFields"].array?.count == 1)
    }

    @Test("requests that contradict themselves are refused as Kubernetes does")
    func refusals() async throws {
        let test = try await TestServer()
        let client = test.client
        let type = ConfigMap.type.gvr
        var versioned = configMap("a")
        versioned.metadata.resourceVersion = "5"
        #expect(await status { try await client.create(versioned) }?.code == 400)
        let elsewhere = await status { try await client.make(type, in: "default", configMap("a").json) }
        #expect(elsewhere?.code == 400)
        #expect(elsewhere?.message.contains("does not match the namespace") == true)
        let nowhere = await status { try await client.create(ConfigMap(name: "a", namespace: "missing")) }
        #expect(nowhere?.message == "namespaces \"missing\" not found")
        #expect(nowhere?.code == 404)
        let named = await status { try await client.create(configMap("Not_Valid")) }
        #expect(named?.code == 422)
        #expect(named?.message.contains("metadata.name: Invalid value: \"Not_Valid\"") == true)
        let kind = await status {
            try await client.make(type, in: "test", ["kind": "Secret", "metadata": ["name": "a"]])
        }
        #expect(kind?.code == 400)
        let unknown = GroupVersionResource(group: "x.io", version: "v1", resource: "things")
        #expect(await status { try await client.make(unknown, in: "test", [:]) }?.code == 404)
        #expect(await status { try await client.update(configMap("none")) }?.code == 404)
        _ = try await client.create(configMap("a"))
        let twice = await status { try await client.create(configMap("a")) }
        #expect(twice?.message == "configmaps \"a\" already exists")
    }

    @Test("an update from an older version is a conflict, one that changes nothing writes nothing")
    func optimisticLock() async throws {
        let test = try await TestServer()
        let first = try await test.client.create(configMap("a", ["k": "1"]))
        var second = first
        second.data["k"] = "2"
        second = try await test.client.update(second)
        #expect(second.metadata.resourceVersion != first.metadata.resourceVersion)
        let conflict = await status { try await test.client.update(first) }
        #expect(conflict?.isConflict == true)
        #expect(conflict?.message.contains("the object has been modified") == true)
        let version = try await test.client.version()
        #expect(try await test.client.update(second).metadata.resourceVersion == second.metadata.resourceVersion)
        #expect(try await test.client.version() == version)
        var other = second
        other.metadata.uid = "00000000-0000-0000-0000-000000000000"
        #expect(await status { try await test.client.update(other) }?.isConflict == true)
    }

    @Test("generation counts changes of the desired state, and status has its own door")
    func generationAndStatus() async throws {
        let test = try await TestServer()
        var object = deployment("web")
        object.json["status"] = ["replicas": 7]
        object = try await test.client.create(object)
        #expect(object.metadata.generation == 1)
        #expect(object.json["status", "replicas"].isNull)
        object.metadata.labels = ["a": "b"]
        object = try await test.client.update(object)
        #expect(object.metadata.generation == 1)
        object.json["spec", "replicas"] = 3
        object.json["status", "replicas"] = 7
        object = try await test.client.update(object)
        #expect(object.metadata.generation == 2)
        #expect(object.json["status", "replicas"].isNull)
        object.json["status", "replicas"] = 3
        object.json["spec", "replicas"] = 9
        object = try await test.client.update(object, subresource: "status")
        #expect(object.metadata.generation == 2)
        #expect(object.json["status", "replicas"] == 3)
        #expect(object.replicas == 3)
    }

    @Test("all four patches change an object; a strategic one merges containers by name")
    func patches() async throws {
        let test = try await TestServer()
        let client = test.client
        _ = try await client.create(deployment("web"))
        let container: JSON = ["name": "main", "env": [["name": "A", "value": "1"]]]
        var result = try await client.patch(
            Deployment.self, namespace: "test", name: "web",
            .strategicMerge(["spec": ["template": ["spec": ["containers": [container]]]]]))
        let containers = result.template["spec", "containers"].array
        #expect(containers?.first?["image"] == "nginx")
        #expect(containers?.first?["env"].array?.count == 1)
        result = try await client.patch(
            Deployment.self, namespace: "test", name: "web",
            .json(try JSONPatch(json: [["op": "replace", "path": "/spec/replicas", "value": 4]])))
        #expect(result.replicas == 4)
        result = try await client.patch(
            Deployment.self, namespace: "test", name: "web", .merge(["spec": ["replicas": 5]]))
        #expect(result.replicas == 5)
        let stale: JSON = ["metadata": ["resourceVersion": "1"], "spec": ["replicas": 6]]
        let conflict = await status {
            try await client.patch(Deployment.self, namespace: "test", name: "web", .merge(stale))
        }
        #expect(conflict?.isConflict == true)
    }

    @Test("server-side apply creates, owns, conflicts and takes over by force")
    func apply() async throws {
        let test = try await TestServer()
        let client = test.client
        func apply(_ data: JSON, by manager: String, force: Bool = false) async throws -> ConfigMap {
            try await client.patch(
                ConfigMap.self, namespace: "test", name: "a",
                .apply(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": data]),
                options: WriteOptions(fieldManager: manager, force: force))
        }
        #expect(try await apply(["x": "1", "y": "1"], by: "one").data == ["x": "1", "y": "1"])
        let conflict = await status { try await apply(["x": "2"], by: "two") }
        #expect(conflict?.code == 409)
        #expect(conflict?.message.contains("conflict with \"one\"") == true)
        #expect(try await apply(["x": "2"], by: "two", force: true).data == ["x": "2", "y": "1"])
        let version = try await client.version()
        _ = try await apply(["x": "2"], by: "two")
        #expect(try await client.version() == version)
        #expect(try await apply([:], by: "one").data == ["x": "2"])
    }

    @Test("a dry run answers as the real thing and writes nothing")
    func dryRun() async throws {
        let test = try await TestServer()
        let client = test.client
        _ = try await client.create(configMap("a", ["k": "1"]))
        let version = try await client.version()
        let dry = WriteOptions(dryRun: true)
        #expect(try await client.create(configMap("b"), options: dry).uid.isEmpty == false)
        #expect(await status { try await client.create(configMap("a"), options: dry) }?.isAlreadyExists == true)
        #expect(try await client.update(configMap("a", ["k": "2"]), options: dry).data == ["k": "2"])
        let patched = try await client.patch(
            ConfigMap.self, namespace: "test", name: "a", .merge(["data": ["k": "3"]]), options: dry)
        #expect(patched.data == ["k": "3"])
        try await client.delete(ConfigMap.self, namespace: "test", name: "a", options: DeleteOptions(dryRun: true))
        #expect(try await client.get(ConfigMap.self, namespace: "test", name: "a").data == ["k": "1"])
        #expect(try await client.version() == version)
    }

    @Test("unknown fields are refused when asked to, and dropped otherwise")
    func unknownFields() async throws {
        let test = try await TestServer()
        var object = deployment("web")
        object.json["spec", "replica"] = 3
        let refused = await status {
            try await test.client.create(object, options: WriteOptions(fieldValidation: "Strict"))
        }
        #expect(refused?.code == 400)
        #expect(refused?.message == "strict decoding error: unknown field \"spec.replica\"")
        #expect(try await test.client.create(object).json["spec", "replica"].isNull)
        object.json["spec", "replicas"] = "three"
        let wrong = await status { try await test.client.create(object) }
        #expect(wrong?.code == 400)
        #expect(wrong?.message.contains("spec.replicas") == true)
    }

    @Test("scale reads and writes the replicas alone")
    func scale() async throws {
        let test = try await TestServer()
        let client = test.client
        let type = Deployment.type.gvr
        _ = try await client.create(deployment("web", replicas: 2))
        var scale = try await client.get(type, namespace: "test", name: "web", subresource: "scale")
        #expect(scale["kind"] == "Scale" && scale["spec", "replicas"] == 2)
        #expect(scale["status", "selector"] == "app=web")
        scale["spec", "replicas"] = 5
        _ = try await client.update(
            type, namespace: "test", name: "web", subresource: "scale", object: scale, options: WriteOptions())
        let patched = try await client.patch(
            type, namespace: "test", name: "web", subresource: "scale", patch: .merge(["spec": ["replicas": 6]]),
            options: WriteOptions())
        #expect(patched["spec", "replicas"] == 6)
        let object = try await client.get(Deployment.self, namespace: "test", name: "web")
        #expect(object.replicas == 6 && object.metadata.generation == 3)
        let stale = await status {
            try await client.update(
                type, namespace: "test", name: "web", subresource: "scale", object: scale, options: WriteOptions())
        }
        #expect(stale?.isConflict == true)
    }
}
