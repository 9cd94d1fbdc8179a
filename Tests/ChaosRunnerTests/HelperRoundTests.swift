import ChaosAPI
import ClusterTesting
import ControllerRuntime
import Faults
import Injection
import KubernetesAPI
import Synchronization
import Testing

@testable import ChaosRunner

@Suite(.timeLimit(.minutes(1))) struct HelperRoundTests {
    private let cluster = InMemoryCluster()
    private let told = Told()

    /// How often something was told.
    private final class Told: Sendable {
        private let state = Mutex(0)
        private let (stream, continuation) = AsyncStream<Void>.makeStream()

        var value: Int { state.withLock { $0 } }

        func increase() {
            state.withLock { $0 += 1 }
            continuation.yield()
        }

        /// Returns at the next time, one that nobody has waited for included.
        func wait() async { for await _ in stream { return } }
    }

    /// How many watches have been begun; a wait has read everything once before it begins its own.
    private var watches: Int { cluster.requests.count { $0.verb == "watch" } }

    /// Waits until no helper is at work any more.
    private func noneAtWork() async throws { try await cluster.waitFor(Pod.self) { $0.allSatisfy(\.isFinished) } }

    private func order(_ number: Int = 0, duration: Int = 0) -> InjectionOrder {
        InjectionOrder(
            id: "loss-helper-x-\(number)", fault: "pod-network-loss",
            steps: [.loseTraffic(TrafficLoss(percentage: 100))],
            targets: [
                TargetReference(
                    node: "node-\(number)", namespace: "shop", pod: "web-\(number)", podUID: "uid-\(number)",
                    container: "main", containerID: "c-\(number)")
            ], durationMilliseconds: duration)
    }

    private func round(
        timeout: Duration = .seconds(20), cleansUp: Bool = false, time: TimeSource = .continuous,
        client: (any APIClient)? = nil, injection: PlatformSettings.Injection = .watchedHelper
    ) throws -> HelperRound {
        var platform = PlatformSettings()
        platform.injection = injection
        let pods = HelperPod(
            experiment: "loss", namespace: "litmus", engine: nil, parent: nil,
            settings: try HelperSettings(TunableReader(["TERMINATION_GRACE_PERIOD_SECONDS": "1"])), platform: platform,
            group: "loss-helper-x")
        return HelperRound(
            client: client ?? cluster, pods: pods, timeout: timeout, cleansUp: cleansUp, time: time,
            logger: World.quiet)
    }

    /// Runs the orders beside players of these fates, the last of which stands for all others, until no helper is left at
    /// work.
    private func run(
        _ fates: HelperPlayer.Fate..., orders: [InjectionOrder]? = nil, round: HelperRound? = nil,
        didInject: @escaping @Sendable () async -> Void = {}
    ) async throws -> HelperOutcome {
        let orders = orders ?? fates.indices.map { order($0) }
        let round = try round ?? self.round()
        let known: @Sendable () async -> Void = { await told.wait() }
        let player = HelperPlayer(cluster: cluster, known: known) { order in
            fates[min(Int(String(order.id.suffix(1))) ?? 0, fates.count - 1)]
        }
        return try await player.run {
            let outcome = await round.run(orders) {
                told.increase()
                await didInject()
            }
            try await noneAtWork()
            return outcome
        }
    }

    @Test("a helper that works is told of once, with what it measured, and stays to be read")
    func works() async throws {
        let outcome = try await run(.works(.inconclusive))
        #expect(outcome.failure == nil && !outcome.isAborted && told.value == 1)
        #expect(outcome.effects.map(\.outcome) == [.inconclusive] && outcome.effects[0].revertedAt != nil)
        #expect(try await cluster.helpers().map(\.name) == ["loss-helper-x-0"])
    }

    @Test("with the policy delete no helper pod stays")
    func cleansUp() async throws {
        let outcome = try await run(.works(), .works(), round: round(cleansUp: true))
        #expect(outcome.failure == nil)
        try await cluster.waitFor(Pod.self) { $0.isEmpty }
    }

    @Test("helpers on two nodes work at the same time, and injection is told when both have hit")
    func parallel() async throws {
        let player = HelperPlayer(cluster: cluster) { _ in .stays }
        let round = try round()
        let orders = [order(0, duration: 60_000), order(1, duration: 60_000)]
        let cluster = cluster
        try await player.run {
            let task = Task {
                await round.run(orders) {
                    let helpers = (try? await cluster.helpers()) ?? []
                    #expect(
                        helpers.map { $0.metadata.annotations[HelperContract.reportAnnotation] != nil } == [true, true])
                    told.increase()
                }
            }
            await told.wait()
            task.cancel()
            _ = await task.value
        }
        #expect(told.value == 1)
    }

    @Test("the failure that a helper reports is the experiment's; the other helper undoes what it did")
    func fails() async throws {
        let failure = InjectionReport.Failure(
            code: "CONTAINER_RUNTIME_ERROR", reason: "no cgroup", target: "{podName: web-0}")
        let outcome = try await run(.fails(failure), .stays)
        #expect(
            outcome.failures == [FaultError(.containerRuntime, "no cgroup", target: "{podName: web-0}")])
        #expect(told.value == 0 && !outcome.hasLostHelper)
        let left = try await cluster.helpers()
        #expect(left.map(\.name) == ["loss-helper-x-0"] && left.allSatisfy(\.isFinished))
    }

    @Test("a helper that fails in the middle of the chaos ends the others too")
    func failsLater() async throws {
        let outcome = try await run(
            .vanishes, .stays, orders: [order(0, duration: 60_000), order(1, duration: 60_000)])
        #expect(outcome.failures.map(\.code) == [.helperPodFailed])
        #expect(outcome.failure?.reason.contains("loss-helper-x-0 was deleted before it was done") == true)
        #expect(outcome.hasLostHelper)
        // What the vanished one did is not known to be undone, what the other did is.
        #expect(outcome.effects.map { $0.revertedAt == nil } == [true, false])
    }

    @Test("a helper that dies without a word is told with its exit code")
    func crashes() async throws {
        let outcome = try await run(.crashes(exitCode: 137))
        #expect(outcome.failures.map(\.code) == [.helperPodFailed])
        #expect(
            outcome.failure?.reason
                == "helper pod failed: loss-helper-x-0 ended without a report (exit code 137)")
    }

    @Test("a helper that never starts is given up after the status check timeout, and removed")
    func neverStarts() async throws {
        let clock = ManualClock()
        let cluster = cluster
        async let passed: Void = {
            try await cluster.waitFor(Pod.self) { $0.contains { !$0.metadata.annotations.isEmpty } }
            // The player's, and the round's own.
            while watches < 2 { await Task.yield() }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(20))
        }()
        let outcome = try await run(.neverStarts, .stays, round: round(time: TimeSource(clock)))
        try await passed
        #expect(
            outcome.failures == [
                FaultError(
                    .statusChecks, "helper pod is not running in time: pod loss-helper-x-0 is in Pending state")
            ])
        #expect(told.value == 0)
    }

    @Test("a helper that does not end in time is ended")
    func neverEnds() async throws {
        let clock = ManualClock()
        let before = Mutex(Int.max)
        async let passed: Void = {
            await told.wait()
            while watches <= before.withLock({ $0 }) { await Task.yield() }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(20))
        }()
        let outcome = try await run(.stays, round: round(time: TimeSource(clock))) {
            before.withLock { $0 = watches }
        }
        await passed
        #expect(
            outcome.failures == [
                FaultError(.statusChecks, "container is not completed within timeout: helper pod loss-helper-x-0")
            ])
        #expect(told.value == 1 && outcome.effects.first?.revertedAt != nil)
    }

    @Test("several failures are told together")
    func several() {
        var outcome = HelperOutcome()
        outcome.failures = [FaultError(.helper, "a"), FaultError(.helper, "b", target: "{t}")]
        #expect(outcome.failure == FaultError(.helper, "[a, b {t}]"))
        outcome.failures[1].code = .containerRuntime
        #expect(outcome.failure?.code == .generic)
    }
}

