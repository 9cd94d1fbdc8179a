import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("Events of both groups")
struct EventFormTests {
    private static let newer = GroupVersionResource(group: "events.k8s.io", version: "v1", resource: "events")

    private static let event: JSON = [
        "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "seen", "namespace": "test"],
        "regarding": ["kind": "Pod", "name": "a", "namespace": "test"], "note": "It happened.", "reason": "Happened",
        "type": "Normal",
    ]

    @Test("an event made in one group is read, changed, watched and deleted in the other")
    func oneEvent() async throws {
        let test = try await TestServer()
        let made = try await test.client.make(Self.newer, in: "test", Self.event)
        #expect(made["apiVersion"] == "events.k8s.io/v1" && made["note"] == "It happened." && made["message"].isNull)
        var core = try await test.client.get(Event.self, namespace: "test", name: "seen")
        #expect(core.json["message"] == "It happened." && core.json["involvedObject", "name"] == "a")
        core.json["message"] = "Again."
        _ = try await test.client.update(core)
        var changes = try await test.client.watch(
            Self.newer, namespace: "test", options: ListOptions(sendInitialEvents: true)
        ).makeAsyncIterator()
        guard case .added(let seen) = try await changes.next() else {
            Issue.record("the watch does not begin with the event")
            return
        }
        #expect(seen["apiVersion"] == "events.k8s.io/v1" && seen["note"] == "Again.")
        _ = try await test.client.delete(Self.newer, namespace: "test", name: "seen", options: DeleteOptions())
        #expect(try await test.client.find(Event.self, namespace: "test", name: "seen") == nil)
    }

    @Test("fields are selected by the names of the group that was asked", arguments: [("a", 1), ("b", 0)])
    func selection(name: String, count: Int) async throws {
        let test = try await TestServer()
        _ = try await test.client.make(Self.newer, in: "test", Self.event)
        for (type, field) in [(Self.newer, "regarding.name"), (Event.type.gvr, "involvedObject.name")] {
            let selector = try FieldSelector(parsing: "\(field)=\(name)")
            let list = try await test.client.list(
                type, namespace: "test", options: ListOptions(fieldSelector: selector))
            #expect(list.items.count == count)
        }
    }
}
