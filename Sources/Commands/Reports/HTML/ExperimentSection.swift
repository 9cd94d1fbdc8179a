import ChaosAPI
import KubernetesAPI

/// One experiment: verdict, what went wrong, timeline, effects, probes, tunables.
struct ExperimentSection {
    var experiment: ExperimentReport
    var engine: EngineReport
    /// Unique on the page.
    var anchor: String

    var markup: Markup {
        """
        <article class="card experiment \(VerdictStyle.className(experiment.verdict))" aria-labelledby="\(anchor)">
        <header class="title"><h3 id="\(anchor)">\(experiment.title)</h3>\(Badge.of(experiment.verdict))</header>
        <p class="muted">\(facts)</p>
        \(callouts)\(timeline)\(EffectTable(effects: experiment.effects).markup)\(targets)\(probes)\(details)</article>

        """
    }

    private var facts: String {
        var facts: [String] = []
        if !experiment.phase.isEmpty, experiment.phase != experiment.verdict?.rawValue {
            facts.append("phase \(experiment.phase)")
        }
        if !experiment.probes.isEmpty, Int(experiment.probeSuccessPercentage) != nil {
            facts.append("probe success \(experiment.probeSuccessPercentage) %")
        }
        if let window = experiment.window { facts.append("took \(Figure.span(window.duration))") }
        if let seed = experiment.seed { facts.append("seed \(seed)") }
        return facts.joined(separator: " · ")
    }

    // MARK: - What went wrong

    private var callouts: Markup {
        var callouts: [Markup] = []
        let missed = experiment.effects.filter { $0.effect == .notInjected }.count
        if let error = experiment.error {
            callouts.append(callout(error))
        } else if missed > 0 {
            let count = "\(missed) of \(experiment.effects.count)"
            callouts.append(
                """
                <div class="callout error"><h4>\(Icon.bang) \(count) effects did not reach the target</h4>
                <p>The verdict says little about the application. See the table of effects.</p></div>

                """)
        }
        callouts += experiment.failedProbes.map { probe in
            let description = probe.description.isEmpty ? "The probe gave no description." : probe.description
            return """
                <div class="callout fail"><h4>\(Icon.cross) Probe \(probe.title) failed</h4>
                <p class="text">\(description)</p></div>

                """
        }
        let unclear = experiment.effects.filter { $0.effect == .inconclusive }.count
        if unclear > 0 {
            callouts.append(
                """
                <div class="callout note"><h4>\(Icon.bang) \(unclear) of \(experiment.effects.count) effects \
                could not be measured</h4>
                <p>The target was too idle, or gone too soon. The verdict stands, but proves less. Faults of traffic \
                are measured best while the application is under load.</p></div>

                """)
        }
        return Markup(joining: callouts)
    }

    private func callout(_ error: ExperimentFailure) -> Markup {
        let code = error.code.isEmpty ? "Error" : error.code
        let place = error.phase.isEmpty ? "" : " in phase \(error.phase)"
        let target: Markup = error.target.isEmpty ? .empty : "<p>Target: <code>\(error.target)</code></p>\n"
        let reason = error.reason.isEmpty ? "No reason was given." : error.reason
        return """
            <div class="callout error"><h4>\(Icon.bang) \(code)\(place)</h4>
            <p class="text">\(reason)</p>
            \(target)<p><strong>What to do:</strong> \(ErrorAdvice.text(for: error, in: engine))</p></div>

            """
    }

    // MARK: - Parts

    private var timeline: Markup {
        guard let layout = TimelineLayout(experiment) else {
            return "<p class=\"muted\">No times were recorded, so there is no timeline.</p>\n"
        }
        return TimelineDrawing(layout: layout, name: experiment.title, anchor: anchor).markup
    }

    private var targets: Markup {
        guard experiment.effects.isEmpty, !experiment.targets.isEmpty else { return .empty }
        let table = PageTable(
            className: "stacked", columns: [PageTable.Column(title: "Target"), PageTable.Column(title: "State")],
            rows: experiment.targets.map { ["\($0.title)", "\($0.status)"] })
        return "<h4>Targets</h4>\n\(table.markup)<p class=\"muted\">The effect of this fault was not measured.</p>\n"
    }

    private var probes: Markup {
        guard !experiment.probes.isEmpty else {
            // Without a phase it never began.
            guard !experiment.phase.isEmpty else { return .empty }
            return
                "<h4>Probes</h4>\n<p class=\"muted\">The experiment has none, so nothing judged the application.</p>\n"
        }
        let table = PageTable(
            className: "probes stacked",
            columns: [
                PageTable.Column(title: "Probe"), PageTable.Column(title: "Type", className: "number"),
                PageTable.Column(title: "Mode", className: "number"), PageTable.Column(title: "Verdict"),
                PageTable.Column(title: "What it saw", className: "text"),
            ],
            rows: experiment.probes.map { probe in
                ["\(probe.name)", "\(probe.type)", "\(probe.mode)", Badge.of(probe), "\(probe.description)"]
            })
        return "<h4>Probes</h4>\n\(table.markup)"
    }

    private var details: Markup {
        var parts: [Markup] = []
        if !experiment.tunables.isEmpty {
            let table = PageTable(
                className: "settings",
                columns: [
                    PageTable.Column(title: "Tunable", className: "number"),
                    PageTable.Column(title: "Value", className: "text"),
                ],
                rows: experiment.tunables.map { ["<code>\($0.name)</code>", "<code>\($0.value)</code>"] })
            parts.append("<h4>Tunables that were set</h4>\n\(table.markup)")
        }
        if !experiment.timeline.isEmpty {
            parts.append(TimelineTable(entries: experiment.timeline, title: "Timeline in words").markup)
        }
        return Markup(joining: parts)
    }
}

/// A timeline as a table that can be opened.
struct TimelineTable {
    var entries: [TimelineEntry]
    var title: String

    var markup: Markup {
        let table = PageTable(
            className: "timeline stacked",
            columns: [
                PageTable.Column(title: "Time", className: "number"),
                PageTable.Column(title: "What", className: "number"),
                PageTable.Column(title: "Text", className: "text"),
            ],
            rows: entries.map { entry in
                let end = entry.until.map { " (until \(TimeText.clock($0)))" } ?? ""
                let warning: Markup = entry.isWarning ? "<strong>Warning:</strong> " : .empty
                return [
                    "\(TimeText.clock(entry.time))", "\(entry.kind.rawValue)", "\(warning)\(entry.text)\(end)",
                ]
            })
        return "<details><summary>\(title) (\(entries.count))</summary>\n\(table.markup)</details>\n"
    }
}
