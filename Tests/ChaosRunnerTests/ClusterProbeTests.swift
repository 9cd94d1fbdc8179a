import ChaosAPI
import KubernetesAPI
import Testing

@testable import ChaosRunner

@Suite(.timeLimit(.minutes(1))) struct ClusterProbeTests {
    @Test(
        "a k8sProbe without namespace asks the cluster of the experiment about its namespace",
        arguments: [("web", "Pass"), ("api", "Error")])
    func asksCluster(name: String, verdict: String) async throws {
        try await World.run { world in
            let probe: JSON = [
                "name": "deployed", "type": "k8sProbe", "mode": "Edge",
                "runProperties": ["probeTimeout": "10s", "interval": "10ms"],
                "k8sProbe/inputs": [
                    "group": "apps", "version": "v1", "resource": "deployments", "resourceNames": .string(name),
                    "operation": "present",
                ],
            ]
            let engine = try await world.engine(probes: [probe])
            await world.runEngine(engine)
            #expect(try await world.entries().first?.verdict == verdict)
            let status = try #require(try await world.result().probeStatuses.first)
            #expect(
                status["status", "description"].string
                    == (name == "web"
                        ? "Probe successfully performed the 'present' operation on the specified Kubernetes resource"
                        : "unable to get the resources with name api, err: deployments.apps \"api\" not found"))
        }
    }
}
