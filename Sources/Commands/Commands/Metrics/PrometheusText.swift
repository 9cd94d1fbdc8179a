/// Figures in the text format of Prometheus (version 0.0.4), built family by family. Pure.
struct PrometheusText: Sendable, Hashable {
    enum Kind: String, Sendable { case counter, gauge, histogram, summary }

    struct Sample: Sendable, Hashable {
        /// What stands between the family's name and the labels, such as `_bucket`.
        var suffix = ""
        var labels: [Label] = []
        var value: String

        init(_ value: some CustomStringConvertible, _ labels: [Label] = [], suffix: String = "") {
            self.value = value.description
            self.labels = labels
            self.suffix = suffix
        }
    }

    struct Label: Sendable, Hashable {
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        fileprivate var text: String {
            let escaped = value.map { character in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(character)
                }
            }
            return "\(name)=\"\(escaped.joined())\""
        }
    }

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var lines: [String] = []

    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        lines.append("# HELP \(name) \(help)")
        lines.append("# TYPE \(name) \(kind.rawValue)")
        for sample in samples {
            let labels = sample.labels.map(\.text).joined(separator: ",")
            lines.append("\(name)\(sample.suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(sample.value)")
        }
    }

    mutating func add(_ process: ProcessFigures) {
        add("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", [Sample(process.residentBytes)])
        add(
            "process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.",
            [Sample(process.cpuSeconds)])
        add("process_open_fds", .gauge, "Number of open file descriptors.", [Sample(process.openFiles)])
    }
}
