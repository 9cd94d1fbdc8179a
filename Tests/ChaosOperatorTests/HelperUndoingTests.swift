import ChaosAPI
import ClusterTesting
import KubernetesAPI
import Synchronization
import Testing

@testable import ChaosOperator

/// The operator, a node, and helpers that are lost on it.
@Suite(.timeLimit(.minutes(1))) struct HelperUndoingTests {
    private let cluster = InMemoryCluster(
        types: InMemoryCluster.builtinTypes + [ChaosEngine.type, ChaosExperiment.type, ChaosResult.type])

    private static var configuration: OperatorConfiguration {
        var configuration = OperatorConfiguration()
        configuration.platform.injection = .helper
        configuration.platform.image = "litmus:1"
        return configuration
    }

    /// Runs `body` beside an operator and a node on which revert pods end so.
    private func run(
        client: (any APIClient)? = nil, revert: @escaping @Sendable (Pod) -> FakeNode.Outcome = { _ in .succeeds },
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let (cluster, client) = (cluster, client ?? cluster)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await FakeNode(in: cluster) { pod in
                    pod.metadata.labels["app.kubernetes.io/component"] == "revert" ? revert(pod) : .unmanaged
                }.run()
            }
            group.addTask {
                try await ChaosOperator(client: client, configuration: Self.configuration, logger: World.quiet).run()
            }
            try await cluster.waitFor(Node.self) { !$0.isEmpty }
            try await body()
            group.cancelAll()
        }
    }

    private func make(_ helper: Pod, node: String = "node-1") async throws {
        let engine = try await cluster.create(Fixture.engine(.stop))
        var pod = helper
        pod.metadata.uid = ""
        pod.metadata.labels[ChaosLabel.engineUID] = engine.uid
        if !HelperPodState(pod).isForNodeAgent { pod.spec["nodeName"] = .string(node) }
        let status = pod.json["status"]
        _ = try await cluster.create(pod)
        try await cluster.modify(Pod.self, namespace: "shop", name: "helper", subresource: "status") {
            $0.json["status"] = status
            return true
        }
    }

    /// Waits until the helper is let go and no revert pod is left.
    private func waitForEnd() async throws {
        try await cluster.waitFor(Pod.self) { pods in
            pods.allSatisfy { $0.name == "helper" && $0.metadata.finalizers.isEmpty }
        }
    }

    private func event(_ reason: EventReason) async throws -> Event? {
        try await cluster.waitFor(Event.self) { $0.contains { $0.reason == reason.rawValue } }
            .first { $0.reason == reason.rawValue }
    }

    private static let lost = Fixture.keptHelper("Failed", status: ["reason": "Evicted"])

    @Test("what an evicted helper left is undone on its node, and the engine's events tell")
    func evicted() async throws {
        try await run {
            try await make(Self.lost)
            try await waitForEnd()
            #expect(try await event(.helperLost)?.severity == "Warning")
            let undone = try await event(.helperUndone)
            #expect(undone?.severity == "Normal" && undone?.json["involvedObject", "kind"] == "ChaosEngine")
            #expect(cluster.requests.count { $0.verb == "create" && $0.resource == "pods" } == 2)
        }
    }

    @Test("a deleted helper goes when it is known to be undone, not before")
    func deleted() async throws {
        try await run {
            try await make(Fixture.keptHelper(status: Fixture.container(["terminated": ["exitCode": 137]])))
            try await cluster.delete(
                Pod.self, namespace: "shop", name: "helper", options: DeleteOptions(gracePeriodSeconds: 0))
            try await cluster.waitFor(Pod.self) { $0.isEmpty }
            #expect(try await event(.helperUndone) != nil)
        }
    }

    @Test("a helper that reverted is let go without a revert pod")
    func reverted() async throws {
        try await run {
            try await make(Fixture.keptHelper("Succeeded", report: "{\"state\":\"reverted\"}"))
            try await waitForEnd()
            #expect(cluster.requests.count { $0.verb == "create" && $0.resource == "pods" } == 1)
        }
    }

    @Test("with its node nothing of a helper is left")
    func nodeGone() async throws {
        try await run {
            try await make(Self.lost, node: "of-yesterday")
            try await waitForEnd()
            #expect(try await event(.helperUndone)?.message.contains("node of-yesterday is no part") == true)
        }
    }

    @Test("an order that no node agent took is let go as soon as it is deleted")
    func notTaken() async throws {
        try await run {
            try await make(Fixture.keptHelper("Pending", report: nil, isForAgent: true))
            try await cluster.delete(Pod.self, namespace: "shop", name: "helper")
            try await cluster.waitFor(Pod.self) { $0.isEmpty }
        }
    }

    @Test("a revert pod that fails is told in its own words, and another is started")
    func failing() async throws {
        let attempts = Mutex(0)
        try await run(
            revert: { _ in
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                return attempt == 1 ? .fails(exitCode: 2) : .succeeds
            }
        ) {
            try await make(Self.lost)
            try await waitForEnd()
            let events = try await cluster.list(Event.self)
            #expect(events.contains { $0.message.contains("failed (exit code 2) and is started again") })
        }
    }

    @Test("an operator that is killed after any write leaves its work to the next", arguments: 1...6)
    func mortal(writes: Int) async throws {
        let mortal = MortalClient(cluster, writes: writes)
        try await make(Self.lost)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let cluster = cluster
            group.addTask { try await FakeNode(in: cluster) { $0.name == "helper" ? .unmanaged : .succeeds }.run() }
            try await cluster.waitFor(Node.self) { !$0.isEmpty }
            let first = Task {
                try? await ChaosOperator(
                    client: mortal, configuration: Self.configuration, logger: World.quiet
                ).run()
            }
            let end = Task {
                try? await waitForEnd()
                mortal.giveUp()
            }
            await mortal.death()
            end.cancel()
            first.cancel()
            await first.value
            group.addTask {
                try await ChaosOperator(client: cluster, configuration: Self.configuration, logger: World.quiet).run()
            }
            try await waitForEnd()
            group.cancelAll()
        }
    }
}
