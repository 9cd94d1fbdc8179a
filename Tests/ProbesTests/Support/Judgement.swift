import KubernetesAPI

@testable import Probes

/// What one probe came to: how it passed, or the code and reason of why it did not.
enum Judgement: Equatable {
    case passed(String)
    case refused(code: String, reason: String)

    static func failure(_ kind: String, _ reason: String) -> Judgement {
        .refused(code: "\(kind)_PROBE_FAILURE", reason: reason)
    }

    static func error(_ kind: String, _ reason: String) -> Judgement {
        .refused(code: "\(kind)_PROBE_ERROR", reason: reason)
    }

    /// Why the probe was refused with `code`.
    func reason(code: String) -> String? {
        if case .refused(code, let reason) = self { reason } else { nil }
    }

    /// Runs probes from the checks of their inputs to the end of the experiment; the last one counts.
    init(_ probes: [JSON], _ context: ProbeContext) async {
        do throws(ProbeFailure) {
            let session = try ProbeSession(probes: probes, context: context)
            do throws(ProbeFailure) {
                try await session.run()
            } catch {
                await session.cancel()
                throw error
            }
            self = .passed(await session.outcomes().last?.description ?? "")
        } catch {
            self = .refused(code: error.code, reason: error.reason)
        }
    }
}

extension ProbeSession {
    func run() async throws(ProbeFailure) {
        try await preChaos()
        try await duringChaos()
        try await postChaos()
    }
}

extension JSON {
    /// A probe whose failure ends the run, so that its code is seen.
    static func probe(
        _ type: String, _ inputs: JSON, name: String = "check", mode: String = "SOT", timeout: String = "30s",
        stops: Bool = true, data: String? = nil
    ) -> JSON {
        var probe: JSON = [
            "name": .string(name), "type": .string(type), "mode": .string(mode),
            "runProperties": [
                "probeTimeout": .string(timeout), "interval": "1ms", "probePollingInterval": "1ms",
                "stopOnFailure": .bool(stops),
            ],
        ]
        probe["\(type)/inputs"] = inputs
        if let data { probe["data"] = .string(data) }
        return probe
    }

    /// A probe that passes and registers `text`.
    static func register(_ text: String, as name: String) -> JSON {
        probe(
            "cmdProbe",
            [
                "command": .string("echo '\(text)'"),
                "comparator": ["type": "string", "criteria": "notEqual", "value": "?"],
            ],
            name: name)
    }

    /// This object with other members.
    func with(_ members: JSON) -> JSON { .object((object ?? [:]).merging(members.object ?? [:]) { $1 }) }
}
