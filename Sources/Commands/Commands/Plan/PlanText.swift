import ChaosRunner
import KubernetesAPI

/// A preview for people.
struct PlanText {
    private var lines: [String] = []

    static func render(_ engines: [EnginePreview]) -> String {
        var text = PlanText()
        for engine in engines { text.add(engine) }
        let runnable = engines.allSatisfy(\.isRunnable)
        text.lines.append("")
        text.lines.append(
            runnable
                ? "Nothing was touched. Nothing is known that would keep this from running."
                : "Nothing was touched. This would not run as it is: see the problems above.")
        return text.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ engine: EnginePreview) {
        if !lines.isEmpty { lines.append("") }
        lines.append("ChaosEngine \(engine.namespace)/\(engine.name)")
        add("application", engine.application.isEmpty ? "none" : engine.application)
        add("account", engine.serviceAccount)
        for problem in engine.problems { add("PROBLEM", problem) }
        for experiment in engine.experiments { add(experiment) }
    }

    private mutating func add(_ experiment: ExperimentPreview) {
        lines.append("  \(experiment.name)")
        var length = Duration.milliseconds(experiment.durationMilliseconds).inWords
        if experiment.rampMilliseconds > 0 {
            length += ", with \(Duration.milliseconds(experiment.rampMilliseconds).inWords) before and after it"
        }
        add("chaos", "\(experiment.fault) for \(length)", 4)
        if !experiment.execution.isEmpty { add("runs", experiment.execution, 4) }
        if experiment.seed > 0 {
            add("seed", "\(experiment.seed) (litmus run --seed \(experiment.seed) makes the same choices)", 4)
        }
        for (number, round) in experiment.rounds.enumerated() { add(round, number: number + 1) }
        for probe in experiment.probes {
            let stops = probe.stopsOnFailure ? ", stops the run when it fails" : ""
            let properties = probe.properties.isEmpty ? "" : " (\(probe.properties))"
            add("probe", "\(probe.name) \(probe.type) \(probe.mode)\(properties)\(stops)", 4)
        }
        for sentence in AccessPreview.sentences(experiment.access) { add("access", sentence, 4) }
        for collision in experiment.collisions { add("COLLISION", collision, 4) }
        for note in experiment.notes { add("note", note, 4) }
        for problem in experiment.problems { add("PROBLEM", problem, 4) }
    }

    private mutating func add(_ round: RoundPreview, number: Int) {
        let offset =
            round.offsetMilliseconds > 0
            ? " after \(Duration.milliseconds(round.offsetMilliseconds).inWords)" : ""
        add("round \(number)", "\(round.repetition)\(offset), \(round.sequence)", 4)
        if round.targets.isEmpty {
            add("targets", "chosen when the application runs", 6)
        } else {
            let again = round.choosesAnew && round.repetition != "once" ? ", chosen anew each time; first" : ""
            add("targets", "\(round.targets.count) of \(round.candidates)\(again)", 6)
        }
        for target in round.targets {
            let container = target.container.isEmpty ? "" : " container \(target.container)"
            let workload = target.workload.isEmpty ? "" : " of \(target.workload)"
            let node = target.node.isEmpty ? "" : " on node \(target.node)"
            add("hit", "\(target.namespace)/\(target.pod)\(container)\(workload)\(node)", 6)
        }
        for step in round.steps {
            add("do", "\(step.action) (\(step.mechanism))", 6)
            add("undo", step.undo ?? "cannot be undone: \(step.irreversible ?? "")", 6)
        }
        for requirement in round.requirements {
            let state = requirement.isPresent.map { $0 ? "there" : "MISSING" } ?? "not known"
            let detail = requirement.detail.isEmpty ? "" : " (\(requirement.detail))"
            add("needs", "\(requirement.name) on \(requirement.node): \(state)\(detail)", 6)
        }
    }

    private mutating func add(_ label: String, _ text: String, _ indent: Int = 2) {
        let blank = String(repeating: " ", count: indent)
        let padding = String(repeating: " ", count: max(1, 13 - label.count))
        lines.append("\(blank)\(label)\(padding)\(text)")
    }
}

extension AccessPreview {
    /// What belongs together in one sentence: `get, list pods in namespace shop: allowed`.
    fileprivate static func sentences(_ rows: [AccessPreview]) -> [String] {
        var groups: [(rows: [AccessPreview], ending: String)] = []
        for row in rows {
            let ending = "\(row.resource)\(row.place): \(row.answer)"
            if let index = groups.firstIndex(where: { $0.ending == ending }) {
                groups[index].rows.append(row)
            } else {
                groups.append(([row], ending))
            }
        }
        return groups.map { $0.rows.map(\.verb).joined(separator: ", ") + " " + $0.ending }
    }

    private var answer: String {
        switch isAllowed {
        case true?: "allowed"
        case false?: otherwise.isEmpty ? "NOT allowed" : "not allowed; \(otherwise)"
        case nil: "not known"
        }
    }
}
