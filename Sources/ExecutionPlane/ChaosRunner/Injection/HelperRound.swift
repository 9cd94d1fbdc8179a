import ChaosAPI
import ControllerRuntime
import Faults
import Injection
import KubernetesAPI
import Logging
import Synchronization

/// Has helpers carry out orders on their nodes, all at once, and waits for what they report.
struct HelperRound: Sendable {
    let client: any APIClient
    let pods: HelperPod
    /// How long helpers may take to hit their targets, and to end after the chaos.
    let timeout: Duration
    /// Helper pods go when they are done; otherwise they stay, with their logs, as long as the runner pod.
    let cleansUp: Bool
    let time: TimeSource
    let logger: Logger

    private var namespace: String { pods.namespace }
    private var labels: LabelSelector { LabelSelector(matching: [HelperContract.groupLabel: pods.group]) }
    private var wait: PodWait { PodWait(client: client, time: time, logger: logger) }

    /// How long a node agent may take to begin.
    static let agentPatience = Duration.seconds(5)

    /// How long a helper that is told to go may take to undo everything.
    private var patience: Duration { .seconds(pods.gracePeriodSeconds + 5) }

    /// Ends, by a failure or by the task being cancelled, only after what was injected is undone, or after the helpers'
    /// grace period. The first helper that fails ends all.
    /// - Parameter didInject: told once, when every helper has hit its targets.
    func run(
        _ orders: [InjectionOrder], didInject: @escaping @Sendable () async -> Void
    ) async -> HelperOutcome {
        let watch = HelperWatch(orders)
        var outcome = HelperOutcome()
        do {
            try await create(orders)
            outcome.failures = try await follow(watch, didInject: didInject)
        } catch {
            outcome.isAborted = error is CancellationError || Task.isCancelled
            if !outcome.isAborted { outcome.failures = [Self.failure(error)] }
        }
        outcome.hasLostHelper = watch.progress.hasLostHelper
        if outcome.failures.isEmpty, !outcome.isAborted {
            if cleansUp { _ = try? await shielded { await removal(orders.map(\.id)) } }
        } else {
            outcome.failures += await tearDown(watch)
        }
        outcome.effects = watch.progress.effects
        return outcome
    }

    private static func failure(_ error: any Error) -> FaultError {
        switch error {
        case let error as FaultError: error
        case let status as Status:
            FaultError(.generic, "unable to follow the helper pods: \(status.explained("list", on: "pods"))")
        default: FaultError(.generic, "unable to follow the helper pods: \(error)")
        }
    }

    /// Makes every pod, whatever becomes of the others and of the task: a request that is under way may have reached the
    /// server, so whoever deletes the pods afterwards must come after it.
    private func create(_ orders: [InjectionOrder]) async throws {
        try Task.checkCancellation()
        let results = try await shielded(within: .seconds(30)) {
            await withTaskGroup(of: Result<Void, any Error>.self) { group in
                for order in orders {
                    group.addTask {
                        do { return .success(try await create(order)) } catch { return .failure(error) }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        for result in results { try result.get() }
    }

    private func create(_ order: InjectionOrder) async throws {
        let node = order.targets.first?.node ?? ""
        let pod = try pods.make(for: order, node: node)
        logger.info("starting helper", metadata: ["pod": "\(order.id)", "node": "\(node)"])
        do {
            _ = try await client.create(pod)
        } catch let status as Status where status.isAlreadyExists {
            // Names are random, so it is ours: the answer to the first attempt was lost.
        } catch let status as Status {
            throw FaultError(.generic, "unable to create the helper pod: \(status.explained("create", on: "pods"))")
        }
    }

    /// - Returns: why not all is well; empty when every helper did what it was asked for.
    private func follow(_ watch: HelperWatch, didInject: @Sendable () async -> Void) async throws -> [FaultError] {
        if pods.platform.injection == .nodeAgent {
            let silent = try await wait(namespace: namespace, labels: labels, within: min(timeout, Self.agentPatience))
            {
                watch.see($0).missingAgents
            }
            if silent != nil { return watch.progress.silentAgents }
        }
        let lateStart = try await wait(namespace: namespace, labels: labels, within: timeout) {
            watch.see($0).missingInjection
        }
        if lateStart != nil { return watch.progress.lateInjections }
        if watch.progress.failures.isEmpty {
            await didInject()
            let limit = watch.progress.orders.map { $0.longest(with: timeout) }.max() ?? timeout
            let lateEnd = try await wait(namespace: namespace, labels: labels, within: limit) {
                watch.see($0).missingEnd
            }
            if lateEnd != nil { return watch.progress.lateEnds }
        }
        return watch.progress.failures
    }

    private var removal: HelperRemoval {
        HelperRemoval(client: client, namespace: namespace, keepsFinished: !cleansUp, time: time, logger: logger)
    }

    /// Has all helpers undo what they did, although the task may be cancelled: whoever aborts wants to read of the end
    /// when there is no chaos any more.
    /// - Returns: what could not be undone.
    private func tearDown(_ watch: HelperWatch) async -> [FaultError] {
        let atWork = watch.progress.atWork
        _ = try? await shielded(within: patience + .seconds(1)) {
            await withTaskGroup(of: Void.self) { group in
                let (beforeDeletion, isWatched) = AsyncStream<Never>.makeStream()
                group.addTask {
                    _ = try? await wait(namespace: namespace, labels: labels, within: patience) { pods in
                        isWatched.finish()
                        return watch.see(pods).missingUndoing
                    }
                    isWatched.finish()
                }
                group.addTask {
                    // The last word of a helper is lost to whoever looks when its pod is gone.
                    for await _ in beforeDeletion {}
                    await removal(watch.progress.orders.map(\.id))
                }
            }
        }
        let problems = atWork.compactMap { order -> FaultError? in
            let leftBehind = order.steps.contains { $0.undo != nil } ? pods.leftBehind(order) : nil
            return switch watch.progress.state(of: order) {
            case .ended: watch.progress.failure(of: order)
            // A helper that was told to go is no failure, unless it went without having undone what it did.
            case .lost(_, let report): report?.state == .injected ? leftBehind : nil
            case .injected: leftBehind
            case .starting: nil
            }
        }
        for problem in problems { logger.error("helper did not undo everything", metadata: ["error": "\(problem)"]) }
        return problems
    }
}

extension HelperPod {
    fileprivate func leftBehind(_ order: InjectionOrder) -> FaultError {
        let node = order.targets.first?.node ?? ""
        return FaultError(
            .chaosRevert,
            "the helper pod \(order.id) did not say that it undid \(order.fault): what it injected may be in force "
                + "until its time is over; run 'litmus revert' on node \(node)")
    }
}

extension InjectionOrder {
    /// How long the order may take from the first injection to the last revert, when each turn ends `slack` late.
    func longest(with slack: Duration) -> Duration {
        let turns = isSerial ? targets.count : 1
        let milliseconds = turns * durationMilliseconds + max(0, turns - 1) * pauseMilliseconds
        return .milliseconds(milliseconds) + slack * turns
    }
}

/// What helpers' pods have shown so far, for those who wait for different things of it.
private final class HelperWatch: Sendable {
    private let state: Mutex<HelperProgress>

    init(_ orders: [InjectionOrder]) { state = Mutex(HelperProgress(orders: orders)) }

    var progress: HelperProgress { state.withLock { $0 } }

    func see(_ pods: [Pod]) -> HelperProgress {
        state.withLock { progress in
            progress.see(pods)
            return progress
        }
    }
}
