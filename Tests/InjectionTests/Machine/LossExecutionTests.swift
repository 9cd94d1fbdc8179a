import Foundation
import Host
import Testing

@testable import Injection

extension MachineTests {
    @Suite struct LossExecutionTests {
        @Test("an order is reported when every target is hit and when all is undone, with what was measured")
        func wholeOrder() async throws {
            try await withPods(2) { pods in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(
                        .loseTraffic(TrafficLoss(percentage: 30)), on: pods, milliseconds: 1500)
                    let running = Task { await execution(order, journal, reports).run() }
                    try await eventually("it is injected") { await reports.states == [.injected] }
                    #expect(journal.list().count == 2)
                    for pod in pods { _ = try await pod.outgoing().send(1000) }
                    let report = await running.value
                    #expect(await reports.states == [.injected, .reverted])
                    #expect(report.effects.map(\.outcome) == [.confirmed, .confirmed])
                    for (effect, pod) in zip(report.effects, pods) {
                        #expect(effect.target == pod.reference)
                        #expect(try (20...40).contains(#require(effect.measured)))
                        #expect(effect.action == "lose 30 % of egress on eth0")
                        #expect(try #require(effect.revertedAt) >= #require(effect.injectedAt) + 1000)
                        #expect(try await pod.rules() == nil)
                    }
                    #expect(journal.list().isEmpty)
                }
            }
        }

        @Test("an idle target is inconclusive, which is no failure")
        func idle() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let filter = TrafficFilter(destinationPorts: [9000])
                    let order = InjectionOrder.test(
                        .loseTraffic(TrafficLoss(percentage: 50, filter: filter)), on: [pod])
                    let report = await execution(order, journal).run()
                    #expect(report.state == .reverted)
                    #expect(report.effects.map(\.outcome) == [.inconclusive])
                    #expect(report.effects.first?.sample == "0 of 0 packets")
                }
            }
        }

        @Test("rules that are flushed behind our back end the order as not injected")
        func flushed() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(.loseTraffic(TrafficLoss(percentage: 100)), on: [pod])
                    let running = Task { await execution(order, journal, reports).run() }
                    try await eventually("it is injected") { await reports.states == [.injected] }
                    try await Nftables.run("flush ruleset\n", namespace: pod.network.path)
                    let report = await running.value
                    #expect(report.state == .failed)
                    #expect(report.failure?.code == "CHAOS_INJECT_ERROR")
                    #expect(report.failure?.reason.contains("the rules were removed") == true)
                    #expect(report.failure?.reason.contains("100 %") == true)
                    #expect(report.effects.map(\.outcome) == [.notInjected])
                    #expect(journal.list().isEmpty)
                }
            }
        }

        @Test("who reverts by hand ends the order, which says so")
        func reverted() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(
                        .loseTraffic(TrafficLoss(percentage: 100)), on: [pod], milliseconds: 600_000)
                    let running = Task { await execution(order, journal, reports).run() }
                    try await eventually("it is injected") { await reports.states == [.injected] }
                    _ = await Reverter(journal: journal, logger: quiet).revertAll()
                    let report = await running.value
                    #expect(report.state == .failed)
                    #expect(report.failure?.reason.contains("undone before its end") == true)
                    #expect(try await pod.rules() == nil)
                    #expect(journal.list().isEmpty)
                }
            }
        }

        @Test("a cancelled order is undone at once")
        func cancelled() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(
                        .loseTraffic(TrafficLoss(percentage: 100)), on: [pod], milliseconds: 600_000)
                    let running = Task { await execution(order, journal, reports).run() }
                    try await eventually("it is injected") { await reports.states == [.injected] }
                    let start = ContinuousClock.now
                    running.cancel()
                    #expect(await running.value.state == .reverted)
                    #expect(ContinuousClock.now - start < .seconds(2))
                    #expect(try await pod.rules() == nil)
                    #expect(journal.list().isEmpty)
                }
            }
        }

        @Test("in a serial order one target is hit after the other")
        func serial() async throws {
            try await withPods(2) { pods in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(
                        .loseTraffic(TrafficLoss(percentage: 100)), on: pods, milliseconds: 300, isSerial: true)
                    let report = await execution(order, journal, reports).run()
                    #expect(await reports.states == [.injected, .injected, .reverted])
                    let effects = report.effects
                    #expect(effects.map(\.target) == pods.map(\.reference))
                    let firstEnd = try #require(effects.first?.revertedAt)
                    #expect(try #require(effects.last?.injectedAt) >= firstEnd)
                }
            }
        }

        @Test("who reverts by hand ends a serial order, whether a target is being hit or the order pauses")
        func revertedSerial() async throws {
            for pause in [0, 600_000] {
                try await withPods(2) { pods in
                    try await withJournal { journal in
                        let reports = Reports()
                        var order = InjectionOrder.test(
                            .loseTraffic(TrafficLoss(percentage: 100)), on: pods,
                            milliseconds: pause == 0 ? 600_000 : 300, isSerial: true)
                        order.pauseMilliseconds = pause
                        let clock = PauseClock()
                        let running = Task {
                            await OrderExecution(
                                order, targets: FixedTargets(), journal: journal,
                                clock: clock, logger: quiet
                            ) { await reports.add($0) }.run()
                        }
                        if pause == 0 {
                            try await eventually("it is injected") { await reports.states == [.injected] }
                        } else {
                            try await eventually("it pauses") { clock.isPausing }
                        }
                        _ = await Reverter(journal: journal, logger: quiet).revertAll(order: order.id)
                        clock.proceed()
                        let report = await running.value
                        #expect(report.isInterrupted == true)
                        #expect(report.effects.map(\.target) == [pods[0].reference])
                        #expect(await reports.states.count { $0 == .injected } == 1)
                        #expect(try await pods[1].rules() == nil)
                        #expect(FileTree.names(in: journal.directory + "/orders").isEmpty)
                    }
                }
            }
        }

        @Test("when one target is missing nothing is touched")
        func missingTarget() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    var order = InjectionOrder.test(.loseTraffic(TrafficLoss(percentage: 100)), on: [pod])
                    var missing = pod.reference
                    missing.containerID = "0123456789abcdef"
                    order.targets.append(missing)
                    let reports = Reports()
                    let report = await execution(order, journal, reports).run()
                    #expect(await reports.states == [.failed])
                    #expect(report.failure?.code == "CONTAINER_RUNTIME_ERROR")
                    #expect(report.failure?.reason.contains("0123456789abcdef") == true)
                    #expect(!FileTree.exists(journal.directory))
                }
            }
        }

        @Test("when the disk is full for one target, all are as before")
        func diskFull() async throws {
            let directory = "/tmp/litmus-small-\(getpid())"
            try FileTree.makeDirectories(directory)
            try Mounting.perform(.temporary(at: directory, options: "size=4k"))
            defer {
                try? MountTable.detach(directory)
                try? FileTree.remove(directory)
            }
            let journal = Journal(directory: directory + "/journal")
            try await withPods(2) { pods in
                let reports = Reports()
                let order = InjectionOrder.test(.loseTraffic(TrafficLoss(percentage: 100)), on: pods)
                let report = await execution(order, journal, reports).run()
                #expect(await reports.states == [.failed])
                #expect(report.failure?.code == "CHAOS_INJECT_ERROR")
                #expect(report.failure?.reason.contains("No space left on device") == true)
                for pod in pods {
                    let rules = try await pod.rules()
                    #expect(rules == nil)
                }
                #expect(journal.list().isEmpty)
            }
        }
    }
}
