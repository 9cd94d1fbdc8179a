import ChaosOperator
import ControllerRuntime

/// An agent's figures in the text format of Prometheus. Pure.
struct AgentMetrics: Sendable, Hashable {
    var report: OperatorReport
    /// nil where the kernel does not tell.
    var process: ProcessFigures?

    private static let states = ["new", "initialized", "completed", "stopped"]

    var text: String {
        typealias Sample = PrometheusText.Sample
        var text = PrometheusText()
        text.add(
            "litmus_operator_leader", .gauge, "Whether this replica works (1) or stands by (0).",
            [Sample(report.isLeader ? 1 : 0)])
        let states = Self.states + report.engines.keys.filter { !Self.states.contains($0) }.sorted()
        text.add(
            "litmus_operator_engines", .gauge, "ChaosEngines by status; of the working replica only.",
            states.map { Sample(report.engines[$0] ?? 0, [.init("status", $0)]) })
        text.add(
            "litmus_operator_reconciliations_total", .counter, "Looks at ChaosEngines by how they ended.",
            [
                Sample(report.reconciliations.succeeded, [.init("result", "success")]),
                Sample(report.reconciliations.failed, [.init("result", "error")]),
            ])
        if let process { text.add(process) }
        return text.text
    }
}
