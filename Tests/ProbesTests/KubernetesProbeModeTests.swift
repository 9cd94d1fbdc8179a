import ClusterTesting
import KubernetesAPI
import Testing

@testable import Probes

@Suite struct KubernetesProbeModeTests {
    private static let modes = ["SOT", "EOT", "Edge", "Continuous", "OnChaos"]

    private func outcome(_ inputs: JSON, mode: String) async throws -> ProbeOutcome {
        let cluster = try await ProbedCluster()
        let probe = JSON.probe("k8sProbe", ProbedCluster.inputs("present", inputs), mode: mode, stops: false)
        let session = try ProbeSession(probes: [probe], context: cluster.context())
        try await session.run()
        return await session.outcomes()[0]
    }

    @Test("passes in every mode", arguments: modes)
    func passes(mode: String) async throws {
        let outcome = try await outcome(["labelSelector": "app=web"], mode: mode)
        #expect(outcome.verdict == .passed)
        #expect(
            outcome.description
                == "Probe successfully performed the 'present' operation on the specified Kubernetes resource")
    }

    @Test("fails in every mode without ending the run", arguments: modes)
    func fails(mode: String) async throws {
        let outcome = try await outcome(["labelSelector": "app=none"], mode: mode)
        #expect(outcome.verdict == .failed)
        #expect(
            outcome.description
                == "no resource found with provided {labelSelectors: app=none, fieldSelectors: } selectors")
        #expect(!outcome.stoppedExperiment)
    }

    @Test("an error in any mode is no verdict of the application", arguments: modes)
    func errs(mode: String) async throws {
        let cluster = try await ProbedCluster()
        let inputs = ProbedCluster.inputs("present", ["resourceNames": "web-9"])
        let probe = JSON.probe("k8sProbe", inputs, mode: mode, stops: false)
        let session = try ProbeSession(probes: [probe], context: cluster.context())
        let failure = await #expect(throws: ProbeFailure.self) { try await session.run() }
        #expect(failure?.isConditionFailure == false)
        #expect(await session.outcomes()[0].verdict == .notApplicable)
    }

    @Test("a Continuous probe notices a pod that goes during the chaos", .timeLimit(.minutes(1)))
    func notices() async throws {
        let cluster = try await ProbedCluster()
        let inputs = ProbedCluster.inputs("present", ["labelSelector": "app=db"])
        let session = try ProbeSession(
            probes: [.probe("k8sProbe", inputs, mode: "Continuous")], context: cluster.context())
        try await session.preChaos()
        while !cluster.api.requests.contains(where: { $0.verb == "list" }) { await Task.yield() }
        try await cluster.api.delete(Pod.self, namespace: "shop", name: "db-1")
        var requests = session.stopRequests.makeAsyncIterator()
        #expect(await requests.next()?.code == "K8S_PROBE_FAILURE")
        #expect(await session.outcomes()[0].verdict == .failed)
        await session.cancel()
    }
}
