import ChaosAPI
import ControllerRuntime
import Faults
import Injection
import KubernetesAPI
import Logging

extension Injector {
    /// A round of machine steps: helpers on the targets' nodes, all at once or one after another.
    /// - Parameter helperCount: of the helpers made so far, so that no two of a run have one name.
    func injectOnMachines(_ targets: [Target], round: Round, _ helperCount: inout Int) async throws {
        var round = round
        for (index, step) in round.steps.enumerated() {
            round.steps[index] = try await hosts.resolve(step, logger: logger)
        }
        let known = helperCount
        let orders = try plan.orders(round: round, targets: targets, seed: seed, recovery: timeout) { number in
            "\(helpers.group)-\(known + number)"
        }
        helperCount += orders.count
        var effects: [ResultInjection] = []
        let batches = round.sequence == .serial ? orders.map { [$0] } : [orders]
        for (index, batch) in batches.enumerated() {
            if index > 0 { try await sleep(until: time.now() + .milliseconds(round.pauseMilliseconds)) }
            try await inject(batch, on: targets, &effects)
        }
    }

    /// Orders that are carried out at the same time.
    private func inject(
        _ orders: [InjectionOrder], on targets: [Target], _ effects: inout [ResultInjection]
    ) async throws {
        let hit = orders.flatMap(\.targets)
        let own = targets.filter { target in
            hit.contains { $0.podUID == target.uid && $0.container == target.container }
        }
        let helperRound = HelperRound(
            client: client, pods: helpers, timeout: timeout, cleansUp: cleansUpHelpers, time: time, logger: logger)
        // What cannot be undone is hit, and that is all; the rest is under chaos until it is undone.
        let isReversible = plan.isReversible
        let outcome = await helperRound.run(orders) {
            await tell(.targets(own, isReversible ? .injected : .targeted))
        }
        effects += outcome.effects.map(ResultInjection.init)
        if !effects.isEmpty { await tell(.effects(effects)) }
        if isReversible {
            let isDone = outcome.failures.isEmpty && !outcome.isAborted
            await tell(.targets(isDone ? own : own.filter(outcome.isUndone), .reverted))
        }
        if outcome.isAborted { throw CancellationError() }
        guard let failure = outcome.failure else { return }
        // Whoever stops an engine deletes its helpers, perhaps before this process is told to end.
        if outcome.hasLostHelper, await isEngineStopped() { throw CancellationError() }
        throw failure
    }

    private func isEngineStopped() async -> Bool {
        guard let engine = helpers.engine else { return false }
        do {
            let now = try await client.find(ChaosEngine.self, namespace: engine.namespace, name: engine.name)
            return now?.uid != engine.uid || now?.desiredState == .stop || now?.metadata.isBeingDeleted == true
        } catch {
            logger.warning("engine not read", metadata: ["engine": "\(engine.key)", "error": "\(error)"])
            return false
        }
    }
}
