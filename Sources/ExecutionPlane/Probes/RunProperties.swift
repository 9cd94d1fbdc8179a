import KubernetesAPI

/// How often and how patiently a probe is evaluated: `runProperties` of its definition.
struct RunProperties: Sendable, Hashable {
    /// Bound of one attempt; nil is no bound.
    var timeout: Duration?
    /// Pause between two attempts of one evaluation.
    var interval: Duration
    /// Attempts of one evaluation; the first that succeeds ends it.
    var attempts: Int
    /// Pause between two evaluations of a Continuous or OnChaos probe.
    var pollingInterval: Duration
    var initialDelay: Duration
    var stopsOnFailure: Bool

    /// The pause of a background probe that names none: short enough to see an outage of a second, long enough not to
    /// be a load test.
    static let defaultPollingInterval = Duration.milliseconds(200)

    /// - Throws: `ProbeFailure` (`GENERIC_ERROR`) that names the field.
    init(json: JSON, probe: String) throws(ProbeFailure) {
        func duration(_ field: String) throws(ProbeFailure) -> Duration? {
            switch json[field] {
            case .null, .string(""): return nil
            case .string(let text):
                if let duration = GoDuration.parse(text), duration >= .zero { return duration }
            default: break
            }
            throw ProbeFailure(
                code: "GENERIC_ERROR",
                reason: "Invalid probe runProperties field '\(field)': \(json[field]) is no duration such as "
                    + "\"300ms\", \"10s\" or \"1m30s\"",
                probe: probe)
        }
        func count(_ field: String) throws(ProbeFailure) -> Int? {
            guard !json[field].isNull else { return nil }
            guard let count = json[field].int, count >= 0 else {
                throw ProbeFailure(
                    code: "GENERIC_ERROR",
                    reason: "Invalid probe runProperties field '\(field)': \(json[field]) is no number of attempts",
                    probe: probe)
            }
            return count == 0 ? nil : count
        }
        let timeout = try duration("probeTimeout")
        self.timeout = timeout == .zero ? nil : timeout
        interval = try duration("interval") ?? .zero
        let (attempt, retry) = (try count("attempt"), try count("retry"))
        attempts = attempt ?? retry ?? 1
        let polling = try duration("probePollingInterval") ?? .zero
        pollingInterval = polling == .zero ? Self.defaultPollingInterval : polling
        let legacyDelay = Duration.seconds(json["initialDelaySeconds"].int ?? 0)
        initialDelay = try duration("initialDelay") ?? legacyDelay
        _ = try duration("evaluationTimeout")
        stopsOnFailure = json["stopOnFailure"].bool ?? false
    }
}
