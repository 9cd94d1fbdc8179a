import KubernetesAPI
import Testing

@Suite(.timeLimit(.minutes(5))) struct ListConformanceTests {
    /// Four ConfigMaps, and one in another namespace.
    private func fill(_ client: any APIClient) async throws {
        _ = try await client.create(configMap("a", labels: ["app": "web", "tier": "front"]))
        _ = try await client.create(configMap("b", labels: ["app": "web", "tier": "back"]))
        _ = try await client.create(configMap("c", labels: ["app": "db"]))
        _ = try await client.create(configMap("d"))
        _ = try await client.create(ConfigMap(name: "a", namespace: "default"))
    }

    @Test(
        "label selectors pick what Kubernetes says they pick", arguments: Implementation.allCases,
        [
            ("", ["a", "b", "c", "d"]), ("app=web", ["a", "b"]), ("app==web,tier=back", ["b"]),
            ("app!=web", ["c", "d"]), ("app in (web,db)", ["a", "b", "c"]), ("app notin (web)", ["c", "d"]),
            ("tier", ["a", "b"]), ("!tier", ["c", "d"]), ("app,!tier", ["c"]), ("app=none", []),
        ])
    func labels(_ implementation: Implementation, _ row: (selector: String, names: [String])) async throws {
        try await implementation.run { cluster in
            try await fill(cluster.client)
            #expect(try await cluster.names(labels: row.selector) == row.names)
        }
    }

    @Test("field selectors pick by name, namespace and the fields of the kind", arguments: Implementation.allCases)
    func fields(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            try await fill(cluster.client)
            #expect(try await cluster.names(fields: "metadata.name=b") == ["b"])
            #expect(try await cluster.names(fields: "metadata.name!=b") == ["a", "c", "d"])
            let here = try await cluster.client.list(
                ConfigMap.self, fields: FieldSelector(parsing: "metadata.name=a,metadata.namespace=default"))
            #expect(here.map(\.namespace) == ["default"])
            _ = try await cluster.client.create(pod("p1", node: "n1"))
            _ = try await cluster.client.create(pod("p2", node: "n2"))
            let onNode = try await cluster.client.list(Pod.self, fields: FieldSelector(parsing: "spec.nodeName=n2"))
            #expect(onNode.map(\.name) == ["p2"])
        }
    }

    @Test("a field that the kind does not offer is refused", arguments: Implementation.servers)
    func unknownField(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let selector = try FieldSelector(parsing: "spec.image=x")
            let refused = try await refusal(of: { try await cluster.client.list(Pod.self, fields: selector) })
            #expect(refused == .badRequest("field label not supported: spec.image"))
        }
    }

    @Test("without a namespace all of them are listed, in the order of the keys", arguments: Implementation.allCases)
    func allNamespaces(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            try await fill(cluster.client)
            for namespace in [nil, ""] {
                let list = try await cluster.client.list(
                    ConfigMap.type.gvr, namespace: namespace, options: ListOptions())
                let keys = list.items.map { ConfigMap(json: $0).key.description }
                #expect(
                    keys.filter { !$0.contains("kube-") } == ["default/a", "test/a", "test/b", "test/c", "test/d"])
                #expect(list.items.allSatisfy { $0["kind"] == "ConfigMap" && $0["apiVersion"] == "v1" })
            }
        }
    }

    @Test("chunks give every object once, in order", arguments: Implementation.allCases)
    func chunks(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            for index in 10..<40 { _ = try await cluster.client.create(configMap("o\(index)", labels: ["a": "b"])) }
            var options = ListOptions(labelSelector: LabelSelector(matching: ["a": "b"]), limit: 7)
            var sizes: [Int] = []
            var names: [String] = []
            while true {
                let chunk = try await cluster.client.list(ConfigMap.type.gvr, namespace: "test", options: options)
                sizes.append(chunk.items.count)
                names += chunk.items.compactMap { $0["metadata", "name"].string }
                guard let token = chunk.continueToken else { break }
                options.continueToken = token
            }
            #expect(sizes == [7, 7, 7, 7, 2])
            #expect(names == (10..<40).map { "o\($0)" })
        }
    }

    @Test("all chunks show one state, whatever changes between them", arguments: Implementation.servers)
    func oneState(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            for index in 10..<20 { _ = try await client.create(configMap("o\(index)")) }
            let limit = cluster.isShared ? 5 : 4
            let first = try await client.list(
                ConfigMap.type.gvr, namespace: "test", options: ListOptions(limit: limit))
            // Real clusters put an object of their own into each namespace, which is counted though not seen.
            #expect(first.remainingItemCount == 6)
            _ = try await client.create(configMap("o15a"))
            try await client.delete(ConfigMap.self, namespace: "test", name: "o16")
            let rest = try await client.list(
                ConfigMap.type.gvr, namespace: "test", options: ListOptions(continueToken: first.continueToken))
            #expect(rest.items.compactMap { $0["metadata", "name"].string } == (14..<20).map { "o\($0)" })
            #expect(rest.resourceVersion == first.resourceVersion)
            let nonsense = try await refusal(of: {
                try await client.list(
                    ConfigMap.type.gvr, namespace: "test", options: ListOptions(continueToken: "x!"))
            })
            #expect(nonsense?.code == 400)
        }
    }
}
