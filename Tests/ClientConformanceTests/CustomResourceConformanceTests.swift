import KubernetesAPI
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct CustomResourceConformanceTests {
    private func widget(_ name: String, _ spec: JSON) -> Widget {
        var widget = Widget(name: name, namespace: "test")
        widget.json["spec"] = spec
        return widget
    }

    /// Makes the definition, and waits for nothing: it is served when the create answers.
    private func define(_ client: any APIClient) async throws {
        _ = try await client.create(
            CustomResourceDefinition.type.gvr, namespace: nil, name: nil, subresource: nil, object: Widget.definition,
            options: WriteOptions())
    }

    @Test("a custom kind is listed, made, watched and removed as any other", arguments: Implementation.allCases)
    func life(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            try await define(client)
            #expect(try await client.resourceTypes().contains(Widget.type))
            let stream = try await client.watch(Widget.type.gvr, namespace: "test", options: ListOptions())
            let made = try await client.create(widget("w", ["size": 1, "free": ["a": [1, "b", true]]]))
            #expect(made.json["kind"] == "Widget")
            let changed = try await client.patch(
                Widget.self, namespace: "test", name: "w", .merge(["spec": ["size": 2]]))
            #expect(changed.json["spec"] == ["size": 2, "free": ["a": [1, "b", true]]])
            #expect(changed.metadata.generation == 2)
            try await client.delete(Widget.self, namespace: "test", name: "w")
            let events = try await take(3, of: stream)
            #expect(events.prefix(2) == [.added(made.json), .modified(changed.json)])
            #expect(events.last?.summary == "DELETED w")
        }
    }

    @Test("a custom kind's schema is enforced, with causes", arguments: Implementation.servers)
    func schema(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            let early = try await refusal(of: { try await client.create(widget("w", ["size": 1])) })
            #expect(early?.code == 404)
            try await define(client)
            let refused = try await refusal(of: { try await client.create(widget("w", ["size": 0])) })
            #expect(refused?.code == 422 && refused?.reason == "Invalid")
            #expect(refused?.details["causes"].array?.map { $0["field"] } == ["spec.size"])
            let strategic = try await refusal(of: {
                _ = try await client.create(widget("w", ["size": 1]))
                return try await client.patch(
                    Widget.self, namespace: "test", name: "w", .strategicMerge(["spec": ["size": 2]]))
            })
            #expect(strategic?.code == 415)
        }
    }

    @Test("a custom kind's status has a door of its own", arguments: Implementation.servers)
    func status(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            try await define(client)
            var object = try await client.create(widget("w", ["size": 1]))
            object.json["status"] = ["done": true]
            let written = try await client.update(object)
            #expect(written.json["status"].isNull)
            // A server that notes when a manager last wrote has changed the object nevertheless.
            object.metadata.resourceVersion = written.metadata.resourceVersion
            object = try await client.update(object, subresource: "status")
            #expect(object.json["status"] == ["done": true] && object.metadata.generation == 1)
        }
    }

    @Test("both ways to the server list the same kinds, each with its versions in the same order")
    func types() async throws {
        let lists = Mutex<[[ResourceType]]>([])
        for implementation in Implementation.servers {
            try await implementation.run { cluster in
                try await define(cluster.client)
                let types = try await cluster.client.resourceTypes()
                lists.withLock { $0.append(types) }
            }
        }
        let all = lists.withLock(\.self)
        let expected = [Pod.type, Namespace.type, Deployment.type, CustomResourceDefinition.type, Widget.type]
        #expect(expected.allSatisfy(all[0].contains))
        #expect(Set(all[0]).count == all[0].count)
        #expect(
            Dictionary(grouping: all[0]) { "\($0.group)/\($0.plural)" }
                == Dictionary(grouping: all[1]) { "\($0.group)/\($0.plural)" })
    }
}
