import ChaosAPI

/// Deletes pods in rounds and wants them replaced.
public struct PodDelete: Fault {
    public static let name = "pod-delete"

    public init() {}

    public struct Tunables: Sendable, Hashable {
        public var duration: Duration
        public var ramp: Duration
        public var interval: ClosedRange<Duration>
        /// Between two pods of a serial round.
        public var pauseBetweenPods: Duration
        public var isForced: Bool
        public var sequence: StepSequence
        public var order: TargetSelection.Order
    }

    public func tunables(_ read: TunableReader) throws(FaultError) -> Tunables {
        let isRandom = try read.bool("RANDOMNESS", default: false)
        return Tunables(
            duration: try read.seconds("TOTAL_CHAOS_DURATION", default: .seconds(30)),
            ramp: try read.seconds("RAMP_TIME", default: .zero),
            interval: try read.interval("CHAOS_INTERVAL", default: .seconds(10), isRandom: isRandom),
            pauseBetweenPods: try read.seconds("INTER_POD_KILL_INTERVAL_SECONDS", default: .zero),
            isForced: try read.bool("FORCE", default: false),
            sequence: try read.sequence(),
            order: try read.choice("POD_TERMINATION_ORDER", default: .random))
    }

    public func plan(_ tunables: Tunables, for targets: TargetSelection) throws(FaultError) -> InjectionPlan {
        var selection = targets
        if selection.podNames.isEmpty { selection.order = tunables.order }
        // A pod has no container that could be missed when the whole pod goes.
        selection.containers = .first
        let round = Round(
            repetition: .every(Interval(tunables.interval)), selection: selection, choosesAnew: true,
            sequence: tunables.sequence,
            steps: [.cluster(.deletePod(gracePeriodSeconds: tunables.isForced ? 0 : nil))],
            pause: tunables.pauseBetweenPods, proof: .replaced)
        return InjectionPlan(fault: Self.name, lasting: tunables.duration, ramp: tunables.ramp, rounds: [round])
    }
}
