import ChaosAPI
import KubernetesAPI

extension TimelineEntry {
    init(_ event: Event, kind: Kind) {
        let times = event.count > 1 ? " (\(event.count) times)" : ""
        self.init(
            time: event.time ?? Timestamp(microseconds: 0), kind: kind, text: event.message + times,
            isWarning: event.severity == "Warning")
    }

    /// nil where no time was recorded.
    init?(_ effect: EffectReport) {
        guard let injectedAt = effect.injectedAt else { return nil }
        self.init(
            time: injectedAt, until: effect.revertedAt, kind: .injection,
            text: "\(effect.target.title): \(effect.action): \(effect.summary)",
            isWarning: effect.effect == .notInjected)
    }

    /// nil where nothing is known of its time.
    init?(_ probe: ProbeReport) {
        guard let window = probe.window else { return nil }
        let description = probe.description.isEmpty ? "" : ": \(probe.description)"
        self.init(
            time: window.end, kind: .probe, text: "\(probe.title): \(probe.verdict)\(description)",
            isWarning: probe.outcome == .failed)
    }

    /// The events of an experiment that have a time. What the result says in other words is left out where the engine
    /// has a summary.
    static func of(events: [Event]) -> [TimelineEntry] {
        let hasSummary = events.contains { $0.reason == EventReason.summary.rawValue }
        return events.compactMap { event in
            guard event.time != nil else { return nil }
            let kind = kind(of: event)
            if kind == .verdict, hasSummary, event.reason != EventReason.summary.rawValue { return nil }
            return TimelineEntry(event, kind: kind)
        }
    }

    private static func kind(of event: Event) -> Kind {
        switch EventReason(rawValue: event.reason) {
        case .preChaosCheck: .preChaosCheck
        case .chaosInject: .injection
        case .postChaosCheck: .postChaosCheck
        case .summary, .pass, .fail, .error, .stopped, .abort: .verdict
        case .jobCleanUp: .engine
        default: .preparation
        }
    }

    /// In order of time; what has the same time in the order in which it happens in an experiment's life.
    static func sorted(_ entries: [TimelineEntry]) -> [TimelineEntry] {
        let life: [Kind] = [.preparation, .preChaosCheck, .injection, .postChaosCheck, .probe, .verdict, .engine]
        return entries.enumerated().sorted {
            let (left, right) = ($0.element, $1.element)
            return (left.time, life.firstIndex(of: left.kind) ?? 0, $0.offset)
                < (right.time, life.firstIndex(of: right.kind) ?? 0, $1.offset)
        }.map(\.element)
    }
}

extension EffectReport {
    /// `confirmed, 29.4 % of 30 %`.
    var summary: String {
        let word = effect?.rawValue ?? "no statement"
        guard let measured else { return word }
        let asked = asked.map { " of \(Figure.text($0, unit: unit))" } ?? ""
        return "\(word), \(Figure.text(measured, unit: unit))\(asked)"
    }
}
