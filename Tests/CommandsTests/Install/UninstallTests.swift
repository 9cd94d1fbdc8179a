import ChaosAPI
import ChaosOperator
import EmbeddedAPIServer
import InstallManifests
import KubernetesAPI
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(2))) struct UninstallTests {
    @Test("an uninstallation leaves what was there before, whatever the options were")
    func nothing() async throws {
        for installation in [
            TestServer.installation { $0.hasNodeAgent = true },
            TestServer.installation {
                $0.namespace = "chaos"
                $0.isSplit = true
                $0.scope = .namespace
                $0.labels = ["team": "a"]
            },
            TestServer.installation { $0.registration = .sample },
        ] {
            try await TestServer.run { server in
                let before = try await server.everything()
                try await server.install(installation)
                // As a working agent leaves them.
                _ = try await server.client.create(
                    Lease(name: OperatorConfiguration.leaseName, namespace: installation.namespace))
                _ = try await server.client.create(ConfigMap(name: "litmus-halt", namespace: installation.namespace))
                let lines = try await server.uninstall()
                #expect(lines.last == "Litmus is uninstalled from the namespace \(installation.namespace)")
                let after = try await server.everything()
                #expect(after == before, "left: \(after.subtracting(before))")
                #expect(try await server.uninstall() == ["no installation of Litmus was found"])
            }
        }
    }

    @Test("objects of users are removed with consent only, and the definitions stay where the user says so")
    func consent() async throws {
        try await TestServer.run { server in
            try await server.install()
            try await server.makeEngine(status: .completed)
            let refusal = await #expect(throws: CommandError.self) { try await server.uninstall() }
            #expect(refusal?.message.contains("1 chaosengines, 1 chaosexperiments") == true)
            #expect(
                refusal?.message.contains("--yes") == true && refusal?.message.contains("--keep-definitions") == true)
            _ = await #expect(throws: CommandError.self) { try await server.uninstall(.asked { _ in false }) }
            #expect(try await server.client.list(Deployment.self).count == 1)
            try await server.uninstall(.keepDefinitions)
            let engine = try await server.client.get(ChaosEngine.self, namespace: "default", name: "e")
            #expect(engine.metadata.finalizers.isEmpty, "nobody would be there to remove it")
            #expect(try await server.client.find(Namespace.self, name: "litmus") == nil)
            try await server.install()
            try await server.uninstall(.asked { $0.contains("1 chaosengines") })
            #expect(try await server.client.list(CustomResourceDefinition.self).isEmpty)
        }
    }

    @Test("an engine that nobody stops any more does not hold up the uninstallation")
    func noOperator() async throws {
        try await TestServer.run { server in
            try await server.install()
            try await server.makeEngine(status: .initialized)
            let engine = try await server.client.get(ChaosEngine.self, namespace: "default", name: "e")
            var pod = Pod(name: "e-runner", namespace: "default")
            pod.metadata.labels = ["chaosUID": engine.uid]
            pod.spec = ["containers": [["name": "c", "image": "i"]]]
            _ = try await server.client.create(pod)
            let lines = try await server.uninstall(.given)
            #expect(lines.contains("default/e: stopped"))
            #expect(try await server.client.list(Pod.self, namespace: "default").isEmpty)
            #expect(try await server.client.list(CustomResourceDefinition.self).isEmpty)
        }
    }

    @Test("of two installations one is chosen, and the definitions stay for the other")
    func two() async throws {
        try await TestServer.run { server in
            for name in ["one", "two"] {
                try await server.install(
                    TestServer.installation {
                        $0.namespace = name
                        $0.scope = .namespace
                    })
            }
            let error = await #expect(throws: CommandError.self) { try await server.uninstall() }
            #expect(error?.message.contains("one, two") == true)
            try await server.uninstall(namespace: "one")
            #expect(try await server.client.list(Deployment.self).map(\.namespace) == ["two"])
            #expect(try await server.client.list(CustomResourceDefinition.self).count == 3)
            try await server.uninstall()
            #expect(try await server.client.list(CustomResourceDefinition.self).isEmpty)
        }
    }

    @Test("a namespace that somebody else uses stays")
    func shared() async throws {
        try await TestServer.run { server in
            try await server.install()
            var map = ConfigMap(name: "mine", namespace: "litmus")
            map.data = ["a": "b"]
            _ = try await server.client.create(map)
            let lines = try await server.uninstall()
            #expect(lines.contains("Namespace litmus: stays, because it holds the ConfigMap mine"))
            #expect(try await server.client.find(ConfigMap.self, namespace: "litmus", name: "mine") != nil)
        }
    }

    private static func narrow(_ namespace: String) -> Installation {
        TestServer.installation {
            $0.namespace = namespace
            $0.scope = .namespace
        }
    }

    @Test("an installation of a namespace stops no other's chaos, also when its Deployment is gone")
    func scopeIsKept() async throws {
        for others in [["two"], []] {
            try await TestServer.run { server in
                for name in ["one"] + others { try await server.install(Self.narrow(name)) }
                try await server.makeEngine(status: .initialized)
                try await server.client.delete(Deployment.self, namespace: "one", name: "litmus-agent")
                try await server.uninstall(namespace: "one", .keepDefinitions)
                let engine = try await server.client.get(ChaosEngine.self, namespace: "default", name: "e")
                #expect(engine.engineStatus == .initialized, "others: \(others)")
                #expect(engine.spec["engineState"] == "active")
            }
        }
    }

    @Test("where nothing tells the scope any more, the chaos of others is left alone")
    func scopeIsUnknown() async throws {
        try await TestServer.run { server in
            for name in ["one", "two"] { try await server.install(Self.narrow(name)) }
            try await server.makeEngine(status: .initialized)
            try await server.client.delete(Deployment.self, namespace: "one", name: "litmus-agent")
            try await server.client.delete(ServiceAccount.self, namespace: "one", name: "litmus-agent")
            try await server.uninstall(namespace: "one", .keepDefinitions)
            let engine = try await server.client.get(ChaosEngine.self, namespace: "default", name: "e")
            #expect(engine.engineStatus == .initialized)
        }
    }

    @Test("who may only work in the namespace can uninstall there, and the definitions stay")
    func namespaceAdministrator() async throws {
        try await TestServer.run { server in
            try await server.install(Self.narrow("one"))
            try await server.makeEngine(namespace: "one", status: .completed)
            try await server.makeNamespaceAdministrator("bob", in: "one")
            let bob = Identity(username: "bob", groups: ["system:authenticated"])
            let lines = try await server.uninstall(namespace: "one", as: bob)
            #expect(lines.contains { $0.hasPrefix("you may not see the whole cluster") })
            #expect(try await server.client.list(Deployment.self).isEmpty)
            #expect(
                try await server.client.list(ServiceAccount.self, namespace: "one").allSatisfy { $0.name == "default" })
            #expect(try await server.client.list(CustomResourceDefinition.self).count == 3)
            let engine = try await server.client.get(ChaosEngine.self, namespace: "one", name: "e")
            #expect(engine.metadata.finalizers.isEmpty)
            let error = await #expect(throws: CommandError.self) { try await server.uninstall(as: bob) }
            #expect(error?.message.contains("verbs: [list]") == true, "without --namespace it is an error")
        }
    }
}
