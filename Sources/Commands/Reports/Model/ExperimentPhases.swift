import ChaosAPI
import KubernetesAPI

/// When an experiment prepared, injected and checked, concluded from what events and injections say.
///
/// Events are written when a check is over and carry whole seconds, injections milliseconds; so a boundary is never
/// taken to lie before the one that it follows.
struct ExperimentPhases: Sendable, Hashable {
    private(set) var reports: [PhaseReport] = []

    init(events: [Event], effects: [EffectReport], tunables: [Setting]) {
        func first(_ reasons: EventReason...) -> Timestamp? {
            events.first { event in reasons.contains { $0.rawValue == event.reason } }?.time
        }
        let checked = first(.preChaosCheck)
        let injected = effects.compactMap(\.injectedAt).min() ?? first(.chaosInject)
        let rechecked = first(.postChaosCheck)
        let verdict = first(.pass, .fail, .error, .stopped, .abort) ?? first(.summary)
        let begun = first(.awaited) ?? first(.dependencyCheck, .jobCreate) ?? checked
        if let begun, let end = checked ?? injected ?? verdict {
            add(.preChaos, from: begun, to: injected.map { min($0, end) } ?? end)
        }
        guard let injected else { return }
        let ramp = Self.seconds("RAMP_TIME", in: tunables)
        if ramp != nil, let checked { add(.rampUp, from: checked, to: injected) }
        let last = rechecked ?? verdict
        let reverted = effects.compactMap { $0.revertedAt ?? $0.injectedAt }.max()
        let planned = Self.seconds("TOTAL_CHAOS_DURATION", in: tunables).map { injected + $0 }
        let isReverted = !effects.isEmpty && effects.allSatisfy { $0.revertedAt != nil }
        let ended: Timestamp
        if isReverted, let reverted {
            ended = reverted
        } else {
            ended = max(reverted ?? injected, [planned, last].compactMap { $0 }.min() ?? injected)
        }
        add(.chaos, from: injected, to: ended)
        guard let rechecked else { return }
        var checking = ended
        if let ramp {
            checking = min(ended + ramp, max(rechecked, ended))
            add(.rampDown, from: ended, to: checking)
        }
        add(.postChaos, from: checking, to: rechecked)
    }

    /// The part of the experiment in which a probe of this mode is evaluated; nil where nothing is known of it.
    func window(ofMode mode: String) -> TimeWindow? {
        switch mode {
        case "SOT": window(.preChaos)
        case "EOT": window(.postChaos)
        case "OnChaos": window(.chaos)
        default:
            reports.first.flatMap { first in
                reports.last.map { TimeWindow(start: first.window.start, end: $0.window.end) }
            }
        }
    }

    private func window(_ kind: PhaseReport.Kind) -> TimeWindow? { reports.first { $0.kind == kind }?.window }

    private mutating func add(_ kind: PhaseReport.Kind, from start: Timestamp, to end: Timestamp) {
        reports.append(PhaseReport(kind: kind, window: TimeWindow(start: start, end: end)))
    }

    /// A tunable in whole seconds; nil where it is not set, no number, or 0.
    private static func seconds(_ name: String, in tunables: [Setting]) -> Duration? {
        guard let text = tunables.last(where: { $0.name == name })?.value, let seconds = Int(text), seconds > 0,
            seconds < 1_000_000
        else { return nil }
        return .seconds(seconds)
    }
}
