import ChaosAPI
import ChaosOperator
import KubernetesAPI

/// What `litmus halt` did. Pure.
struct HaltReport: Sendable {
    var halt: Halt
    var namespace: String
    var engines: [HaltedEngine]

    var open: [HaltedEngine] { engines.filter { !$0.hasEnded } }

    /// 0 = nothing runs any more, 2 = something did not end, or may still be in force.
    var exitCode: Int32 { open.isEmpty ? 0 : 2 }

    /// The last line of the text output; what did not end is said by `complaint`.
    var conclusion: String {
        let ended = engines.count - open.count
        let count = engines.isEmpty ? "nothing was running" : "\(ended) of \(engines.count) engines ended"
        return "\(count); new chaos is refused until 'litmus resume'\n"
    }

    /// For standard error; nil when everything ended.
    func complaint(after limit: Duration) -> String? {
        guard !open.isEmpty else { return nil }
        let lines = open.map { "  \($0.line)" }.joined(separator: "\n")
        return "not everything ended within \(limit.inWords); the halt stays in force:\n\(lines)"
    }

    /// The report for programs.
    var json: JSON {
        [
            "halt": halt.json(namespace: namespace), "exitCode": .int(Int64(exitCode)),
            "engines": .array(
                engines.map { engine in
                    var json: JSON = [
                        "namespace": .string(engine.key.namespace), "name": .string(engine.key.name),
                        "outcome": .string(engine.outcome.rawValue),
                    ]
                    if !engine.message.isEmpty { json["message"] = .string(engine.message) }
                    return json
                }),
        ]
    }
}

extension HaltedEngine {
    /// `shop/checkout: aborted`.
    var line: String {
        let word =
            switch outcome {
            case .podsRemain: "stopped, but pods remain"
            case .running: "still running"
            case .aborted, .refused, .completed, .deleted: outcome.rawValue
            }
        return "\(key): \(word)" + (message.isEmpty ? "" : ": \(message)")
    }
}

extension Halt {
    func json(namespace: String) -> JSON {
        var json: JSON = [
            "namespace": .string(namespace), "configMap": .string(Halt.configMapName), "reason": .string(reason),
            "by": .string(by),
        ]
        if let since { json["since"] = .string(since.description) }
        return json
    }
}
