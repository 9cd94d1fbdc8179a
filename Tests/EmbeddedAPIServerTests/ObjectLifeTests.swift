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
}
