import KubernetesAPI

/// `runProperties` of a ChaosEngine: how often and how patiently a probe is evaluated. Durations are Go's (`1m30s`), or
/// bare numbers, which are seconds.
struct ProbeRunProperties: Codable, Sendable, Hashable {
    var probeTimeout: String
    var interval: String
    var retry: Int?
    var attempt: Int?
    var pollingInterval: String?
    var initialDelay: String?
    var evaluationTimeout: String?
    var stopOnFailure: Bool?
    /// Only of probes that stood in a ChaosEngine: requests have no such field.
    var verbosity: String?

    enum CodingKeys: String, CodingKey {
        case interval, retry, attempt, verbosity
        case probeTimeout = "probe_timeout"
        case pollingInterval = "polling_interval"
        case initialDelay = "initial_delay"
        case evaluationTimeout = "evaluation_timeout"
        case stopOnFailure = "stop_on_failure"
    }
}

extension ProbeRunProperties {
    init(_ fields: ProbeFields) throws {
        probeTimeout = try fields.requiredText("probeTimeout")
        interval = try fields.requiredText("interval")
        retry = try fields.count("retry")
        attempt = try fields.count("attempt")
        pollingInterval = try fields.text("probePollingInterval")
        // The older form is in the schema of ChaosEngines, but nothing reads it.
        initialDelay = try fields.text("initialDelay") ?? fields.count("initialDelaySeconds").map { "\($0)s" }
        evaluationTimeout = try fields.text("evaluationTimeout")
        stopOnFailure = try fields.flag("stopOnFailure")
        verbosity = try fields.text("verbosity")
    }

    var json: JSON {
        var json: JSON = [
            "probeTimeout": .string(ProbeDuration.complete(probeTimeout)),
            "interval": .string(ProbeDuration.complete(interval)),
        ]
        for (name, value) in [
            ("probePollingInterval", pollingInterval), ("initialDelay", initialDelay),
            ("evaluationTimeout", evaluationTimeout),
        ] {
            if let value, !value.isEmpty { json[name] = .string(ProbeDuration.complete(value)) }
        }
        if let retry { json["retry"] = .int(Int64(retry)) }
        if let attempt { json["attempt"] = .int(Int64(attempt)) }
        if let stopOnFailure { json["stopOnFailure"] = .bool(stopOnFailure) }
        if let verbosity { json["verbosity"] = .string(verbosity) }
        return json
    }
}

/// Durations as probes have them.
enum ProbeDuration {
    /// With the unit that a bare number lacks: probes of the time before 3.0 have such.
    static func complete(_ text: String, unit: String = "s") -> String {
        isBareNumber(text) ? text + unit : text
    }

    /// Empty is not given.
    static func isValid(_ text: String) -> Bool {
        guard !text.isEmpty else { return true }
        guard let duration = GoDuration.parse(complete(text)) else { return false }
        return duration >= .zero
    }

    private static func isBareNumber(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
