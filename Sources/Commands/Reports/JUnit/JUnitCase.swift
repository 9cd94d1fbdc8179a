import ChaosAPI
import KubernetesAPI

/// One `testcase`.
struct JUnitCase {
    enum Outcome: Sendable, Hashable {
        case passed
        case failure(type: String, message: String, details: String)
        case error(type: String, message: String, details: String)
        case skipped(message: String)
    }

    /// Dots make the groups under which CI systems list it.
    var className: String
    var name: String
    var duration: Duration
    var outcome: Outcome
    /// Text for `system-out`; may be empty.
    var output = ""

    var markup: Markup {
        let heading: Markup = """
            classname="\(attribute: className)" name="\(attribute: name)" time="\(Figure.seconds(duration))"
            """
        var content: [Markup] = []
        switch outcome {
        case .passed: break
        case .failure(let type, let message, let details):
            content.append(
                "<failure type=\"\(attribute: type)\" message=\"\(attribute: message)\">\(details)</failure>")
        case .error(let type, let message, let details):
            content.append("<error type=\"\(attribute: type)\" message=\"\(attribute: message)\">\(details)</error>")
        case .skipped(let message): content.append("<skipped message=\"\(attribute: message)\"/>")
        }
        if !output.isEmpty { content.append("<system-out>\(output)</system-out>") }
        guard !content.isEmpty else { return "    <testcase \(heading)/>\n" }
        let lines = content.map { part -> Markup in "      \(part)\n" }
        return "    <testcase \(heading)>\n\(lines)    </testcase>\n"
    }
}

extension JUnitCase {
    init(_ experiment: ExperimentReport, of engine: EngineReport, in report: RunReport) {
        let start = experiment.window?.start ?? report.started
        self.init(
            className: Self.className(engine), name: experiment.title,
            duration: experiment.window?.duration ?? .zero, outcome: Self.outcome(of: experiment, in: engine),
            output: TimelineText.lines(experiment.timeline, since: start))
    }

    init(_ probe: ProbeReport, of experiment: ExperimentReport, in engine: EngineReport) {
        let description = probe.description.isEmpty ? "no description" : probe.description
        let outcome: Outcome =
            switch probe.outcome {
            case .passed: .passed
            case .failed: .failure(type: "ProbeFailed", message: description, details: "\(probe.title): \(description)")
            case .awaited, .notApplicable: .skipped(message: description)
            case nil:
                .error(type: "ProbeError", message: "verdict '\(probe.verdict)': \(description)", details: probe.title)
            }
        // Single evaluations have no recorded time.
        self.init(
            className: "\(Self.className(engine)).\(experiment.title)", name: probe.title, duration: .zero,
            outcome: outcome)
    }

    /// An engine that ran nothing is an error.
    init(withoutExperiments engine: EngineReport) {
        let message = engine.message.isEmpty ? "the engine ran no experiment" : engine.message
        self.init(
            className: Self.className(engine), name: "engine", duration: .zero,
            outcome: .error(
                type: engine.reason.isEmpty ? "NoExperiments" : engine.reason, message: message, details: message))
    }

    private static func className(_ engine: EngineReport) -> String {
        engine.namespace.isEmpty ? engine.name : "\(engine.namespace).\(engine.name)"
    }

    private static func outcome(of experiment: ExperimentReport, in engine: EngineReport) -> Outcome {
        let probes = experiment.failedProbes.map { probe in
            "probe \(probe.title) failed: \(probe.description.isEmpty ? "no description" : probe.description)"
        }
        switch experiment.verdict {
        case .pass: return .passed
        case .fail:
            let message =
                probes.isEmpty ? experiment.error?.summary ?? "no probe says why" : probes.joined(separator: "; ")
            return .failure(type: "Fail", message: message, details: message)
        case .stopped:
            let message = probes.isEmpty ? "the experiment was stopped" : probes.joined(separator: "; ")
            return .failure(type: "Stopped", message: message, details: message)
        case .error, .awaited, nil:
            let failure = experiment.error ?? ExperimentFailure(code: "", reason: "")
            let advice = ErrorAdvice.text(for: failure, in: engine)
            return .error(
                type: failure.code.isEmpty ? "Error" : failure.code, message: failure.summary,
                details: "\(failure.summary)\n\(advice)")
        }
    }
}
