import KubernetesAPI

/// From one moment to a later one.
public struct TimeWindow: Sendable, Hashable, Codable {
    public var start: Timestamp
    /// Never before `start`.
    public var end: Timestamp

    public init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = max(start, end)
    }

    public var duration: Duration { end - start }
}

/// One part of an experiment's life, as far as events and injections tell.
public struct PhaseReport: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case preChaos = "pre-chaos checks"
        case rampUp = "ramp before chaos"
        case chaos
        case rampDown = "ramp after chaos"
        case postChaos = "post-chaos checks"
    }

    public var kind: Kind
    public var window: TimeWindow

    public init(kind: Kind, window: TimeWindow) {
        self.kind = kind
        self.window = window
    }
}

/// One thing that happened.
public struct TimelineEntry: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        /// Said by the operator of the engine.
        case engine
        /// The runner prepares the experiment.
        case preparation
        case preChaosCheck = "pre-chaos check"
        case injection
        case probe
        case postChaosCheck = "post-chaos check"
        case verdict
    }

    public var time: Timestamp
    /// For what lasts; nil for what happens at once, and for what has no known end.
    public var until: Timestamp?
    public var kind: Kind
    public var text: String
    /// Whether it was written as a warning.
    public var isWarning: Bool

    public init(time: Timestamp, until: Timestamp? = nil, kind: Kind, text: String, isWarning: Bool = false) {
        self.time = time
        self.until = until
        self.kind = kind
        self.text = text
        self.isWarning = isWarning
    }
}
