import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("Deletes")
struct DeletionTests {
    @Test("an object with finalizers waits for the last of them")
    func finalizers() async throws {
        let test = try await TestServer()
        var object = configMap("a")
        object.metadata.finalizers = ["x.io/one", "x.io/two"]
        _ = try await test.client.create(object)
        try await test.client.delete(ConfigMap.self, namespace: "test", name: "a")
        object = try await test.client.get(ConfigMap.self, namespace: "test", name: "a")
        #expect(object.metadata.isBeingDeleted)
        object.metadata.finalizers.append("x.io/three")
        let added = await status { try await test.client.update(object) }
        #expect(added?.message.contains("no new finalizers can be added") == true)
        object.metadata.finalizers = ["x.io/two"]
        object = try await test.client.update(object)
        object.metadata.finalizers = []
        _ = try await test.client.update(object)
        #expect(try await test.client.find(ConfigMap.self, namespace: "test", name: "a") == nil)
    }

    @Test("a pod on a node gets its grace, a shorter one hurries it, zero ends it")
    func grace() async throws {
        let test = try await TestServer()
        let client = test.client
        _ = try await client.create(pod("a", node: "n1"))
        try await client.delete(Pod.self, namespace: "test", name: "a")
        var object = try await client.get(Pod.self, namespace: "test", name: "a")
        #expect(object.metadata.deletionGracePeriodSeconds == 30)
        let end = try #require(object.metadata.deletionTimestamp)
        try await client.delete(
            Pod.self, namespace: "test", name: "a", options: DeleteOptions(gracePeriodSeconds: 5))
        object = try await client.get(Pod.self, namespace: "test", name: "a")
        #expect(object.metadata.deletionGracePeriodSeconds == 5)
        #expect(object.metadata.deletionTimestamp.map { end - $0 } == .seconds(25))
        let version = object.metadata.resourceVersion
        try await client.delete(Pod.self, namespace: "test", name: "a")
        #expect(try await client.get(Pod.self, namespace: "test", name: "a").metadata.resourceVersion == version)
        try await client.delete(
            Pod.self, namespace: "test", name: "a", options: DeleteOptions(gracePeriodSeconds: 0, uid: object.uid))
        #expect(try await client.find(Pod.self, namespace: "test", name: "a") == nil)
        _ = try await client.create(pod("unscheduled"))
        try await client.delete(Pod.self, namespace: "test", name: "unscheduled")
        #expect(try await client.find(Pod.self, namespace: "test", name: "unscheduled") == nil)
    }

    @Test("a namespace refuses new content while it ends, and goes when it is finalized")
    func namespace() async throws {
        let test = try await TestServer()
        let client = test.client
        try await client.delete(Namespace.self, name: "test")
        var namespace = try await client.get(Namespace.self, name: "test")
        #expect(namespace.json["status", "phase"] == "Terminating")
        let refused = await status { try await client.create(configMap("a")) }
        #expect(refused?.isForbidden == true)
        #expect(refused?.message.contains("because it is being terminated") == true)
        namespace.json["spec", "finalizers"] = []
        _ = try await client.update(namespace, subresource: "finalize")
        #expect(try await client.find(Namespace.self, name: "test") == nil)
    }
}
