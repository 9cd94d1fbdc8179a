import ClusterTesting
import KubernetesAPI
import Testing

@testable import ControllerRuntime

@Suite struct EventRecorderTests {
    private let pod = ObjectReference(apiVersion: "v1", kind: "Pod", namespace: "ns", name: "web", uid: "u")

    @Test("the same event again raises the count of the first")
    func aggregates() async throws {
        let cluster = InMemoryCluster()
        let recorder = EventRecorder(client: cluster, component: "test")
        for _ in 0..<3 { recorder.warning(pod, reason: "BackOff", "restarting") }
        recorder.warning(pod, reason: "BackOff", "another message")
        await recorder.flush()
        let events = try await cluster.list(Event.self).sorted { $0.message > $1.message }
        #expect(events.map(\.message) == ["restarting", "another message"])
        #expect(events.map { $0.json["count"].int } == [3, 1])
        let first = try #require(events.first)
        #expect(first.name.hasPrefix("web.") && first.severity == "Warning")
        #expect(first.json["source", "component"].string == "test")
        #expect(first.json["involvedObject", "uid"].string == "u")
    }

    @Test("an event that expired meanwhile is written anew")
    func rewrites() async throws {
        let cluster = InMemoryCluster()
        let recorder = EventRecorder(client: cluster, component: "test")
        recorder.normal(pod, reason: "Started", "x")
        await recorder.flush()
        try await cluster.deleteCollection(
            Event.type.gvr, namespace: "ns", list: ListOptions(), options: DeleteOptions())
        recorder.normal(pod, reason: "Started", "x")
        await recorder.flush()
        #expect(try await cluster.list(Event.self).count == 1)
    }

    @Test("events of cluster-scoped objects stand in default, and a refusing server stops nobody")
    func clusterScoped() async throws {
        let cluster = InMemoryCluster()
        let recorder = EventRecorder(client: cluster, component: "test")
        cluster.onRequest { _ in throw Status.internalError("down") }
        recorder.normal(Node(name: "n1").reference, reason: "Lost", "x")
        await recorder.flush()
        cluster.onRequest(nil)
        recorder.normal(Node(name: "n1").reference, reason: "Kept", "x")
        await recorder.flush()
        let events = try await cluster.list(Event.self)
        #expect(events.map(\.reason) == ["Kept"] && events.map(\.namespace) == ["default"])
    }
}
