import ChaosAPI
import KubernetesAPI

/// The top of the page: what came of the run, what was run on what, when.
struct PageHeader {
    var report: RunReport

    var markup: Markup {
        let verdict = report.verdict
        return """
            <header class="page \(VerdictStyle.className(verdict))">
            <div class="inner">
            <p class="kind">Chaos run</p>
            <h1>\(Icon.of(verdict))<span>\(VerdictStyle.word(verdict))</span></h1>
            <p class="lead">\(lead)</p>
            <dl class="facts">
            \(facts)</dl>
            </div>
            </header>
            """
    }

    private var experiments: [ExperimentReport] { report.engines.flatMap(\.experiments) }

    private var lead: String {
        let count = experiments.count
        let passed = experiments.filter { $0.verdict == .pass }.count
        if count == 0 { return "No experiment was run." }
        guard count > 1 else { return single(experiments[0]) }
        if passed == count { return "All \(count) experiments passed." }
        let others: [(Verdict?, String)] = [
            (.fail, "failed"), (.error, "ended in an error"), (.stopped, "stopped"), (.awaited, "without an end"),
            (nil, "without a verdict"),
        ]
        let counts = others.compactMap { verdict, word -> String? in
            let count = experiments.filter { $0.verdict == verdict }.count
            return count > 0 ? "\(count) \(word)" : nil
        }
        return "\(passed) of \(count) experiments passed, \(counts.joined(separator: ", "))."
    }

    private func single(_ experiment: ExperimentReport) -> String {
        switch experiment.verdict {
        case .pass:
            return experiment.probes.isEmpty
                ? "\(experiment.title) ran to its end; no probe judged the application."
                : "\(experiment.title) ran and every probe held."
        case .fail, .stopped:
            let names = experiment.failedProbes.map(\.name)
            if names.isEmpty { return "\(experiment.title) was stopped." }
            return
                "\(experiment.title): \(names.count == 1 ? "probe" : "probes") \(names.joined(separator: ", ")) failed."
        case .error, .awaited, nil:
            return
                "\(experiment.title) gave no verdict on the application: \(experiment.error?.reason ?? "an error ended it")"
        }
    }

    private var facts: Markup {
        var facts: [(String, Markup)] = []
        func add(_ name: String, _ text: String) { if !text.isEmpty { facts.append((name, "\(text)")) } }
        if experiments.count == 1 { add("Experiment", experiments[0].title) }
        var seen: Set<String> = []
        add(
            "Application",
            report.engines.flatMap(\.application).filter { seen.insert($0).inserted }.joined(separator: "; "))
        facts.append(("Started", TimeText.element(report.started)))
        add("Duration", Figure.span(report.duration))
        add("Kubernetes", report.kubernetesVersion)
        add("Litmus", report.litmusVersion)
        return Markup(joining: facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" })
    }
}

/// How a moment is written on the page.
enum TimeText {
    /// `2026-11-24 02:30:00 UTC`, readable by programs as well.
    static func element(_ time: Timestamp) -> Markup {
        let text = time.description
        return "<time datetime=\"\(text)\">\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC</time>"
    }

    /// `02:30:00.123`.
    static func clock(_ time: Timestamp) -> String { String(time.milliTime.dropFirst(11).dropLast()) }
}

/// How a verdict looks: never by colour alone.
enum VerdictStyle {
    static func word(_ verdict: Verdict?) -> String { verdict?.rawValue ?? "No verdict" }

    static func className(_ verdict: Verdict?) -> String {
        switch verdict {
        case .pass: "pass"
        case .fail: "fail"
        case .error, nil: "error"
        case .stopped: "stopped"
        case .awaited: "neutral"
        }
    }
}

/// A word on a coloured ground, with a sign.
enum Badge {
    static func of(_ verdict: Verdict?) -> Markup {
        badge(VerdictStyle.className(verdict), Icon.of(verdict), VerdictStyle.word(verdict))
    }

    static func of(_ effect: ResultInjection.Effect?) -> Markup {
        switch effect {
        case .confirmed: badge("pass", Icon.check, "confirmed")
        case .notInjected: badge("fail", Icon.cross, "not injected")
        case .inconclusive: badge("error", Icon.bang, "inconclusive")
        case nil: badge("neutral", Icon.dash, "unknown")
        }
    }

    static func of(_ probe: ProbeReport) -> Markup {
        let word = probe.verdict.isEmpty ? "unknown" : probe.verdict
        return switch probe.outcome {
        case .passed: badge("pass", Icon.check, word)
        case .failed: badge("fail", Icon.cross, word)
        case .awaited, .notApplicable, nil: badge("neutral", Icon.dash, word)
        }
    }

    private static func badge(_ className: String, _ icon: Markup, _ word: String) -> Markup {
        "<span class=\"badge \(className)\">\(icon)\(word)</span>"
    }
}

/// Signs, 16 by 16, in the colour of their text; what they say stands beside them in words.
enum Icon {
    static let check: Markup = icon("<path d=\"M3.5 8.5l3 3 6-7\"/>")
    static let cross: Markup = icon("<path d=\"M4 4l8 8M12 4l-8 8\"/>")
    static let bang: Markup = icon("<path d=\"M8 3v6.2M8 12.4v.6\"/>")
    static let dash: Markup = icon("<path d=\"M4 8h8\"/>")
    static let stop: Markup = icon("<rect x=\"4.5\" y=\"4.5\" width=\"7\" height=\"7\"/>")

    static func of(_ verdict: Verdict?) -> Markup {
        switch verdict {
        case .pass: check
        case .fail: cross
        case .error, nil: bang
        case .stopped: stop
        case .awaited: dash
        }
    }

    private static func icon(_ shape: Markup) -> Markup {
        "<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">\(shape)</svg>"
    }
}
