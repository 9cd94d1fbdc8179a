/// How far a helper has come and what its injections did: what it tells the runner.
public struct InjectionReport: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable {
        /// Every target is hit and the machine's state was read back.
        case injected
        /// Everything is undone, `effects` are final.
        case reverted
        /// `failure` says why; what had been applied is undone unless it says otherwise.
        case failed
    }

    /// In the terms of Litmus: `HELPER_ERROR`, `CONTAINER_RUNTIME_ERROR`, `CHAOS_INJECT_ERROR`, `CHAOS_REVERT_ERROR`, …
    public struct Failure: Sendable, Hashable, Codable {
        public var code: String
        public var reason: String
        /// What it was about, such as `{podName: web-0, namespace: default}`; may be empty.
        public var target: String

        public init(code: String, reason: String, target: String = "") {
            self.code = code
            self.reason = reason
            self.target = target
        }
    }

    public var state: State
    public var effects: [InjectionEffect]
    public var failure: Failure?
    /// Whoever carried it out was told to end before its time.
    public var isInterrupted: Bool?
    /// Of a failure: the journal has nothing of the order any more.
    public var isUndone: Bool?

    public init(
        state: State, effects: [InjectionEffect] = [], failure: Failure? = nil, isInterrupted: Bool? = nil,
        isUndone: Bool? = nil
    ) {
        self.state = state
        self.effects = effects
        self.failure = failure
        self.isInterrupted = isInterrupted
        self.isUndone = isUndone
    }
}

/// What one step did to one target: asked, and measured from inside the target.
public struct InjectionEffect: Sendable, Hashable, Codable {
    public enum Outcome: String, Sendable, Hashable, Codable {
        /// The measured effect is the one that was asked for.
        case confirmed
        /// The target did not feel it.
        case notInjected = "not injected"
        /// Nothing contradicts it, but there was too little to measure, such as on an idle target.
        case inconclusive
    }

    public var target: TargetReference
    /// What was done, for people: `lose 30 % of egress on eth0`.
    public var action: String
    /// By which means: `nftables netdev egress hook`, `stress-ng in the container's control group`.
    public var mechanism: String
    public var outcome: Outcome
    /// Both in `unit`; `measured` is nil where nothing could be measured.
    public var asked: Double
    public var measured: Double?
    /// `%`, `cores`, `restarts`, `pods`.
    public var unit: String
    /// What the figure rests on, for people: `588 of 2000 packets`.
    public var sample: String
    /// Milliseconds since 1970.
    public var injectedAt: Int64?
    public var revertedAt: Int64?
    /// What else there is to say; empty mostly.
    public var remark: String

    public init(
        target: TargetReference, action: String, mechanism: String, outcome: Outcome, asked: Double,
        measured: Double? = nil, unit: String, sample: String = "", injectedAt: Int64? = nil, revertedAt: Int64? = nil,
        remark: String = ""
    ) {
        self.target = target
        self.action = action
        self.mechanism = mechanism
        self.outcome = outcome
        self.asked = asked
        self.measured = measured
        self.unit = unit
        self.sample = sample
        self.injectedAt = injectedAt
        self.revertedAt = revertedAt
        self.remark = remark
    }
}
