import ChaosAPI
import InstallManifests
import KubernetesAPI
import Testing

/// What the platform's own accounts may do: each line is needed, and none is more than that.
@Suite struct PermissionTests {
    private func rules(_ installation: Installation, _ kind: String, _ name: String) -> Set<String> {
        let object = installation.objects.first { $0["kind"].string == kind && $0["metadata", "name"].string == name }
        return Set(
            (object?["rules"].array ?? []).flatMap { rule in
                rule["resources"].strings.map { resource in
                    let names = rule["resourceNames"].strings.map { "[\($0)]" }.joined()
                    return "\(rule["apiGroups"].strings.joined())/\(resource)\(names): "
                        + rule["verbs"].strings.joined(separator: " ")
                }
            })
    }

    @Test("the operator in the namespaces that it watches")
    func cluster() {
        #expect(
            rules(InstallationTests.installation(), "ClusterRole", "litmus-agent") == [
                "/events: create get patch update",
                "/nodes: get",
                "/pods: create delete deletecollection get list patch update watch",
                "/serviceaccounts: get",
                "batch/jobs: delete deletecollection get list watch",
                "litmuschaos.io/chaosengines: get list patch update watch",
                "litmuschaos.io/chaosengines/finalizers: update",
                "litmuschaos.io/chaosexperiments: get list watch",
                "litmuschaos.io/chaosresults: get list patch update watch",
            ])
    }

    @Test("the operator in its own namespace")
    func own() {
        #expect(
            rules(InstallationTests.installation(), "Role", "litmus-agent") == [
                "/configmaps[litmus-halt]: get list watch", "/pods: create delete get list watch",
                "coordination.k8s.io/leases: create get patch update",
            ])
    }

    @Test("with the scope of a namespace, one Role says both")
    func namespace() {
        let installation = InstallationTests.installation { $0.scope = .namespace }
        let rules = rules(installation, "Role", "litmus-agent")
        #expect(rules.contains("/pods: create delete deletecollection get list patch update watch"))
        #expect(rules.contains("coordination.k8s.io/leases: create get patch update"))
        #expect(!rules.contains { $0.hasPrefix("/nodes") }, "a Role cannot grant it")
        #expect(rules.count == 10)
        #expect(self.rules(installation, "ClusterRole", "litmus-agent") == ["/nodes: get"])
        let binding = installation.objects.first { $0["kind"] == "ClusterRoleBinding" }
        #expect(binding?["roleRef", "name"] == "litmus-agent")
    }

    @Test("the node agent, which has nothing to do with anything but pods of its node and who may hit them")
    func nodeAgent() {
        let wide = InstallationTests.installation { $0.hasNodeAgent = true }
        let expected: Set = [
            "/pods: get list patch update watch", "/pods/status: patch update", "/events: create patch",
        ]
        let review = "authorization.k8s.io/subjectaccessreviews: create"
        #expect(rules(wide, "ClusterRole", "litmus-node-agent") == expected.union([review]))
        let narrow = InstallationTests.installation {
            $0.hasNodeAgent = true
            $0.scope = .namespace
            $0.namespace = "chaos"
        }
        #expect(rules(narrow, "ClusterRole", "chaos-litmus-node-agent") == [review])
        #expect(rules(narrow, "Role", "litmus-node-agent") == expected)
    }
}

@Suite struct RuleSetTests {
    private func rule(_ group: String, _ resources: [String], _ verbs: [String], names: [String] = []) -> JSON {
        var rule: JSON = ["apiGroups": [.string(group)], "resources": JSON(resources), "verbs": JSON(verbs)]
        if !names.isEmpty { rule["resourceNames"] = JSON(names) }
        return rule
    }

    @Test("verbs on a resource are joined, and resources with the same verbs share a rule")
    func merge() {
        let merged = RuleSet.merged([
            rule("", ["pods"], ["get"]), rule("", ["pods", "secrets"], ["list", "get"]), rule("", ["secrets"], ["get"]),
            rule("apps", ["deployments"], ["get"]),
        ])
        #expect(merged == [rule("", ["pods", "secrets"], ["get", "list"]), rule("apps", ["deployments"], ["get"])])
    }

    @Test("a permission on some objects stays one, unless all are allowed anyway")
    func names() {
        let some = rule("", ["configmaps"], ["get", "watch"], names: ["a"])
        #expect(RuleSet.merged([some]) == [some])
        #expect(
            RuleSet.merged([some, rule("", ["configmaps"], ["get"])]) == [
                rule("", ["configmaps"], ["get"]), rule("", ["configmaps"], ["watch"], names: ["a"]),
            ])
    }

    @Test("all verbs are all verbs, and rules on paths stay as they are")
    func others() {
        let path: JSON = ["nonResourceURLs": ["/metrics"], "verbs": ["get"]]
        #expect(RuleSet.merged([path, rule("", ["pods"], ["*", "get"]), path]) == [rule("", ["pods"], ["*"]), path])
    }
}
