import Injection

/// What every fault reads that acts on the machine of its targets, and the plan that such a fault is.
public struct MachineTunables: Sendable, Hashable {
    public var duration: Duration
    public var ramp: Duration
    public var sequence: StepSequence

    public init(_ read: TunableReader, lasting duration: Duration) throws(FaultError) {
        self.duration = try read.seconds("TOTAL_CHAOS_DURATION", default: duration)
        ramp = try read.seconds("RAMP_TIME", default: .zero)
        sequence = try read.sequence()
        // A plan that no helper could be made for is refused before anything starts.
        _ = try HelperSettings(read)
    }

    /// One round of one step, on targets that stay the same for the whole of it.
    public func plan(
        _ fault: String, _ step: MachineStep, on selection: TargetSelection,
        repetition: Round.Repetition = .once, pause: Duration = .zero
    ) -> InjectionPlan {
        let round = Round(
            repetition: repetition, selection: selection, choosesAnew: false, sequence: sequence,
            steps: [.machine(step)], pause: pause)
        return InjectionPlan(fault: fault, lasting: duration, ramp: ramp, rounds: [round])
    }
}
