import ChaosAPI
import InstallManifests
import KubernetesAPI
import Testing

@testable import Commands

/// What helpers have left on nodes, when who would undo it goes.
@Suite(.timeLimit(.minutes(2))) struct UninstallHelperTests {
    private func helper(_ server: TestServer) async throws -> Pod? {
        try await server.client.find(Pod.self, namespace: "default", name: "helper")
    }

    @Test("the operator stays until no helper has anything to undo")
    func operatorStays() async throws {
        try await TestServer.run { server in
            try await server.install()
            try await server.makeAvailable("litmus-agent", namespace: "litmus")
            try await server.makeHelper(state: "active")
            let error = await #expect(throws: CommandError.self) {
                try await server.uninstall(timeout: .milliseconds(200))
            }
            #expect(error?.exitCode == 2)
            #expect(error?.message.contains("default/helper on node n1") == true, "\(error?.message ?? "")")
            #expect(try await server.client.list(Deployment.self).map(\.name) == ["litmus-agent"])
            #expect(try await helper(server)?.metadata.isBeingDeleted == false, "the operator's to decide")
        }
    }

    @Test("a revert pod is waited for too")
    func revert() async throws {
        try await TestServer.run { server in
            try await server.install()
            var pod = Pod(name: "x-revert", namespace: "litmus")
            pod.metadata.labels = HelperContract.revertLabels
            pod.spec = ["containers": [["name": "c", "image": "i"]]]
            _ = try await server.client.create(pod)
            let error = await #expect(throws: CommandError.self) {
                try await server.uninstall(timeout: .milliseconds(200))
            }
            #expect(error?.message.contains("the revert pod litmus/x-revert") == true)
            try await server.client.modify(Pod.self, namespace: "litmus", name: "x-revert", subresource: "status") {
                $0.json["status"] = ["phase": "Succeeded"]
                return true
            }
            try await server.uninstall()
            #expect(try await server.client.find(Namespace.self, name: "litmus") == nil)
        }
    }

    @Test("without an operator, a helper that has undone is let go, also that of an engine that runs")
    func undone() async throws {
        try await TestServer.run { server in
            try await server.install()
            try await server.makeEngine(status: .initialized)
            let engine = try await server.client.get(ChaosEngine.self, namespace: "default", name: "e")
            try await server.makeHelper(state: "reverted")
            try await server.client.modify(Pod.self, namespace: "default", name: "helper") {
                $0.metadata.labels[ChaosLabel.engineUID] = engine.uid
                return true
            }
            try await server.uninstall(.given)
            #expect(try await helper(server) == nil)
            #expect(try await server.client.list(CustomResourceDefinition.self).isEmpty)
        }
    }

    @Test("without an operator, one that has not said so holds the uninstallation, and force lets it go by name")
    func force() async throws {
        try await TestServer.run { server in
            try await server.install()
            try await server.makeHelper(state: "active")
            let error = await #expect(throws: CommandError.self) {
                try await server.uninstall(timeout: .milliseconds(200))
            }
            #expect(error?.message.contains("default/helper on node n1 has not said that it has undone") == true)
            #expect(try await helper(server)?.metadata.finalizers == [HelperContract.finalizer])
            let lines = try await server.uninstall(force: true, timeout: .milliseconds(500))
            #expect(lines.contains { $0.contains("default/helper on node n1") }, "\(lines)")
            #expect(try await helper(server) == nil)
        }
    }

    @Test("pods that engines keep in the namespace neither hold up the uninstallation nor go with it")
    func retained() async throws {
        try await TestServer.run { server in
            try await server.install()
            var map = ConfigMap(name: "mine", namespace: "litmus")
            map.data = ["a": "b"]
            map = try await server.client.create(map)
            for (name, owners) in [("kept", []), ("owned", [OwnerReference(to: map, controller: false)])] {
                var pod = Pod(name: name, namespace: "litmus")
                pod.metadata.labels = ["app.kubernetes.io/part-of": "litmus"]
                pod.metadata.ownerReferences = owners
                pod.spec = ["containers": [["name": "c", "image": "i"]]]
                _ = try await server.client.create(pod)
            }
            try await server.uninstall(timeout: .seconds(5))
            #expect(try await server.client.list(Pod.self, namespace: "litmus").map(\.name) == ["kept", "owned"])
        }
    }
}
