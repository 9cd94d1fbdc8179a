import ChaosAPI
import KubernetesAPI

/// A run as one page of HTML that needs nothing beside it: styles and drawings are in it, nothing is loaded, no script
/// runs. It follows the reader's choice of light and dark and can be printed.
public enum HTMLReport {
    public static func render(_ report: RunReport) -> String {
        let title = "\(report.verdict.rawValue): chaos run of \(report.started.description)"
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <link rel="icon" href="data:,">
            <title>\(title)</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            \(PageHeader(report: report).markup)
            <main>
            \(failure(of: report))\(summary(of: report))\(sections(of: report))\(RepeatSection(report: report).markup)
            </main>
            <footer>Written by litmus \(report.litmusVersion). All times are UTC.</footer>
            </body>
            </html>

            """
        return page.description
    }

    private static func failure(of report: RunReport) -> Markup {
        guard !report.failure.isEmpty else { return .empty }
        return """
            <section class="callout error" aria-label="Why the run ended">
            <h2>\(Icon.of(.error)) The run ended before its verdicts</h2>
            <p>\(report.failure)</p>
            </section>

            """
    }

    /// One experiment needs no summary.
    private static func summary(of report: RunReport) -> Markup {
        guard report.engines.flatMap(\.experiments).count > 1 else { return .empty }
        let columns = ["Experiment", "Engine", "Verdict", "Probes", "Effects", "Duration"]
        let table = PageTable(
            className: "summary stacked", columns: columns.map { PageTable.Column(title: $0) },
            rows: report.engines.enumerated().flatMap { engineIndex, engine in
                engine.experiments.enumerated().map { index, experiment in
                    SummaryRow(
                        engine: engine, experiment: experiment, anchor: anchor(engine: engineIndex, experiment: index)
                    ).cells
                }
            })
        return """
            <section class="card" aria-labelledby="summary">
            <h2 id="summary">Experiments</h2>
            \(table.markup)</section>

            """
    }

    private static func sections(of report: RunReport) -> Markup {
        if report.engines.isEmpty {
            return "<section class=\"card\"><p>No ChaosEngine was run.</p></section>\n"
        }
        return Markup(
            joining: report.engines.enumerated().map { engineIndex, engine in
                let experiments = engine.experiments.enumerated().map { index, experiment in
                    ExperimentSection(
                        experiment: experiment, engine: engine,
                        anchor: anchor(engine: engineIndex, experiment: index)
                    ).markup
                }
                return EngineSection(engine: engine, anchor: "engine-\(engineIndex + 1)", experiments: experiments)
                    .markup
            })
    }

    private static func anchor(engine: Int, experiment: Int) -> String {
        "experiment-\(engine + 1)-\(experiment + 1)"
    }
}

/// One line of the table of experiments.
struct SummaryRow {
    var engine: EngineReport
    var experiment: ExperimentReport
    var anchor: String

    var cells: [Markup] {
        [
            "<a href=\"#\(anchor)\">\(experiment.title)</a>", "\(engine.title)", Badge.of(experiment.verdict), probes,
            effects, "\(experiment.window.map { Figure.span($0.duration) } ?? "–")",
        ]
    }

    private var probes: Markup {
        guard !experiment.probes.isEmpty else { return "<span class=\"muted\">none</span>" }
        let passed = experiment.probes.filter { $0.outcome == .passed }.count
        return "\(passed) of \(experiment.probes.count) passed"
    }

    private var effects: Markup {
        guard !experiment.effects.isEmpty else { return "<span class=\"muted\">not measured</span>" }
        let confirmed = experiment.effects.filter { $0.effect == .confirmed }.count
        return "\(confirmed) of \(experiment.effects.count) confirmed"
    }
}

/// An engine with its experiments.
struct EngineSection {
    var engine: EngineReport
    /// Unique on the page.
    var anchor: String
    var experiments: [Markup]

    var markup: Markup {
        let status = [engine.status.isEmpty ? "not started" : engine.status, engine.reason].filter { !$0.isEmpty }
        let message: Markup =
            engine.message.isEmpty ? .empty : "<p class=\"message\">\(engine.message)</p>\n"
        let empty: Markup =
            experiments.isEmpty
            ? "<section class=\"card\"><p>This engine ran no experiment.</p></section>\n" : .empty
        return """
            <section class="engine" aria-labelledby="\(anchor)">
            <header>
            <h2 id="\(anchor)">\(engine.title)</h2>
            <p class="muted">ChaosEngine, \(status.joined(separator: ", "))\(application)</p>
            \(message)</header>
            \(experiments)\(empty)\(history)</section>

            """
    }

    private var application: Markup {
        guard !engine.application.isEmpty else { return .empty }
        return " · application: \(engine.application.joined(separator: "; "))"
    }

    private var history: Markup {
        guard !engine.timeline.isEmpty else { return .empty }
        return
            "<div class=\"card\">\(TimelineTable(entries: engine.timeline, title: "Events of the engine").markup)</div>\n"
    }
}
