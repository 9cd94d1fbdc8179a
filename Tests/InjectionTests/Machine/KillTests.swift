import Host
import Testing

@testable import Injection

extension MachineTests {
    @Suite struct KillTests {
        @Test("a container is killed again and again, anew each time it is back")
        func repeated() async throws {
            try await withRestartingContainers { node, first, journal in
                var order = InjectionOrder.test(
                    .killContainer(ContainerKill()), on: [first], milliseconds: 600,
                    repetition: .every(lowMilliseconds: 10, highMilliseconds: 100))
                order.seed = 7
                let reports = Reports()
                let report = await execution(order, journal, reports, targets: node).run()
                #expect(await reports.states == [.injected, .reverted])
                let effect = try #require(report.effects.first)
                #expect(effect.outcome == .confirmed)
                #expect(effect.asked >= 3)
                #expect(effect.measured == effect.asked)
                #expect(await Double(node.ended) == effect.asked)
            }
        }

        @Test("a cancelled order does not wait for a container that is not back yet")
        func cancelled() async throws {
            try await withRestartingContainers { node, first, journal in
                await node.becomeSlow()
                let reports = Reports()
                let order = InjectionOrder.test(.killContainer(ContainerKill()), on: [first], milliseconds: 60_000)
                let running = Task { await execution(order, journal, reports, targets: node).run() }
                try await eventually("it is injected") { await reports.states == [.injected] }
                running.cancel()
                let report = await running.value
                #expect(report.state == .reverted)
                #expect(report.effects.map(\.asked) == [1])
            }
        }

        @Test("a container that does not come back fails the order")
        func notRestarted() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let order = InjectionOrder.test(.killContainer(ContainerKill()), on: [pod])
                    let report = await execution(order, journal).run()
                    #expect(report.state == .failed)
                    #expect(report.failure?.code == "HELPER_ERROR")
                    #expect(report.failure?.reason.hasPrefix("target container is not restarted after kill") == true)
                    #expect(report.effects.map(\.outcome) == [.inconclusive])
                }
            }
        }

        @Test("a process that ignores SIGTERM is killed afterwards when that was asked for")
        func killAfter() async throws {
            try await withPod { pod in
                // The first process of a pid namespace has no default action for SIGTERM.
                let target = try pod.resolved()
                let error = await #expect(throws: InjectionError.self) {
                    try await ContainerKiller().kill(
                        target, ContainerKill(signal: .terminate), limit: .milliseconds(200))
                }
                #expect(error?.reason.contains("ignores the signal") == true)
                #expect(!pod.process.hasEnded)
                try await ContainerKiller().kill(
                    target, ContainerKill(signal: .terminate, killAfterMilliseconds: 50), limit: .seconds(5))
                #expect(!ProcessTable().isAlive(target.pid, startTime: target.startTime))
                try await ContainerKiller().kill(target, ContainerKill(), limit: .seconds(5))
            }
        }
    }
}

private func withRestartingContainers(
    _ body: (RestartingContainers, TestPod, Journal) async throws -> Void
) async throws {
    let node = RestartingContainers()
    do {
        let first = try await node.start()
        try await withJournal { try await body(node, first, $0) }
    } catch {
        try? await node.end()
        throw error
    }
    try await node.end()
}

/// A node that starts a new container in place of each that ends.
private actor RestartingContainers: TargetSource {
    private var pods: [TestPod] = []
    private var isSlow = false

    var ended: Int { pods.filter(\.process.hasEnded).count }

    func start() async throws -> TestPod {
        let pod = try await TestPod.start()
        pods.append(pod)
        return pod
    }

    func current(_ target: TargetReference) throws -> TargetReference {
        try pods.last.orThrow("find a container").reference
    }

    func restarted(_ target: TargetReference, within limit: Duration) async throws -> TargetReference {
        if isSlow { try await Task.sleep(for: limit) }
        return try await start().reference
    }

    func becomeSlow() { isSlow = true }

    func end() async throws {
        for pod in pods { try await pod.end() }
    }
}
