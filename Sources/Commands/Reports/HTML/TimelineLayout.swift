import ChaosAPI
import KubernetesAPI

/// Where everything of an experiment's timeline lies in the drawing. Pure geometry, in units of the drawing.
struct TimelineLayout: Sendable, Hashable {
    struct Bar: Sendable, Hashable {
        enum Look: String, Sendable, Hashable {
            case check
            case ramp
            case chaos
            /// Of a target whose effect is not measured.
            case unmeasured
            case confirmed
            case notInjected = "missed"
            case inconclusive = "unclear"
            case probe
        }

        var x: Double
        var width: Double
        var look: Look
        /// Drawn where it fits.
        var label: String
        /// The whole of it, in words.
        var title: String
        /// Has no known end: is drawn to the end of the timeline.
        var isOpen = false
    }

    struct Mark: Sendable, Hashable {
        var x: Double
        var hasPassed: Bool
        var title: String
    }

    struct Lane: Sendable, Hashable {
        enum Kind: String, Sendable, Hashable {
            case phases
            case target
            case probe
        }

        var kind: Kind
        /// Short, since there is little room.
        var label: String
        /// The whole of it.
        var title: String
        var bars: [Bar] = []
        var marks: [Mark] = []
        /// Said instead of bars and marks.
        var note = ""
    }

    struct Tick: Sendable, Hashable {
        var x: Double
        var label: String
    }

    static let width = 960.0
    static let left = 250.0
    static let right = 936.0
    /// More targets than this are only in the table.
    static let targetLimit = 60

    /// The moment of 0 s.
    let origin: Timestamp
    let duration: Duration
    let ticks: [Tick]
    let lanes: [Lane]
    /// The chaos phase, which is drawn behind every lane.
    let chaos: Bar?
    /// Targets that have no lane.
    let omitted: Int

    /// nil for an experiment of which no time is known.
    init?(_ experiment: ExperimentReport) {
        guard let window = experiment.window else { return nil }
        origin = window.start
        duration = window.duration
        let scale = TimeScale(window)
        ticks = scale.ticks
        let phases = experiment.phases.map { scale.bar($0) }
        chaos = phases.first { $0.look == .chaos }
        let targets = Self.targetLanes(experiment, scale)
        omitted = max(0, targets.count - Self.targetLimit)
        lanes =
            (phases.isEmpty ? [] : [Lane(kind: .phases, label: "phases", title: "phases", bars: phases)])
            + targets.prefix(Self.targetLimit) + experiment.probes.map { Self.lane($0, scale) }
    }

    private static func targetLanes(_ experiment: ExperimentReport, _ scale: TimeScale) -> [Lane] {
        guard !experiment.effects.isEmpty else {
            let chaos = experiment.phases.first { $0.kind == .chaos }
            return experiment.targets.map { target in
                var lane = Lane(kind: .target, label: target.shortTitle, title: target.title)
                if let chaos {
                    var bar = scale.bar(chaos)
                    bar.look = .unmeasured
                    bar.label = target.status
                    bar.title = "\(target.title): \(target.status)"
                    lane.bars = [bar]
                } else {
                    lane.note = "no time recorded"
                }
                return lane
            }
        }
        var order: [TargetReport] = []
        var effects: [TargetReport: [EffectReport]] = [:]
        for effect in experiment.effects {
            if effects[effect.target] == nil { order.append(effect.target) }
            effects[effect.target, default: []].append(effect)
        }
        if order.count > targetLimit {
            // What did not work out is looked for first.
            let isFine: (TargetReport) -> Bool = { effects[$0]?.allSatisfy { $0.effect == .confirmed } ?? true }
            order = order.filter { !isFine($0) } + order.filter(isFine)
        }
        return order.map { target in
            let bars = (effects[target] ?? []).compactMap(scale.bar)
            return Lane(
                kind: .target, label: target.shortTitle, title: target.title, bars: bars,
                note: bars.isEmpty ? "no time recorded" : "")
        }
    }

    private static func lane(_ probe: ProbeReport, _ scale: TimeScale) -> Lane {
        var lane = Lane(kind: .probe, label: probe.shortTitle, title: probe.title)
        guard let window = probe.window else {
            lane.note =
                probe.outcome == .passed || probe.outcome == .failed
                ? "\(probe.verdict), no time recorded" : "not evaluated"
            return lane
        }
        let title = "\(probe.title): \(probe.verdict)"
        lane.bars = [
            Bar(
                x: scale.x(window.start), width: scale.x(window.end) - scale.x(window.start), look: .probe, label: "",
                title: title)
        ]
        lane.marks = [Mark(x: scale.x(window.end), hasPassed: probe.outcome == .passed, title: title)]
        return lane
    }
}

/// From moments to places in the drawing.
private struct TimeScale {
    let start: Timestamp
    /// In seconds, never 0.
    let length: Double

    init(_ window: TimeWindow) {
        start = window.start
        // An experiment that ended at once still gets an axis.
        length = max(window.duration.seconds, 1)
    }

    func x(_ time: Timestamp) -> Double {
        let share = min(max((time - start).seconds / length, 0), 1)
        return TimelineLayout.left + share * (TimelineLayout.right - TimelineLayout.left)
    }

    /// At round figures, ten at most.
    var ticks: [TimelineLayout.Tick] {
        let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200]
        let step = steps.first { length / $0 <= 10 } ?? (length / 10).rounded(.up)
        return (0...Int(length / step)).map { index in
            let seconds = Double(index) * step
            return TimelineLayout.Tick(
                x: TimelineLayout.left + seconds / length * (TimelineLayout.right - TimelineLayout.left),
                label: "\(Figure.text(seconds)) s")
        }
    }

    func bar(_ phase: PhaseReport) -> TimelineLayout.Bar {
        let (look, label): (TimelineLayout.Bar.Look, String) =
            switch phase.kind {
            case .preChaos: (.check, "pre-chaos")
            case .postChaos: (.check, "post-chaos")
            case .rampUp, .rampDown: (.ramp, "ramp")
            case .chaos: (.chaos, "chaos")
            }
        let begin = x(phase.window.start)
        return TimelineLayout.Bar(
            x: begin, width: x(phase.window.end) - begin, look: look, label: label,
            title: "\(phase.kind.rawValue): \(Figure.span(phase.window.duration))")
    }

    /// nil where no time was recorded.
    func bar(_ effect: EffectReport) -> TimelineLayout.Bar? {
        guard let injectedAt = effect.injectedAt else { return nil }
        let begin = x(injectedAt)
        let end = effect.revertedAt.map(x) ?? TimelineLayout.right
        let look: TimelineLayout.Bar.Look =
            switch effect.effect {
            case .confirmed: .confirmed
            case .notInjected: .notInjected
            case .inconclusive, nil: .inconclusive
            }
        let measured = effect.measured.map { "measured \(Figure.text($0, unit: effect.unit))" }
        return TimelineLayout.Bar(
            x: begin, width: max(end - begin, 0), look: look,
            label: measured ?? effect.effect?.rawValue ?? "", title: "\(effect.action): \(effect.summary)",
            isOpen: effect.revertedAt == nil)
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
