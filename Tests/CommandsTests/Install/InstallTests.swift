import ChaosAPI
import EmbeddedAPIServer
import InstallManifests
import KubernetesAPI
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(1))) struct InstallTests {
    @Test("the first installation makes every object, the second changes none")
    func twice() async throws {
        try await TestServer.run { server in
            let installation = TestServer.installation {
                $0.hasNodeAgent = true
                $0.replicas = 2
            }
            let first = try await server.install(installation)
            #expect(first.count == installation.objects.count && first.allSatisfy { $0.hasSuffix(": created") })
            // Not the version: controllers write the status meanwhile.
            let before = try await server.client.list(Deployment.self).map(\.metadata.generation)
            let accounts = try await server.client.list(ServiceAccount.self, namespace: "litmus")
            let second = try await server.install(installation)
            #expect(second.allSatisfy { $0.hasSuffix(": unchanged") }, "\(second)")
            #expect(try await server.client.list(Deployment.self).map(\.metadata.generation) == before)
            let after = try await server.client.list(ServiceAccount.self, namespace: "litmus")
            #expect(after.filter { $0.name != "default" } == accounts.filter { $0.name != "default" })
        }
    }

    @Test("other options change what they change, and remove what they no longer make")
    func change() async throws {
        try await TestServer.run { server in
            try await server.install(TestServer.installation { $0.hasNodeAgent = true })
            let lines = try await server.install(TestServer.installation { $0.isSplit = true })
            #expect(lines.contains("Deployment chaos-operator-ce: created"))
            #expect(lines.contains("Deployment litmus-agent: removed"))
            #expect(lines.contains("DaemonSet litmus-node-agent: removed"))
            #expect(lines.contains("ClusterRole litmus-node-agent: removed"))
            #expect(lines.contains("Namespace litmus: unchanged"))
            #expect(try await server.client.list(DaemonSet.self).isEmpty)
        }
    }

    @Test("what ties it to a Chaos Center stays when it is installed again without")
    func registration() async throws {
        try await TestServer.run { server in
            try await server.install(TestServer.installation { $0.registration = .sample })
            try await server.install(TestServer.installation { _ in })
            let secret = try await server.client.find(Secret.self, namespace: "litmus", name: "subscriber-secret")
            #expect(secret != nil)
            let config = try await server.client.find(ConfigMap.self, namespace: "litmus", name: "subscriber-config")
            #expect(config?.json["data", "VERSION"] == "3.31.0")
        }
    }

    @Test("a dry run says what would change, and changes nothing")
    func dryRun() async throws {
        try await TestServer.run { server in
            let empty = try await server.everything()
            let lines = try await server.install(dryRun: true)
            #expect(lines.contains("Deployment litmus-agent: created (dry run)"), "\(lines)")
            #expect(lines.last == "\(TestServer.installation().objects.count) objects would change")
            #expect(try await server.everything() == empty)
            try await server.install()
            let again = try await server.install(TestServer.installation { $0.replicas = 2 }, dryRun: true)
            #expect(again.contains("Deployment litmus-agent: configured (dry run)"))
            #expect(again.last == "1 objects would change")
            #expect(try await server.client.list(Deployment.self).map(\.replicas) == [1])
        }
    }

    @Test("the definitions of an older Litmus are replaced, and its objects kept")
    func olderDefinitions() async throws {
        try await TestServer.run { server in
            for var definition in ChaosCRDs.all {
                definition["metadata", "labels"] = .null
                definition["spec", "names", "shortNames"] = .null
                var version = try #require(definition["spec", "versions"].array?.first)
                version["schema", "openAPIV3Schema"] = [
                    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                ]
                version["additionalPrinterColumns"] = .null
                definition["spec", "versions"] = [version]
                _ = try await server.client.create(
                    CustomResourceDefinition(json: definition), options: WriteOptions(fieldManager: "kubectl"))
            }
            try await server.makeEngine(status: .completed)
            let lines = try await server.install()
            #expect(
                lines.contains {
                    $0.hasPrefix(
                        "CustomResourceDefinition chaosengines.litmuschaos.io: configured, replaced the definition of an older"
                    )
                }, "\(lines)")
            #expect(try await server.client.list(ChaosEngine.self).map(\.name) == ["e"])
            let again = try await server.install()
            #expect(again.allSatisfy { $0.hasSuffix(": unchanged") }, "\(again)")
        }
    }

    @Test("a namespace that was there before stays somebody else's")
    func foreignNamespace() async throws {
        try await TestServer.run { server in
            _ = try await server.client.create(Namespace(name: "litmus"))
            let lines = try await server.install()
            #expect(lines.contains { $0.hasPrefix("Namespace litmus: configured, which was there before") })
            let labels = try await server.client.get(Namespace.self, name: "litmus").metadata.labels
            #expect(labels["app.kubernetes.io/managed-by"] == nil)
            #expect(labels["pod-security.kubernetes.io/enforce"] == "privileged")
            try await server.uninstall()
            #expect(try await server.client.find(Namespace.self, name: "litmus") != nil)
        }
    }

    @Test("a namespace that was there before gets back its Pod Security level", arguments: [nil, "baseline"])
    func podSecurity(before: String?) async throws {
        try await TestServer.run { server in
            let label = "pod-security.kubernetes.io/enforce"
            var namespace = Namespace(name: "litmus")
            if let before { namespace.metadata.labels = [label: before] }
            _ = try await server.client.create(namespace)
            try await server.install()
            let again = try await server.install()
            #expect(again.allSatisfy { $0.hasSuffix(": unchanged") }, "\(again)")
            #expect(try await server.client.get(Namespace.self, name: "litmus").metadata.labels[label] == "privileged")
            try await server.uninstall()
            let after = try await server.client.get(Namespace.self, name: "litmus").metadata
            #expect(after.labels[label] == before)
            #expect(after.annotations.keys.allSatisfy { !$0.hasPrefix("litmuschaos.io/") })
        }
    }

    @Test("who may not make a ClusterRole can still install into a namespace")
    func namespaceAdministrator() async throws {
        try await TestServer.run { server in
            let installation = TestServer.installation {
                $0.scope = .namespace
                $0.makesDefinitions = false
                $0.makesNamespace = false
            }
            _ = try await server.client.create(Namespace(name: "litmus"))
            try await server.makeNamespaceAdministrator("bob", in: "litmus")
            let lines = Lines()
            let bob = server.as(Identity(username: "bob", groups: ["system:authenticated"]))
            try await InstallSession(client: bob, installation: installation, tell: lines.add).run()
            #expect(lines.all.contains { $0.hasPrefix("ClusterRole litmus-agent: left out") }, "\(lines.all)")
            #expect(try await server.client.list(Deployment.self).map(\.name) == ["litmus-agent"])
        }
    }

    @Test("a stopped operator of LitmusChaos that has the name of ours is an error that says what to do")
    func selector() async throws {
        try await TestServer.run { server in
            _ = try await server.client.create(Namespace(name: "litmus"))
            var deployment = Deployment(name: "chaos-operator-ce", namespace: "litmus")
            deployment.json["spec"] = [
                "replicas": 0, "selector": ["matchLabels": ["name": "chaos-operator"]],
                "template": [
                    "metadata": ["labels": ["name": "chaos-operator"]],
                    "spec": ["containers": [["name": "c", "image": "litmuschaos/chaos-operator:3.1.0"]]],
                ],
            ]
            _ = try await server.client.create(deployment)
            let error = await #expect(throws: CommandError.self) {
                try await server.install(TestServer.installation { $0.isSplit = true })
            }
            #expect(
                error?.message.contains("kubectl delete deployment chaos-operator-ce -n litmus") == true,
                "\(error?.message ?? "")")
            try await server.install()
        }
    }

    @Test("an operator of LitmusChaos is an error that says what to do, unless it is forced or stopped")
    func upstream() async throws {
        try await TestServer.run { server in
            var deployment = Deployment(name: "chaos-operator-ce", namespace: "default")
            deployment.json["spec"] = [
                "replicas": 1, "selector": ["matchLabels": ["name": "chaos-operator"]],
                "template": [
                    "metadata": ["labels": ["name": "chaos-operator"]],
                    "spec": ["containers": [["name": "c", "image": "litmuschaos/chaos-operator:3.1.0"]]],
                ],
            ]
            _ = try await server.client.create(deployment)
            let error = await #expect(throws: CommandError.self) { try await server.install() }
            #expect(
                error?.message.contains("kubectl scale deployment chaos-operator-ce -n default --replicas=0") == true)
            #expect(try await server.client.find(Namespace.self, name: "litmus") == nil)
            try await server.install(force: true)
        }
    }

    @Test("a definition from before apiextensions v1 is told that it has a schema now; a new one is left as it is")
    func pruning() throws {
        let wanted = try #require(ChaosCRDs.all.first)
        var old = wanted
        old["spec", "preserveUnknownFields"] = true
        #expect(Installer.adapted(wanted, to: old)["spec", "preserveUnknownFields"] == false)
        #expect(Installer.adapted(wanted, to: wanted) == wanted)
        #expect(Installer.adapted(wanted, to: nil) == wanted)
    }

    @Test("a missing permission is named, with the rule that grants it")
    func forbidden() {
        let status = Status.forbidden(Deployment.type.gvr, name: "x", "User \"bob\" cannot patch")
        let message = status.withRule(Deployment.type, ["get", "patch"]).message
        #expect(message.contains(#"{apiGroups: ["apps"], resources: [deployments], verbs: [get, patch]}"#))
        #expect(Status.unauthorized().withRule(Deployment.type, []).message.contains("token"))
    }
}

