import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("Authorization")
struct AuthorizationTests {
    private let rbac = "rbac.authorization.k8s.io"

    private func type(_ resource: String) -> GroupVersionResource {
        GroupVersionResource(group: rbac, version: "v1", resource: resource)
    }

    private func bind(
        _ client: any APIClient, _ name: String, rules: JSON, namespace: String?, subjects: JSON, cluster: Bool = false
    ) async throws {
        let role: JSON = ["metadata": ["name": .string(name)], "rules": rules]
        let isCluster = namespace == nil || cluster
        _ = try await client.make(type(isCluster ? "clusterroles" : "roles"), in: isCluster ? nil : namespace, role)
        let binding: JSON = [
            "metadata": ["name": .string(name)], "subjects": subjects,
            "roleRef": [
                "apiGroup": .string(rbac), "kind": isCluster ? "ClusterRole" : "Role", "name": .string(name),
            ],
        ]
        _ = try await client.make(
            type(namespace == nil ? "clusterrolebindings" : "rolebindings"), in: namespace, binding)
    }

    private func allows(
        _ test: TestServer, _ verb: String, _ resource: String, group: String = "", in namespace: String = "test",
        name: String = "", account: String = "bot"
    ) async -> Bool {
        let parts = resource.split(separator: "/").map(String.init)
        let request = RequestAttributes(
            verb: verb, group: group, version: "v1", resource: parts[0], subresource: parts.count > 1 ? parts[1] : "",
            namespace: namespace, name: name)
        return await test.server.authorize(
            request, for: .serviceAccount(namespace: "test", name: account, uid: "")) == .allowed
    }

