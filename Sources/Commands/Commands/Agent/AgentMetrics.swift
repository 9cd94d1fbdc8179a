import ChaosOperator
import ControllerRuntime

/// An agent's figures in the text format of Prometheus (version 0.0.4). Pure.
struct AgentMetrics: Sendable, Hashable {
    var report: OperatorReport
    /// nil where the kernel does not tell.
    var process: ProcessFigures?

    private static let states = ["new", "initialized", "completed", "stopped"]

    var text: String {
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            lines.append("# HELP \(name) \(help)")
            lines.append("# TYPE \(name) \(type)")
            lines += samples.map { "\(name)\($0.labels) \($0.value)" }
        }
        family(
            "litmus_operator_leader", "gauge", "Whether this replica works (1) or stands by (0).",
            [("", report.isLeader ? "1" : "0")])
        let states = Self.states + report.engines.keys.filter { !Self.states.contains($0) }.sorted()
        family(
            "litmus_operator_engines", "gauge", "ChaosEngines by status; of the working replica only.",
            states.map { ("{status=\"\($0)\"}", String(report.engines[$0] ?? 0)) })
        family(
            "litmus_operator_reconciliations_total", "counter", "Looks at ChaosEngines by how they ended.",
            [
                ("{result=\"success\"}", String(report.reconciliations.succeeded)),
                ("{result=\"error\"}", String(report.reconciliations.failed)),
            ])
        if let process {
            family(
                "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.",
                [("", String(process.residentBytes))])
            family(
                "process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.",
                [("", process.cpuSeconds.description)])
            family(
                "process_open_fds", "gauge", "Number of open file descriptors.", [("", String(process.openFiles))])
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
