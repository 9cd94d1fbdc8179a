import ChaosAPI
import KubernetesAPI

@testable import Reports

/// Text that would break a report if anything took it for markup.
enum Hostile {
    static let text =
        "</title></style>\"><script>alert('1')</script><img src=x onerror=alert(2)> ]]> &lt; &nosuch; \u{0}\u{1B}[31m"
        + "\u{FFFF}\u{202E}evil\u{2069} 漢字 🚀\nnext\tline\r\nlast"
    /// The same as a reader is to see it.
    static let shown =
        "</title></style>\"><script>alert('1')</script><img src=x onerror=alert(2)> ]]> &lt; &nosuch; [31m"
        + "\u{FFFD}evil\u{FFFD} 漢字 🚀\nnext\tline\nlast"

    /// A run in which everything that can be named is named so.
    static func report(_ verdict: Verdict = .error) -> RunReport {
        var run = Fixture(fault: text, engine: text, namespace: text, env: [(text, text)])
        run.engine.statusReason = text
        run.engine.statusMessage = text
        run.onEngine(.preChaosCheck, at: 2, text)
        var injection = Fixture.loss(
            text, measured: 3, effect: .notInjected, sample: text, from: 3, to: 9, remark: text)
        injection.action = text
        injection.mechanism = text
        injection.unit = text
        run.result.injections = [injection]
        run.result.probeStatuses = [
            Fixture.probe(text, text, text, "Failed", text), Fixture.probe(text, text, text, text, text),
        ]
        run.end(verdict, .error, percentage: 0, at: 10)
        run.result.errorOutput = ErrorOutput(code: text, reason: text)
        var report = Fixture.report([run], failure: text)
        report.litmusVersion = text
        report.kubernetesVersion = text
        report.files = [text]
        return report
    }
}
