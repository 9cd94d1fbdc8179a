import ChaosAPI
import ControllerRuntime
import Faults
import Injection
import KubernetesAPI

extension Injector {
    /// A round of machine steps: helpers on the targets' nodes, all at once or one after another.
    func injectOnMachines(_ targets: [Target], round: Round) async throws {
        var round = round
        for (index, step) in round.steps.enumerated() {
            round.steps[index] = try await hosts.resolve(step, logger: logger)
        }
        let orders = try plan.orders(round: round, targets: targets, seed: seed, recovery: timeout) { number in
            "\(helpers.group)-\(number)"
        }
        let helperRound = HelperRound(
            client: client, pods: helpers, timeout: timeout, cleansUp: cleansUpHelpers, time: time, logger: logger)
        var effects: [ResultInjection] = []
        let batches = round.sequence == .serial ? orders.map { [$0] } : [orders]
        for (index, batch) in batches.enumerated() {
            if index > 0 { try await sleep(until: time.now() + .milliseconds(round.pauseMilliseconds)) }
            let hit = batch.flatMap(\.targets)
            let own = targets.filter { target in
                hit.contains { $0.podUID == target.uid && $0.container == target.container }
            }
            // What cannot be undone is hit, and that is all; the rest is under chaos until it is undone.
            let isReversible = plan.isReversible
            let outcome = try await helperRound.run(batch) {
                await tell(.targets(own, isReversible ? .injected : .targeted))
            }
            effects += outcome.effects.map(ResultInjection.init)
            await tell(.effects(effects))
            if let failure = outcome.failure { throw failure }
            if isReversible { await tell(.targets(own, .reverted)) }
        }
    }
}
