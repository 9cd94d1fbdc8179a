import ChaosAPI
import Faults
import Injection
import KubernetesAPI

/// What happens during the injection, as it happens.
enum InjectionNews: Sendable {
    /// Before a round, or one repetition of it, hits these.
    case willHit([Target])
    /// These were hit, or are under chaos, or are free of it again.
    case targets([Target], TargetChaosStatus)
    /// What was asked and what was measured; all that there is of the run so far.
    case effects([ResultInjection])
}

extension ResultInjection {
    /// What a helper measured, as the ChaosResult shows it.
    init(_ effect: InjectionEffect) {
        let target = effect.target
        self.init(
            target: InjectionTarget(
                namespace: target.namespace, name: target.pod, container: target.container, node: target.node),
            action: effect.action, mechanism: effect.mechanism,
            effect: Effect(rawValue: effect.outcome.rawValue) ?? .inconclusive, asked: effect.asked, unit: effect.unit)
        measured = effect.measured
        sample = effect.sample
        injectedAt = effect.injectedAt.map { Timestamp(microseconds: $0 * 1000) }
        revertedAt = effect.revertedAt.map { Timestamp(microseconds: $0 * 1000) }
        remark = effect.remark
    }
}
