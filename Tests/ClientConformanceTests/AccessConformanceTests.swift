import KubernetesAPI
import Testing

@Suite(.timeLimit(.minutes(5))) struct AccessConformanceTests {
    private static let rbac = "rbac.authorization.k8s.io"

    /// Lets the account `bot` do `verbs` with ConfigMaps of the namespace `test`.
    private func allow(_ verbs: JSON, _ client: any APIClient) async throws {
        func create(_ resource: String, _ object: JSON) async throws {
            _ = try await client.create(
                GroupVersionResource(group: Self.rbac, version: "v1", resource: resource), namespace: "test", name: nil,
                subresource: nil, object: object, options: WriteOptions())
        }
        try await create(
            "roles",
            [
                "metadata": ["name": "r"],
                "rules": [["apiGroups": [""], "resources": ["configmaps"], "verbs": verbs]],
            ])
        try await create(
            "rolebindings",
            [
                "metadata": ["name": "r"],
                "roleRef": ["apiGroup": .string(Self.rbac), "kind": "Role", "name": "r"],
                "subjects": [["kind": "ServiceAccount", "name": "bot", "namespace": "test"]],
            ])
    }

    @Test(
        "a service account is refused what no role grants, in words that name it all", arguments: Implementation.servers
    )
    func denied(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(configMap("a"))
            try await cluster.asAccount("bot") { bot in
                let user = "User \"system:serviceaccount:test:bot\""
                let listed = try await refusal(of: { try await bot.list(ConfigMap.self, namespace: "test") })
                #expect(listed?.isForbidden == true && listed?.code == 403)
                #expect(
                    listed?.message == "configmaps is forbidden: \(user) cannot list resource \"configmaps\" in API "
                        + "group \"\" in the namespace \"test\"")
                let watched = try await refusal(of: {
                    try await bot.watch(ConfigMap.type.gvr, namespace: nil, options: ListOptions())
                })
                #expect(
                    watched?.message == "configmaps is forbidden: \(user) cannot watch resource \"configmaps\" in API "
                        + "group \"\" at the cluster scope")
                let deleted = try await refusal(of: {
                    try await bot.delete(ConfigMap.self, namespace: "test", name: "a")
                })
                #expect(deleted?.message.contains("cannot delete resource \"configmaps\"") == true)
                // Whether an object exists is not told to those who may not read it.
                let missing = try await refusal(of: { try await bot.get(Pod.self, namespace: "test", name: "none") })
                #expect(missing?.isForbidden == true)
                let unknown = try await refusal(of: {
                    try await bot.get(Widget.self, namespace: "test", name: "none")
                })
                #expect(unknown?.isForbidden == true)
            }
            #expect(try await cluster.names() == ["a"])
        }
    }

    @Test("a role grants its verbs, and only those, from the moment it is bound", arguments: Implementation.servers)
    func allowed(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(configMap("a"))
            try await allow(["get", "list", "create"], cluster.client)
            try await cluster.asAccount("bot") { bot in
                #expect(try await bot.list(ConfigMap.self, namespace: "test").map(\.name) == ["a"])
                _ = try await bot.create(configMap("b"))
                let updated = try await refusal(of: { try await bot.update(configMap("b", ["k": "v"])) })
                #expect(updated?.isForbidden == true)
                let collection = try await refusal(of: {
                    try await bot.deleteCollection(
                        ConfigMap.type.gvr, namespace: "test", list: ListOptions(), options: DeleteOptions())
                })
                #expect(collection?.isForbidden == true)
                let elsewhere = try await refusal(of: { try await bot.list(ConfigMap.self, namespace: "default") })
                #expect(elsewhere?.isForbidden == true)
            }
            #expect(try await cluster.names() == ["a", "b"])
        }
    }
}
