import ChaosAPI
import ControllerRuntime
import Faults
import KubernetesAPI
import Logging

/// Carries out a plan, round by round: cluster steps itself, machine steps through helpers on the targets' nodes.
struct Injector: Sendable {
    let client: any APIClient
    let plan: InjectionPlan
    let seed: UInt64
    /// How long a proof may take, and helpers to come and go.
    let timeout: Duration
    /// How helpers are made.
    let helpers: HelperPod
    let cleansUpHelpers: Bool
    var hosts = HostResolver()
    let time: TimeSource
    let logger: Logger
    let tell: @Sendable (InjectionNews) async -> Void

    /// - Parameter candidates: read just before; saves the first read.
    /// - Throws: `FaultError`, or `CancellationError` when the experiment is aborted.
    func run(candidates: TargetSelection.Candidates?) async throws {
        let start = time.now()
        var first = candidates
        var helperCount = 0
        var deletions = PodDeletions()
        for (number, round) in plan.rounds.enumerated() {
            try await sleep(until: start + .milliseconds(round.offsetMilliseconds))
            var repetition: UInt64 = 0
            repeat {
                repetition += 1
                var generator = SeededGenerator(seed: seed, round: number, repetition: repetition)
                let found: TargetSelection.Candidates
                if let known = first { found = known } else { found = try await read(round.selection) }
                first = nil
                let targets = round.selection.choose(from: found, using: &generator)
                await tell(.willHit(targets))
                if round.machineSteps.isEmpty {
                    try await delete(
                        targets, round: round, generator: &generator, end: start + plan.duration, &deletions)
                } else {
                    try await injectOnMachines(targets, round: round, &helperCount)
                }
            } while round.choosesAnew && round.repetition != .once && time.now() - start < plan.duration
        }
        try deletions.check()
    }

    private func read(_ selection: TargetSelection) async throws -> TargetSelection.Candidates {
        try await TargetReader(client: client).candidates(for: selection)
    }

    func sleep(until moment: Duration) async throws {
        let rest = moment - time.now()
        if rest > .zero { try await time.sleep(rest) } else { try Task.checkCancellation() }
    }
}