// MARK: - Aborts and refusals

extension HelperRoundTests {
    @Test("an abort returns when everything is undone and no helper is left")
    func aborted() async throws {
        let player = HelperPlayer(cluster: cluster) { _ in .stays }
        let round = try round()
        let orders = [order(0, duration: 60_000), order(1, duration: 60_000)]
        let outcome = try await player.run {
            let task = Task { await round.run(orders) { told.increase() } }
            await told.wait()
            task.cancel()
            let outcome = await task.value
            try await noneAtWork()
            return outcome
        }
        #expect(outcome.isAborted && outcome.failures.isEmpty)
        #expect(outcome.effects.count == 2 && outcome.effects.allSatisfy { $0.revertedAt != nil })
    }

    @Test("an abort while helpers are being made leaves none of them")
    func abortedEarly() async throws {
        let task = Mutex<Task<HelperOutcome, Never>?>(nil)
        cluster.onRequest { request in
            if request.verb == "create", request.resource == "pods" { task.withLock { $0 }?.cancel() }
        }
        let player = HelperPlayer(cluster: cluster) { _ in .stays }
        let round = try round()
        let orders = [order(0, duration: 60_000), order(1, duration: 60_000)]
        let outcome = try await player.run {
            let made = task.withLock { task in
                let made = Task { await round.run(orders) {} }
                task = made
                return made
            }
            let outcome = await made.value
            try await noneAtWork()
            return outcome
        }
        #expect(outcome.isAborted)
        #expect(cluster.requests.filter { $0.verb == "create" }.count == 2)
    }

