import ChaosAPI
import KubernetesAPI
import Reports

/// What came of one engine.
struct EngineOutcome: Sendable {
    var engine: ChaosEngine
    /// In the order of the engine's experiments.
    var results: [ChaosResult]

    /// The worst verdict; an engine without result counts as an error.
    var verdict: Verdict {
        let verdicts =
            results.compactMap(\.verdict) + engine.experimentStatuses.compactMap { Verdict(rawValue: $0.verdict) }
        return verdicts.max { $0.severity < $1.severity } ?? .error
    }
}

/// What came of a whole run.
struct RunOutcome: Sendable {
    var engines: [EngineOutcome]
    var duration: Duration

    var verdict: Verdict { engines.map(\.verdict).max { $0.severity < $1.severity } ?? .pass }

    /// 0 = all Pass, 1 = a verdict Fail (or a run that a probe stopped), 2 = an error in the input or the set-up.
    var exitCode: Int32 {
        let verdicts = engines.map(\.verdict)
        if verdicts.allSatisfy({ $0 == .pass }) { return 0 }
        return verdicts.contains(.fail) || verdicts.contains(.stopped) ? 1 : 2
    }
}

extension RunOutcome {
    /// The report for people.
    var text: String {
        var lines: [String] = [""]
        for outcome in engines {
            let status = outcome.engine.engineStatus?.rawValue ?? "not started"
            lines.append("ChaosEngine \(outcome.engine.key): \(status)")
            if !outcome.engine.statusMessage.isEmpty { lines.append("  \(outcome.engine.statusMessage)") }
            for result in outcome.results { lines += result.reportLines.map { "  \($0)" } }
            let covered = Set(outcome.results.map(\.experiment))
            for entry in outcome.engine.experimentStatuses where !covered.contains(entry.name) {
                lines.append("  \(entry.name): \(entry.status?.rawValue ?? "?") (\(entry.verdict)) \(entry.reason)")
            }
        }
        lines.append("")
        lines.append("Verdict: \(verdict.rawValue) (\(duration.inWords))")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The report for programs.
    var json: JSON {
        [
            "verdict": .string(verdict.rawValue), "exitCode": .int(Int64(exitCode)),
            "durationSeconds": .double((duration.inSeconds * 1000).rounded() / 1000),
            "engines": .array(
                engines.map { outcome in
                    [
                        "namespace": .string(outcome.engine.namespace), "name": .string(outcome.engine.name),
                        "verdict": .string(outcome.verdict.rawValue), "status": outcome.engine.json["status"],
                        "results": .array(outcome.results.map(\.json)),
                    ]
                }),
        ]
    }
}

extension ChaosResult {
    fileprivate var reportLines: [String] {
        let percentage = probeSuccessPercentage
        var lines = [
            "\(experiment): \(verdict?.rawValue ?? "?")"
                + (probeStatuses.isEmpty || percentage.isEmpty ? "" : ", probe success \(percentage)%")
        ]
        for probe in probeStatuses {
            let verdict = probe["status", "verdict"].string ?? "?"
            let heading = [probe["name"], probe["type"], probe["mode"]].compactMap(\.string).joined(separator: " ")
            lines.append("  probe   \(heading): \(verdict)")
            if let description = probe["status", "description"].string, !description.isEmpty {
                lines.append("          \(description)")
            }
        }
        for target in history.targets {
            lines.append("  target  \(target.kind)/\(target.name): \(target.chaosStatus)")
        }
        for injection in injections { lines += injection.reportLines.map { "  \($0)" } }
        if let errorOutput { lines.append("  error   \(errorOutput.inWords)") }
        if let seed { lines.append("  seed    \(seed) (--seed \(seed) makes the same choices)") }
        return lines
    }
}

extension ResultInjection {
    fileprivate var reportLines: [String] {
        let place = [target.namespace, target.name].filter { !$0.isEmpty }.joined(separator: "/")
        let container = target.container.isEmpty ? "" : " container \(target.container)"
        var figures: [String] = []
        if let asked { figures.append("asked \(Figure.text(asked)) \(unit)") }
        if let measured { figures.append("measured \(Figure.text(measured)) \(unit)") }
        if !sample.isEmpty { figures.append(sample) }
        var lines = [
            "effect  \(effect?.rawValue ?? "?"): \(action), \(target.kind) \(place)\(container)",
            "        \(figures.joined(separator: ", ")) (\(mechanism))",
        ]
        if let injectedAt {
            let end = revertedAt.map { ", reverted \($0.milliTime)" } ?? ""
            lines.append("        injected \(injectedAt.milliTime)\(end)")
        }
        if !remark.isEmpty { lines.append("        \(remark)") }
        return lines
    }
}

extension ErrorOutput {
    /// The reason is itself JSON where the experiment could say more: phase, reason, target.
    fileprivate var inWords: String {
        guard let details = try? JSON(parsing: Array(reason.utf8)), let cause = details["reason"].string else {
            return "\(code): \(reason)"
        }
        let phase = details["phase"].string.map { " in \($0)" } ?? ""
        let target = details["target"].string.map { ", target \($0)" } ?? ""
        return "\(code)\(phase): \(cause)\(target)"
    }
}