    @Test("nothing is allowed that no binding grants, and the refusal names it all")
    func denial() async throws {
        let test = try await TestServer()
        let bot = test.as("bot")
        let listed = await status { try await bot.list(Pod.self, namespace: "test") }
        #expect(listed?.code == 403)
        #expect(
            listed?.message
                == "pods is forbidden: User \"system:serviceaccount:test:bot\" cannot list resource \"pods\" in API group \"\" in the namespace \"test\""
        )
        let got = await status { try await bot.get(Deployment.self, namespace: "test", name: "web") }
        #expect(
            got?.message
                == "deployments.apps \"web\" is forbidden: User \"system:serviceaccount:test:bot\" cannot get resource \"deployments\" in API group \"apps\" in the namespace \"test\""
        )
        let nodes = await status { try await bot.list(Node.self) }
        #expect(
            nodes?.message.hasSuffix("cannot list resource \"nodes\" in API group \"\" at the cluster scope") == true)
        let log = await status {
            try await bot.podLog(namespace: "test", name: "a", options: LogOptions())
        }
        #expect(log?.message.contains("cannot get resource \"pods/log\"") == true)
    }

    @Test("a role grants its verbs, resources and names in its namespace, from the moment it is bound")
    func role() async throws {
        let test = try await TestServer()
        #expect(await !allows(test, "get", "pods"))
        try await bind(
            test.client, "reader",
            rules: [
                ["apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]],
                ["apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["mine"], "verbs": ["*"]],
                ["apiGroups": ["apps"], "resources": ["*/scale"], "verbs": ["patch"]],
            ], namespace: "test", subjects: [["kind": "ServiceAccount", "name": "bot", "namespace": "test"]])
        let table: [(String, String, String, String, String, Bool)] = [
            ("get", "pods", "", "test", "a", true), ("list", "pods", "", "test", "", true),
            ("delete", "pods", "", "test", "a", false), ("get", "pods", "", "default", "a", false),
            ("list", "pods", "", "", "", false), ("get", "pods/log", "", "test", "a", true),
            ("get", "pods/exec", "", "test", "a", false), ("get", "pods", "apps", "test", "a", false),
            ("delete", "configmaps", "", "test", "mine", true), ("get", "configmaps", "", "test", "other", false),
            ("list", "configmaps", "", "test", "", false), ("patch", "deployments/scale", "apps", "test", "a", true),
            ("patch", "deployments", "apps", "test", "a", false),
        ]
        for (verb, resource, group, namespace, name, expected) in table {
            let isAllowed = await allows(test, verb, resource, group: group, in: namespace, name: name)
            #expect(isAllowed == expected, "\(verb) \(resource) \(group) \(namespace) \(name)")
        }
        #expect(await !allows(test, "get", "pods", account: "other"))
        _ = try await test.client.delete(
            type("rolebindings"), namespace: "test", name: "reader", options: DeleteOptions())
        #expect(await !allows(test, "get", "pods"))
    }

    @Test("cluster roles hold everywhere, or where a role binding brings them; groups count")
    func clusterRole() async throws {
        let test = try await TestServer()
        try await bind(
            test.client, "everywhere", rules: [["apiGroups": ["*"], "resources": ["*"], "verbs": ["get"]]],
            namespace: nil, subjects: [["kind": "Group", "name": "system:serviceaccounts:test"]])
        try await bind(
            test.client, "here", rules: [["apiGroups": [""], "resources": ["pods"], "verbs": ["delete"]]],
            namespace: "test", subjects: [["kind": "User", "name": "system:serviceaccount:test:bot"]], cluster: true)
        #expect(await allows(test, "get", "nodes", in: ""))
        #expect(await allows(test, "get", "deployments/status", group: "apps", in: "default"))
        #expect(await allows(test, "delete", "pods"))
        #expect(await !allows(test, "delete", "pods", in: "default"))
    }

    @Test("aggregating roles follow the roles that they select")
    func aggregation() async throws {
        let test = try await TestServer()
        func rules(of role: String) async throws -> [JSON] {
            try await test.client.get(type("clusterroles"), namespace: nil, name: role, subresource: nil)["rules"].array
                ?? []
        }
        let before = try await rules(of: "admin").count
        #expect(try await rules(of: "view").contains { $0["resources"].strings.contains("pods") })
        let extra: JSON = ["apiGroups": ["example.io"], "resources": ["gadgets"], "verbs": ["get"]]
        _ = try await test.client.make(
            type("clusterroles"), in: nil,
            [
                "metadata": [
                    "name": "gadget-view", "labels": .object(["\(rbac)/aggregate-to-view": "true"]),
                ], "rules": [extra],
            ])
        // `admin` takes in `edit`, which takes in `view`.
        #expect(try await rules(of: "view").contains(extra))
        #expect(try await rules(of: "admin").count == before + 1)
    }

    @Test("nobody grants what they do not hold, unless they may escalate or bind")
    func escalation() async throws {
        let test = try await TestServer()
        let bot: JSON = [["kind": "ServiceAccount", "name": "bot", "namespace": "test"]]
        let manage: JSON = [
            "apiGroups": [.string(rbac)], "resources": ["roles", "rolebindings"], "verbs": ["create", "update"],
        ]
        let read: JSON = ["apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]]
        try await bind(test.client, "manager", rules: [manage, read], namespace: "test", subjects: bot)
        let client = test.as("bot")
        func role(_ name: String, _ verb: JSON) async throws {
            _ = try await client.make(
                type("roles"), in: "test",
                [
                    "metadata": ["name": .string(name)],
                    "rules": [["apiGroups": [""], "resources": ["pods"], "verbs": [verb]]],
                ])
        }
        func bindRole(_ kind: String, _ role: String) async throws {
            _ = try await client.make(
                type("rolebindings"), in: "test",
                [
                    "metadata": ["name": .string("to-" + role)], "subjects": bot,
                    "roleRef": ["apiGroup": .string(rbac), "kind": .string(kind), "name": .string(role)],
                ])
        }
        try await role("less", "get")
        try await bindRole("Role", "less")
        for verb in ["delete", "*"] as [JSON] {
            let refused = await status { try await role("more", verb) }
            #expect(refused?.code == 403)
            #expect(refused?.message.contains("is attempting to grant RBAC permissions not currently held") == true)
        }
        #expect(await status { try await bindRole("ClusterRole", "cluster-admin") }?.code == 403)
        #expect(await !allows(test, "delete", "pods"))
        try await bind(
            test.client, "binder",
            rules: [
                [
                    "apiGroups": [.string(rbac)], "resources": ["clusterroles"], "resourceNames": ["cluster-admin"],
                    "verbs": ["bind"],
                ]
            ], namespace: "test", subjects: bot)
        try await bindRole("ClusterRole", "cluster-admin")
        #expect(await allows(test, "delete", "pods"))
        #expect(await !allows(test, "delete", "pods", in: "default"))
    }

    @Test("reviews answer what would be allowed, to anyone who is authenticated")
    func reviews() async throws {
        let test = try await TestServer()
        let bot = test.as("bot")
        func ask(_ client: any APIClient, _ kind: String, _ spec: JSON, in namespace: String? = nil) async throws
            -> JSON
        {
            let type = GroupVersionResource(
                group: "authorization.k8s.io", version: "v1", resource: kind.lowercased() + "s")
            return try await client.make(type, in: namespace, ["kind": .string(kind), "spec": spec])["status"]
        }
        let pods: JSON = ["resourceAttributes": ["namespace": "test", "verb": "get", "resource": "pods"]]
        #expect(try await ask(bot, "SelfSubjectAccessReview", pods)["allowed"] == false)
        #expect(try await ask(test.client, "SelfSubjectAccessReview", pods)["allowed"] == true)
        let path: JSON = ["nonResourceAttributes": ["path": "/apis/apps", "verb": "get"]]
        #expect(try await ask(bot, "SelfSubjectAccessReview", path)["allowed"] == true)
        var other = pods
        other["user"] = "system:serviceaccount:test:bot"
        #expect(try await ask(test.client, "SubjectAccessReview", other)["allowed"] == false)
        #expect(await status { try await ask(bot, "SubjectAccessReview", other) }?.code == 403)
        let rules = try await ask(bot, "SelfSubjectRulesReview", ["namespace": "test"])
        #expect(rules["resourceRules"].array?.isEmpty == false)
        #expect(rules["nonResourceRules"].array?.isEmpty == false)
        let me = try await bot.make(
            GroupVersionResource(group: "authentication.k8s.io", version: "v1", resource: "selfsubjectreviews"),
            in: nil,
            [:])
        #expect(me["status", "userInfo", "username"] == "system:serviceaccount:test:bot")
    }
}
