import ChaosAPI
import KubernetesAPI

/// A run as JUnit XML in the dialect of Jenkins (`junit-10.xsd`), which GitLab and other CI systems read as well.
///
/// A test suite is an engine; its test cases are the experiments and, after each, its probes.
public enum JUnitReport {
    public static func render(_ report: RunReport) -> String {
        var suites = report.engines.map { suite(of: $0, in: report) }
        if !report.failure.isEmpty { suites.append(suite(ofFailureIn: report)) }
        let tally = JUnitTally(suites.flatMap(\.cases))
        let document: Markup = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="litmus run" tests="\(tally.tests)" failures="\(tally.failures)" \
            errors="\(tally.errors)" time="\(Figure.seconds(report.duration))">
            \(suites.map(\.markup))</testsuites>

            """
        return document.description
    }

    private static func suite(of engine: EngineReport, in report: RunReport) -> JUnitSuite {
        var cases = engine.experiments.flatMap { experiment in
            [JUnitCase(experiment, of: engine, in: report)]
                + experiment.probes.map { JUnitCase($0, of: experiment, in: engine) }
        }
        if cases.isEmpty { cases = [JUnitCase(withoutExperiments: engine)] }
        let windows = engine.experiments.compactMap(\.window)
        let start = windows.map(\.start).min()
        let end = windows.map(\.end).max()
        return JUnitSuite(
            name: engine.title, start: start ?? report.started,
            duration: start.flatMap { start in end.map { $0 - start } } ?? .zero,
            properties: JUnitProperties.of(engine, in: report), cases: cases,
            output: TimelineText.lines(engine.timeline, since: report.started))
    }

    /// What went wrong before the verdicts is a test case too: a run without any looks like success to CI systems.
    private static func suite(ofFailureIn report: RunReport) -> JUnitSuite {
        JUnitSuite(
            name: "litmus run", start: report.started, duration: report.duration,
            properties: JUnitProperties.of(report),
            cases: [
                JUnitCase(
                    className: "litmus", name: "run", duration: report.duration,
                    outcome: .error(type: "RunFailed", message: report.failure, details: report.failure))
            ], output: "")
    }
}

/// One `testsuite`.
struct JUnitSuite {
    var name: String
    var start: Timestamp
    var duration: Duration
    var properties: [Setting]
    var cases: [JUnitCase]
    /// Text for `system-out`; may be empty.
    var output: String

    var markup: Markup {
        let tally = JUnitTally(cases)
        let properties = self.properties.map { property -> Markup in
            "      <property name=\"\(attribute: property.name)\" value=\"\(attribute: property.value)\"/>\n"
        }
        let output: Markup = self.output.isEmpty ? "" : "    <system-out>\(self.output)</system-out>\n"
        // The timestamp has no zone in this dialect.
        return """
              <testsuite name="\(attribute: name)" tests="\(tally.tests)" failures="\(tally.failures)" \
            errors="\(tally.errors)" skipped="\(tally.skipped)" time="\(Figure.seconds(duration))" \
            timestamp="\(String(start.description.dropLast()))">
                <properties>
            \(properties)    </properties>
            \(cases.map(\.markup))\(output)  </testsuite>

            """
    }
}

/// The counts of test cases that suites carry.
struct JUnitTally: Sendable, Hashable {
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0

    init(_ cases: [JUnitCase]) {
        tests = cases.count
        for one in cases {
            switch one.outcome {
            case .passed: continue
            case .failure: failures += 1
            case .error: errors += 1
            case .skipped: skipped += 1
            }
        }
    }
}