    @Test("a helper that does not end when it is told to is not taken for one that has")
    func hangs() async throws {
        let clock = ManualClock()
        let round = try round(time: TimeSource(clock))
        let player = HelperPlayer(cluster: cluster) { _ in .hangs }
        let orders = [order(0, duration: 60_000)]
        let outcome = try await player.run {
            let task = Task { await round.run(orders) { told.increase() } }
            await told.wait()
            task.cancel()
            try await cluster.waitFor(Pod.self) { $0.contains { $0.metadata.isBeingDeleted } }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(6))
            return await task.value
        }
        #expect(outcome.isAborted && outcome.effects.first?.revertedAt == nil)
        #expect(outcome.failures.map(\.code) == [.chaosRevert])
        #expect(outcome.failure?.reason.contains("run 'litmus revert' on node node-0") == true)
    }

    @Test("a deletion that fails for a moment is repeated")
    func deletionRepeated() async throws {
        let failures = Mutex(2)
        cluster.onRequest { request in
            guard request.verb == "delete", request.resource == "pods" else { return }
            let left = failures.withLock { left in
                left -= 1
                return left
            }
            if left >= 0 { throw Status.internalError("down") }
        }
        let outcome = try await run(.crashes(exitCode: 1), .stays)
        #expect(outcome.failures.map(\.code) == [.helperPodFailed])
    }

    @Test("a helper that may not be made is told with the permission that is missing")
    func forbidden() async throws {
        let client = ForbiddingClient(cluster) { verb, resource in verb == "create" && resource == "pods" }
        let outcome = try await run(.works(), round: round(client: client))
        #expect(outcome.failures.map(\.code) == [.generic])
        #expect(outcome.failure?.reason.contains("unable to create the helper pod: ") == true)
        #expect(
            outcome.failure?.reason.contains("add the verb create on pods to the service account's role") == true)
    }

    @Test("when pods may not be listed that is told at once, and the helpers are removed")
    func mayNotList() async throws {
        let client = ForbiddingClient(cluster) { verb, resource in verb == "list" && resource == "pods" }
        let outcome = try await run(.stays, round: round(client: client))
        #expect(outcome.failure?.reason.contains("add the verb list on pods") == true)
        try await cluster.waitFor(Pod.self) { $0.isEmpty }
    }

    @Test("when one of two helpers cannot be made, the other is undone and removed")
    func halfMade() async throws {
        cluster.onRequest { request in
            if request.verb == "create", request.name == "loss-helper-x-1" {
                throw Status.forbidden(Pod.type.gvr, name: "loss-helper-x-1", "exceeded quota")
            }
        }
        let outcome = try await run(.stays, .stays)
        #expect(outcome.failures.count == 1 && outcome.failure?.reason.contains("exceeded quota") == true)
        #expect(told.value == 0)
    }

    @Test("a node on which no agent answers is named within seconds, with what to look at")
    func noAgent() async throws {
        let clock = ManualClock()
        let round = try round(time: TimeSource(clock), injection: .nodeAgent)
        let player = HelperPlayer(cluster: cluster) { _ in .neverStarts }
        let orders = [order(0, duration: 60_000)]
        let outcome = try await player.run {
            let task = Task { await round.run(orders) {} }
            try await cluster.waitFor(Pod.self) { !$0.isEmpty }
            while watches < 2 { await Task.yield() }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(5))
            return await task.value
        }
        #expect(outcome.failures.map(\.code) == [.helperPodFailed])
        #expect(outcome.failure?.reason.hasPrefix("no node agent answers on node node-0: ") == true)
        #expect(outcome.failure?.reason.contains("-l app.kubernetes.io/component=node-agent") == true)
        try await cluster.waitFor(Pod.self) { $0.isEmpty }
    }

    @Test("each turn of a serial order counts, with the time that containers may take to be back")
    func longest() {
        var serial = order(duration: 20_000)
        serial.targets += [serial.targets[0], serial.targets[0]]
        serial.pauseMilliseconds = 1000
        #expect(serial.longest(with: .seconds(10)) == .seconds(30))
        serial.isSerial = true
        #expect(serial.longest(with: .seconds(10)) == .seconds(92))
        serial.repetition = .every(lowMilliseconds: 1, highMilliseconds: 1)
        #expect(serial.longest(with: .seconds(10)) == .seconds(92))
    }
}

