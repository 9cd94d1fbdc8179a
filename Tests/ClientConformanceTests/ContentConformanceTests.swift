import KubernetesAPI
import Testing

@Suite(.timeLimit(.minutes(5))) struct ContentConformanceTests {
    @Test("any text survives the way to the cluster and back", arguments: Implementation.allCases)
    func unicode(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let data = [
                "umlauts": "Grüße aus Köln", "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈", "composed": "e\u{301} é", "right-to-left": "שלום עולם",
                "control": "tab\t newline\n return\r bell\u{07} nul\u{0} delete\u{7F}",
                "quotes": "\"\\/\u{2028}\u{2029}",
                "empty": "", "outside": "𝄞 \u{10FFFF}", "spaces": "  \u{A0}\u{FEFF} ",
            ]
            let made = try await cluster.client.create(configMap("text", data))
            #expect(made.data == data)
            let stream = try await cluster.client.watch(
                ConfigMap.type.gvr, namespace: "test", options: ListOptions())
            #expect(try await take(1, of: stream) == [.added(made.json)])
            let read = try await cluster.client.get(ConfigMap.self, namespace: "test", name: "text")
            for (key, value) in data {
                // String equality would not tell composed from decomposed letters.
                #expect(read.data[key].map { Array($0.utf8) } == Array(value.utf8), "\(key)")
            }
        }
    }

    @Test("numbers keep their value, integers all their digits", arguments: Implementation.allCases)
    func numbers(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let numbers: JSON = [
                0, -1, .int(.max), .int(.min), 1.5, -0.001, 1e21, 2.5e-300, 1.7976931348623157e308,
            ]
            _ = try await cluster.client.create(
                CustomResourceDefinition.type.gvr, namespace: nil, name: nil, subresource: nil,
                object: Widget.definition, options: WriteOptions())
            var widget = Widget(name: "w", namespace: "test")
            widget.json["spec"] = ["numbers": numbers, "flags": [true, false], "nothing": [:], "none": []]
            let made = try await cluster.client.create(widget)
            #expect(made.json["spec", "numbers"] == numbers)
            let read = try await cluster.client.get(Widget.self, namespace: "test", name: "w")
            #expect(read.json["spec"] == widget.json["spec"])
        }
    }

    @Test("an object of a megabyte is written, read, listed and watched", arguments: Implementation.allCases)
    func large(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            // Just below what Kubernetes allows for all data of a ConfigMap: 1 MiB.
            let value = String(repeating: "0123456789abcdeß", count: 61_000)
            let stream = try await client.watch(
                ConfigMap.type.gvr, namespace: "test",
                options: ListOptions(resourceVersion: try await cluster.version()))
            let made = try await client.create(configMap("large", ["value": value]))
            #expect(try await take(1, of: stream) == [.added(made.json)])
            #expect(try await client.get(ConfigMap.self, namespace: "test", name: "large") == made)
            let patched = try await client.patch(
                ConfigMap.self, namespace: "test", name: "large", .merge(["data": ["more": "x"]]))
            #expect(patched.data == ["value": value, "more": "x"])
            #expect(try await client.list(ConfigMap.self, namespace: "test") == [patched])
        }
    }

    @Test("an object that is too large is refused and not stored", arguments: Implementation.servers)
    func tooLarge(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            for size in [1_100_000, 4_000_000] {
                let value = String(repeating: "x", count: size)
                let refused = try await refusal(of: { try await cluster.client.create(configMap("a", ["v": value])) })
                #expect(refused?.code == 422 || refused?.code == 413, "\(size): \(refused?.message ?? "accepted")")
            }
            #expect(try await cluster.names() == [])
        }
    }
}