@Suite struct OtherOperatorTests {
    private func deployment(
        _ name: String = "op", namespace: String = "other", image: String = "litmuschaos/chaos-operator:3",
        watch: JSON? = nil,
        replicas: Int = 1, labels: [String: String] = [:]
    ) -> Deployment {
        var deployment = Deployment(name: name, namespace: namespace)
        var container: JSON = ["name": "c", "image": .string(image)]
        if var watch {
            watch["name"] = "WATCH_NAMESPACE"
            container["env"] = [watch]
        }
        deployment.metadata.labels = labels
        deployment.json["spec"] = [
            "replicas": .int(Int64(replicas)), "template": ["spec": ["containers": [container]]],
        ]
        return deployment
    }

    private func found(_ deployment: Deployment, scope: Installation.Scope = .cluster) -> [String] {
        let installation = TestServer.installation { $0.scope = scope }
        return OtherOperator.found(in: [deployment], beside: installation).map(\.key.description)
    }

    @Test("operators are known by image or name")
    func known() {
        #expect(found(deployment(image: "reg:5000/x/chaos-operator@sha256:1")) == ["other/op"])
        #expect(found(deployment("chaos-operator-ce", image: "mine")) == ["other/chaos-operator-ce"])
        #expect(found(deployment(image: "chaos-operator-ui:1")).isEmpty)
        #expect(found(deployment(replicas: 0)).isEmpty)
    }

    @Test("one that watches another namespace than ours does not disturb")
    func scopes() {
        let elsewhere: JSON = ["value": "shop"]
        #expect(found(deployment(watch: elsewhere), scope: .namespace).isEmpty)
        #expect(found(deployment(watch: elsewhere)).count == 1)
        #expect(found(deployment(watch: ["value": "litmus"]), scope: .namespace).count == 1)
        #expect(found(deployment(watch: ["value": ""]), scope: .namespace).count == 1)
        let own: JSON = ["valueFrom": ["fieldRef": ["fieldPath": "metadata.namespace"]]]
        #expect(found(deployment(watch: own), scope: .namespace).isEmpty)
    }

    @Test("another installation of this program counts too, this one does not")
    func ours() {
        let labels = ["app.kubernetes.io/managed-by": "litmus"]
        #expect(found(deployment(namespace: "litmus", labels: labels)).isEmpty)
        let other = OtherOperator.found(
            in: [deployment(namespace: "chaos", labels: labels)], beside: TestServer.installation())
        #expect(other.first?.complaint.contains("litmus uninstall --namespace chaos") == true)
    }
}
