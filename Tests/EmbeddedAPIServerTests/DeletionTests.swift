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

    @Test("propagation policies become finalizers")
    func propagation() async throws {
        let test = try await TestServer()
        _ = try await test.client.create(deployment("a"))
        _ = try await test.client.create(deployment("b"))
        try await test.client.delete(
            Deployment.self, namespace: "test", name: "a", options: DeleteOptions(propagationPolicy: .foreground))
        try await test.client.delete(
            Deployment.self, namespace: "test", name: "b", options: DeleteOptions(propagationPolicy: .orphan))
        let left = try await test.client.list(Deployment.self, namespace: "test")
        #expect(left.map(\.metadata.finalizers) == [["foregroundDeletion"], ["orphan"]])
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

    @Test("preconditions that fail are conflicts")
    func preconditions() async throws {
        let test = try await TestServer()
        let object = try await test.client.create(configMap("a"))
        for options in [DeleteOptions(uid: "other"), DeleteOptions(resourceVersion: "1")] {
            let refused = await status {
                try await test.client.delete(ConfigMap.self, namespace: "test", name: "a", options: options)
            }
            #expect(refused?.isConflict == true)
        }
        try await test.client.delete(
            ConfigMap.self, namespace: "test", name: "a",
            options: DeleteOptions(uid: object.uid, resourceVersion: object.metadata.resourceVersion))
        #expect(try await test.client.find(ConfigMap.self, namespace: "test", name: "a") == nil)
    }

    @Test("deletecollection takes what the selector takes")
    func collection() async throws {
        let test = try await TestServer()
        for index in 0..<6 {
            _ = try await test.client.create(configMap("o\(index)", labels: ["parity": "\(index % 2)"]))
        }
        try await test.client.deleteCollection(
            ConfigMap.type.gvr, namespace: "test",
            list: ListOptions(labelSelector: LabelSelector(matching: ["parity": "1"])), options: DeleteOptions())
        #expect(try await test.client.list(ConfigMap.self, namespace: "test").map(\.name) == ["o0", "o2", "o4"])
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
