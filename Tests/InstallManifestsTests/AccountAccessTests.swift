import ChaosAPI
import InstallManifests
import KubernetesAPI
import Testing

@Suite struct AccountAccessTests {
    private func engine(_ name: String, account: String = "sa", namespace: String = "shop", _ spec: JSON = [:])
        -> ChaosEngine
    {
        var engine = ChaosEngine(name: name, namespace: namespace)
        engine.spec = JSON(["chaosServiceAccount": account]).merging(patch: spec)
        return engine
    }

    private func experiment(_ resource: String, _ verbs: [String], scope: String = "Namespaced") -> ChaosExperiment {
        var experiment = ChaosExperiment(name: "x", namespace: "shop")
        experiment.definition.json = [
            "scope": .string(scope),
            "permissions": [["apiGroups": [""], "resources": [.string(resource)], "verbs": JSON(verbs)]],
        ]
        return experiment
    }

    private func verbs(_ account: AccountAccess?, _ group: String, _ resource: String) -> [String] {
        account?.rules.first {
            $0["apiGroups"].strings == [group] && $0["resources"].strings.contains(resource)
        }?["verbs"].strings ?? []
    }

    @Test("every runner may report, and ask a node agent to inject")
    func runner() {
        let account = AccountAccess(for: engine("e"), experiments: [])
        #expect(verbs(account, "litmuschaos.io", "injections") == ["create"])
        #expect(verbs(account, "", "pods") == ["get", "list", "patch", "watch"])
        #expect(verbs(account, "litmuschaos.io", "chaosresults") == ["create", "get", "list", "patch", "update"])
    }

    @Test("engines with one account: it may do what each needs")
    func merged() throws {
        let accounts = AccountAccess.merged(
            [
                AccountAccess(for: engine("a"), experiments: [experiment("nodes", ["get"], scope: "Cluster")]),
                AccountAccess(for: engine("b"), experiments: [experiment("services", ["create"])]),
                AccountAccess(for: engine("c", account: "other"), experiments: []),
            ].compactMap { $0 })
        #expect(accounts.map(\.name) == ["sa", "other"])
        #expect(verbs(accounts[0], "", "nodes") == ["get"] && verbs(accounts[0], "", "services") == ["create"])
        #expect(accounts[0].objects.map { $0["kind"] } == ["ServiceAccount", "ClusterRole", "ClusterRoleBinding"])
        #expect(accounts[1].objects.map { $0["kind"] } == ["ServiceAccount", "Role", "RoleBinding"])
    }

    @Test("a probe of the cluster may look where it looks")
    func probe() {
        func account(_ inputs: JSON) -> AccountAccess? {
            AccountAccess(
                for: engine(
                    "e", ["experiments": [["name": "x", "spec": ["probe": [["k8sProbe/inputs": inputs]]]]]]),
                experiments: [])
        }
        let own = account(["group": "apps", "version": "v1", "resource": "deployments", "operation": "present"])
        #expect(verbs(own, "apps", "deployments") == ["get", "list"] && own?.isClusterWide == false)
        let other = account(["version": "v1", "resource": "services", "operation": "delete", "namespace": "else"])
        #expect(verbs(other, "", "services") == [] && other?.isClusterWide == false)
        let rule: JSON = ["apiGroups": [""], "resources": ["services"], "verbs": ["delete", "get", "list"]]
        #expect(other?.elsewhere == ["else": [rule]])
    }

    @Test("an application in another namespace gets a Role there, without configuration of anybody")
    func otherNamespace() throws {
        var experiment = experiment("pods", ["get", "delete"])
        experiment.definition.json["permissions"] = [
            ["apiGroups": [""], "resources": ["pods", "secrets"], "verbs": ["get", "delete"]],
            ["apiGroups": ["litmuschaos.io"], "resources": ["chaosengines"], "verbs": ["patch"]],
        ]
        let account = try #require(
            AccountAccess(for: engine("e", ["appinfo": ["appns": "front"]]), experiments: [experiment]))
        let objects = account.objects
        #expect(objects.map { $0["kind"] } == ["ServiceAccount", "Role", "RoleBinding", "Role", "RoleBinding"])
        #expect(objects.map { $0["metadata", "namespace"] } == ["shop", "shop", "shop", "front", "front"])
        #expect(objects[4]["subjects"] == [["kind": "ServiceAccount", "name": "sa", "namespace": "shop"]])
        let resources = (objects[3]["rules"].array ?? []).flatMap { $0["resources"].strings }
        #expect(Set(resources) == ["pods", "injections"])
        #expect(objects[3]["rules"].array?.contains { $0["verbs"].strings.contains("delete") } == true)
    }

    @Test("of ConfigMaps and Secrets, those may be read that the engine and its experiments name")
    func configuration() throws {
        let components: JSON = [
            "env": [["name": "A", "valueFrom": ["secretKeyRef": ["name": "token", "key": "t"]]]],
            "configMaps": [["name": "files", "mountPath": "/f"]],
        ]
        var experiment = experiment("nodes", ["get"], scope: "Cluster")
        experiment.definition.json["secrets"] = [["name": "ssh", "mountPath": "/s"]]
        let engine = engine("e", ["experiments": [["name": "x", "spec": ["components": components]]]])
        let account = try #require(AccountAccess(for: engine, experiments: [experiment]))
        let named = account.rules.filter { !$0["resourceNames"].isNull }
        #expect(named.map { $0["resourceNames"].strings } == [["files"], ["ssh", "token"]])
        #expect(named.allSatisfy { $0["verbs"] == ["get"] })
        let roles = account.objects.filter { !$0["rules"].isNull }
        #expect(roles.map { $0["kind"] } == ["ClusterRole", "Role"] && roles[1]["rules"].array == named)
        #expect(roles[0]["rules"].array?.contains { $0["resources"].strings.contains("secrets") } == false)
        #expect(
            AccountAccess(for: self.engine("e"), experiments: [])?.rules.contains {
                $0["resources"].strings.contains("secrets")
            } == false)
    }

    @Test("an engine that names no account needs none")
    func none() { #expect(AccountAccess(for: engine("e", account: ""), experiments: []) == nil) }

    @Test(
        "every engine of the hub gets an account that may do what its ChaosExperiment lists",
        .enabled(if: Hub.isPresent, "there is no copy of the hub beside this checkout"))
    func hub() throws {
        let experiments = Dictionary(
            try Hub.objects(kind: "ChaosExperiment").map { ChaosExperiment(json: $0.object) }.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
        var names: Set<String> = []
        for (file, object) in try Hub.objects(kind: "ChaosEngine") {
            let engine = ChaosEngine(json: object)
            let found = engine.experiments.compactMap { experiments[$0.name] }
            let account = try #require(AccountAccess(for: engine, experiments: found), "\(file)")
            names.insert(account.name)
            for permission in found.flatMap(\.definition.permissions) {
                for group in permission["apiGroups"].strings {
                    for resource in permission["resources"].strings {
                        let granted = Set(verbs(account, group, resource))
                        #expect(granted.isSuperset(of: permission["verbs"].strings), "\(file): \(resource)")
                    }
                }
            }
        }
        #expect(names.count >= 38)
    }
}
