import KubernetesAPI
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeleteConformanceTests {
    @Test("a deleted object is gone, and deleting it again by its kind is no error", arguments: Implementation.allCases)
    func delete(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(configMap("a"))
            try await cluster.client.delete(ConfigMap.self, namespace: "test", name: "a")
            #expect(try await cluster.client.find(ConfigMap.self, namespace: "test", name: "a") == nil)
            try await cluster.client.delete(ConfigMap.self, namespace: "test", name: "a")
        }
    }

    @Test("preconditions on uid and version that fail are conflicts", arguments: Implementation.allCases)
    func preconditions(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            let object = try await client.create(configMap("a"))
            let wrong = [
                DeleteOptions(uid: "other"), DeleteOptions(resourceVersion: "1"),
                DeleteOptions(uid: object.uid, resourceVersion: "1"),
            ]
            for options in wrong {
                let refused = try await refusal(of: {
                    try await client.delete(ConfigMap.self, namespace: "test", name: "a", options: options)
                })
                #expect(refused?.isConflict == true && refused?.code == 409, "\(options)")
            }
            try await client.delete(
                ConfigMap.self, namespace: "test", name: "a",
                options: DeleteOptions(uid: object.uid, resourceVersion: object.metadata.resourceVersion))
            #expect(try await cluster.names() == [])
        }
    }

    @Test("finalizers keep an object until the last is gone", arguments: Implementation.allCases)
    func finalizers(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            var object = configMap("a")
            object.metadata.finalizers = ["x.io/one", "x.io/two"]
            _ = try await cluster.client.create(object)
            let answer = try await cluster.client.delete(
                ConfigMap.type.gvr, namespace: "test", name: "a", options: DeleteOptions())
            #expect(answer["metadata", "deletionTimestamp"].string != nil)
            object = try await cluster.client.get(ConfigMap.self, namespace: "test", name: "a")
            #expect(object.metadata.isBeingDeleted)
            object.metadata.finalizers = ["x.io/two"]
            object = try await cluster.client.update(object)
            #expect(object.metadata.finalizers == ["x.io/two"])
            object.metadata.finalizers = []
            _ = try await cluster.client.update(object)
            #expect(try await cluster.client.find(ConfigMap.self, namespace: "test", name: "a") == nil)
        }
    }

    @Test("a pod on a node waits for its grace, without grace it goes at once", arguments: Implementation.allCases)
    func grace(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            _ = try await client.create(pod("a", node: "n1"))
            try await client.delete(
                Pod.self, namespace: "test", name: "a", options: DeleteOptions(gracePeriodSeconds: 7))
            let waiting = try await client.get(Pod.self, namespace: "test", name: "a")
            #expect(waiting.metadata.deletionGracePeriodSeconds == 7)
            try await client.delete(
                Pod.self, namespace: "test", name: "a", options: DeleteOptions(gracePeriodSeconds: 0))
            #expect(try await client.find(Pod.self, namespace: "test", name: "a") == nil)
        }
    }

    @Test("propagation policies become finalizers", arguments: Implementation.ownClusters)
    func propagation(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            for (name, policy) in [
                ("a", DeleteOptions.PropagationPolicy.foreground), ("b", .orphan), ("c", .background),
            ] {
                _ = try await client.create(deployment(name))
                try await client.delete(
                    Deployment.self, namespace: "test", name: name, options: DeleteOptions(propagationPolicy: policy))
            }
            let left = try await client.list(Deployment.self, namespace: "test")
            #expect(left.map(\.name) == ["a", "b"])
            #expect(left.map(\.metadata.finalizers) == [["foregroundDeletion"], ["orphan"]])
        }
    }

    @Test("a collection's delete takes what the selectors take, in one namespace", arguments: Implementation.allCases)
    func collection(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            for index in 0..<6 {
                _ = try await client.create(configMap("o\(index)", labels: ["parity": "\(index % 2)"]))
            }
            var elsewhere = ConfigMap(name: "elsewhere", namespace: "default")
            elsewhere.metadata.labels = ["parity": "1"]
            _ = try await client.create(elsewhere)
            func delete(_ list: ListOptions) async throws {
                try await client.deleteCollection(
                    ConfigMap.type.gvr, namespace: "test", list: list, options: DeleteOptions())
            }
            try await delete(ListOptions(labelSelector: LabelSelector(matching: ["parity": "1"])))
            #expect(try await cluster.names() == ["o0", "o2", "o4"])
            try await delete(ListOptions(fieldSelector: FieldSelector(name: "o2")))
            #expect(try await cluster.names() == ["o0", "o4"])
            try await delete(ListOptions())
            #expect(try await cluster.names() == [])
            #expect(try await client.find(ConfigMap.self, namespace: "default", name: "elsewhere") != nil)
        }
    }
}