// MARK: - Serial rounds

extension HelperRoundTests {
    @Test("helpers of a serial round come one after another, with the pause between them, under names of their own")
    func serial() async throws {
        let clock = ManualClock()
        let news = Mutex<[String]>([])
        let heard = Told()
        let targets = (0..<2).map { number in
            Target(
                namespace: "shop", name: "web-\(number)", uid: "uid-\(number)", node: "node-\(number)",
                container: "main", containerID: "c")
        }
        let round = Round(
            repetition: .once, selection: TargetSelection(apps: []), sequence: .serial,
            steps: [.machine(.loseTraffic(TrafficLoss(percentage: 100)))], pause: .seconds(7))
        let injector = Injector(
            client: cluster, plan: InjectionPlan(fault: "loss", lasting: .zero, rounds: [round]), seed: 1,
            timeout: .seconds(20), helpers: try self.round().pods, cleansUpHelpers: false, time: TimeSource(clock),
            logger: World.quiet
        ) { event in
            if case .targets(let hit, let status) = event {
                news.withLock { $0 += hit.map { "\($0.name) \(status.rawValue)" } }
                heard.increase()
            }
        }
        let player = HelperPlayer(cluster: cluster) { _ in .works() }
        try await player.run { () async throws -> Void in
            let task = Task {
                var count = 3
                try await injector.injectOnMachines(targets, round: round, &count)
                return count
            }
            for _ in 0..<2 { await heard.wait() }
            await clock.waitForSleepers()
            #expect(try await cluster.helpers().map(\.name) == ["loss-helper-x-3"])
            clock.advance(by: .seconds(7))
            #expect(try await task.value == 5)
        }
        #expect(
            news.withLock { $0 } == ["web-0 injected", "web-0 reverted", "web-1 injected", "web-1 reverted"])
        #expect(try await cluster.helpers().map(\.name) == ["loss-helper-x-3", "loss-helper-x-4"])
    }
}
