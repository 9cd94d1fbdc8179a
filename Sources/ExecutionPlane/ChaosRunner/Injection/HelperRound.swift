import ChaosAPI
import ControllerRuntime
import Faults
import Injection
import KubernetesAPI
import Logging

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

    /// - Parameter didInject: told once, when every helper has hit its targets.
    /// - Throws: `FaultError` for helpers that cannot be made; `CancellationError` when the experiment is aborted, after
    ///   everything is undone.
    func run(
        _ orders: [InjectionOrder], didInject: @escaping @Sendable () async -> Void
    ) async throws -> HelperOutcome {
        do {
            try await create(orders)
            let outcome = try await follow(HelperProgress(orders: orders), didInject: didInject)
            if cleansUp || !outcome.failures.isEmpty { await delete(orders, keepsFinished: !cleansUp) }
            return outcome
        } catch {
            // Whoever aborts wants to read of the end when everything is undone.
            let limit = Duration.seconds(pods.gracePeriodSeconds + 5)
            try? await shielded(within: limit) {
                await delete(orders, keepsFinished: true)
                await waitUntilOver(orders, within: limit)
            }
            throw error
        }
    }

    private func create(_ orders: [InjectionOrder]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in orders {
                group.addTask {
                    let node = order.targets.first?.node ?? ""
                    let pod = try pods.make(for: order, node: node)
                    logger.info("starting helper", metadata: ["pod": "\(order.id)", "node": "\(node)"])
                    do {
                        _ = try await client.create(pod)
                    } catch let status as Status where status.isAlreadyExists {
                        // Names are random, so it is ours: the answer to the first attempt was lost.
                    } catch let status as Status {
                        let hint =
                            status.isForbidden ? ": add the verb create on pods to the service account's role" : ""
                        throw FaultError(.generic, "unable to create the helper pod: \(status)\(hint)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func follow(
        _ progress: HelperProgress, didInject: @Sendable () async -> Void
    ) async throws -> HelperOutcome {
        let wait = PodWait(client: client, time: time, logger: logger)
        let late = try await wait(namespace: namespace, labels: labels, within: timeout) {
            progress.missingInjection(in: $0)
        }
        if late == nil {
            await didInject()
            let longest = progress.orders.map(\.totalMilliseconds).max() ?? 0
            _ = try await wait(namespace: namespace, labels: labels, within: .milliseconds(longest) + timeout) {
                progress.missingEnd(in: $0)
            }
        }
        return HelperOutcome(progress, pods: try await client.list(Pod.self, namespace: namespace, labels: labels))
    }

    private func delete(_ orders: [InjectionOrder], keepsFinished: Bool) async {
        await withTaskGroup(of: Void.self) { group in
            for order in orders {
                group.addTask {
                    do {
                        if keepsFinished,
                            try await client.find(Pod.self, namespace: namespace, name: order.id)?.isFinished ?? true
                        {
                            return
                        }
                        try await client.delete(Pod.self, namespace: namespace, name: order.id)
                    } catch {
                        logger.warning("helper not deleted", metadata: ["pod": "\(order.id)", "error": "\(error)"])
                    }
                }
            }
        }
    }

    private func waitUntilOver(_ orders: [InjectionOrder], within limit: Duration) async {
        let names = Set(orders.map(\.id))
        let wait = PodWait(client: client, time: time, logger: logger)
        _ = try? await wait(namespace: namespace, labels: labels, within: limit) { pods in
            pods.first { names.contains($0.name) && !$0.isFinished }.map { "pod \($0.name) is still there" }
        }
    }
}

extension InjectionOrder {
    /// How long the order takes from the first injection to the last revert.
    var totalMilliseconds: Int {
        guard isSerial, repetition == .once else { return durationMilliseconds }
        return targets.count * durationMilliseconds + max(0, targets.count - 1) * pauseMilliseconds
    }
}
