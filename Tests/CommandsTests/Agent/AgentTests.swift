import ArgumentParser
import ChaosAPI
import ChaosOperator
import ClusterTesting
import ControllerRuntime
import KubernetesAPI
import KubernetesClient
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(1))) struct AgentTests {
    @Test("figures are in Prometheus' format")
    func metrics() {
        let report = OperatorReport(
            isLeader: true, isReady: true, engines: ["initialized": 2, "completed": 3],
            reconciliations: ReconcileCounts(succeeded: 7, failed: 1))
        let process = ProcessFigures(
            status: "Name:\tlitmus\nVmRSS:\t   1024 kB\n",
            stat: "7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20", openFiles: 12)
        let lines = AgentMetrics(report: report, process: process).text.split(separator: "\n")
        #expect(lines.contains("litmus_operator_leader 1"))
        #expect(lines.contains(#"litmus_operator_engines{status="initialized"} 2"#))
        #expect(lines.contains(#"litmus_operator_engines{status="stopped"} 0"#))
        #expect(lines.contains(#"litmus_operator_reconciliations_total{result="success"} 7"#))
        #expect(lines.contains("process_resident_memory_bytes 1048576"))
        #expect(lines.contains("process_cpu_seconds_total 2.0"))
        #expect(lines.count { $0.hasPrefix("# TYPE") } == 6)
    }

    @Test("this process has figures")
    func figures() throws {
        let figures = try #require(ProcessFigures.read())
        #expect(figures.residentBytes > 1_000_000 && figures.openFiles > 2)
    }

    @Test("the pod's name is the identity, so that a restarted container goes on with its lease")
    func identity() throws {
        let environment = ["POD_NAME": "agent-1", "POD_NAMESPACE": "chaos", "WATCH_NAMESPACE": "shop"]
        let connection = ClusterConnection(server: "https://x")
        let command = try AgentCommand.parse(["--lease-duration", "6s", "--renew-deadline", "4s"])
        let election = try command.configuration(environment, connection).leaderElection
        #expect(election?.identity == "agent-1" && election?.leaseNamespace == "chaos")
        #expect(election?.leaseName == "chaos-operator.lock" && election?.leaseDuration == .seconds(6))
        #expect(election?.retryPeriod == .seconds(2))
        let alone = try AgentCommand.parse(["--no-leader-elect"])
        #expect(try alone.configuration(environment, connection).leaderElection == nil)
    }

    @Test(
        "wrong options are refused",
        arguments: [
            ["--component", "exporter"], ["--retry-period", "20s"], ["--metrics-bind-address", "8080"],
            ["--burst", "0"],
        ])
    func mistakes(arguments: [String]) {
        #expect(throws: (any Error).self) { try AgentCommand.parse(arguments) }
    }

    @Test("one replica works; the other stands by, is ready, and takes over when the first is stopped")
    func takeover() async throws {
        let cluster = InMemoryCluster(
            types: InMemoryCluster.builtinTypes + [ChaosEngine.type, ChaosExperiment.type, ChaosResult.type])
        func replica(_ name: String) -> ChaosOperator {
            var configuration = OperatorConfiguration()
            configuration.leaderElection = LeaderElection(
                leaseNamespace: "litmus", leaseName: OperatorConfiguration.leaseName, identity: name,
                leaseDuration: .seconds(60), renewDeadline: .seconds(40), retryPeriod: .milliseconds(20))
            return ChaosOperator(client: cluster, configuration: configuration)
        }
        let first = replica("first")
        let second = replica("second")
        let running = Task { try await first.run() }
        try await cluster.waitFor(Lease.self) { $0.first?.json["spec", "holderIdentity"] == "first" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await second.run() }
            let standby = second.report
            #expect(!standby.isLeader && standby.isReady)
            running.cancel()
            _ = try? await running.value
            // Long before the lease would have ended.
            try await cluster.waitFor(Lease.self) { $0.first?.json["spec", "holderIdentity"] == "second" }
            group.cancelAll()
        }
    }
}
