import Injection

/// What a fault will do, as a value: it can be shown, compared, sent and carried out by someone else.
public struct InjectionPlan: Sendable, Hashable, Codable {
    public var fault: String
    /// How long the chaos lasts, without ramp time.
    public var milliseconds: Int
    /// Pause before the chaos and after it.
    public var rampMilliseconds: Int
    /// Carried out one after another.
    public var rounds: [Round]

    public init(fault: String, lasting duration: Duration, ramp: Duration = .zero, rounds: [Round]) {
        self.fault = fault
        milliseconds = duration.wholeMilliseconds
        rampMilliseconds = ramp.wholeMilliseconds
        self.rounds = rounds
    }

    public var duration: Duration { .milliseconds(milliseconds) }
    public var ramp: Duration { .milliseconds(rampMilliseconds) }

    /// Whether a helper must run on the targets' nodes.
    public var requiresHelper: Bool { rounds.contains { !$0.machineSteps.isEmpty } }

    /// Whether every step can be undone.
    public var isReversible: Bool {
        rounds.allSatisfy { $0.steps.allSatisfy { if case .undo = $0.reversal { true } else { false } } }
    }
}

/// Steps on some of the targets, once or again and again until the plan's duration is over.
public struct Round: Sendable, Hashable, Codable {
    public enum Repetition: Sendable, Hashable, Codable {
        case once
        /// Anew after a pause, as long as time is left.
        case every(Interval)

        /// `once`, `every 5 s`, `every 5 to 15 s`.
        public var summary: String {
            switch self {
            case .once: "once"
            case .every(let interval): "every \(interval.summary)"
            }
        }
    }

    /// Counted from the beginning of the chaos.
    public var offsetMilliseconds: Int
    public var repetition: Repetition
    public var selection: TargetSelection
    /// Whether each repetition chooses its targets anew, or the round keeps those that it began with.
    public var choosesAnew: Bool
    public var sequence: StepSequence
    /// Applied to each target in this order.
    public var steps: [Step]
    /// Between two targets of a serial round, beside the interval.
    public var pauseMilliseconds: Int
    /// What must hold after the steps, else the experiment ends in an error.
    public var proof: Proof?

    public init(
        offset: Duration = .zero, repetition: Repetition, selection: TargetSelection, choosesAnew: Bool = false,
        sequence: StepSequence, steps: [Step], pause: Duration = .zero, proof: Proof? = nil
    ) {
        offsetMilliseconds = offset.wholeMilliseconds
        self.repetition = repetition
        self.selection = selection
        self.choosesAnew = choosesAnew
        self.sequence = sequence
        self.steps = steps
        pauseMilliseconds = pause.wholeMilliseconds
        self.proof = proof
    }
}

extension Round {
    /// The steps that are taken on the targets' nodes.
    public var machineSteps: [MachineStep] {
        steps.compactMap { if case .machine(let step) = $0 { step } else { nil } }
    }
}

/// Whether several targets are hit at once or one after another.
public enum StepSequence: String, Sendable, Hashable, Codable, CaseIterable {
    case serial
    case parallel
}

/// A pause, or bounds to pick one from, both included.
public struct Interval: Sendable, Hashable, Codable {
    public var lowMilliseconds: Int
    public var highMilliseconds: Int

    public init(_ range: ClosedRange<Duration>) {
        lowMilliseconds = range.lowerBound.wholeMilliseconds
        highMilliseconds = range.upperBound.wholeMilliseconds
    }

    var summary: String {
        let bounds = Set([lowMilliseconds, highMilliseconds]).sorted().map(Self.seconds)
        return bounds.joined(separator: " to ") + " s"
    }

    private static func seconds(_ milliseconds: Int) -> String {
        milliseconds % 1000 == 0 ? String(milliseconds / 1000) : String(Double(milliseconds) / 1000)
    }

    public func pick(using generator: inout SeededGenerator) -> Duration {
        guard lowMilliseconds < highMilliseconds else { return .milliseconds(lowMilliseconds) }
        return .milliseconds(Int.random(in: lowMilliseconds...highMilliseconds, using: &generator))
    }
}

/// What shows that a round did what it was to do.
public enum Proof: String, Sendable, Hashable, Codable {
    /// The pods are gone, and their workload has as many ready ones as it wants.
    case replaced
}

extension Duration {
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
