import ChaosAPI
import Injection

/// Kills containers again and again and wants them restarted.
public struct ContainerKillFault: Fault {
    public static let name = "container-kill"

    public init() {}

    public struct Tunables: Sendable, Hashable {
        public var common: MachineTunables
        public var kill: ContainerKill
        public var interval: ClosedRange<Duration>
        /// Between two pods of a serial round.
        public var pauseBetweenPods: Duration
        public var order: TargetSelection.Order
    }

    public func tunables(_ read: TunableReader) throws(FaultError) -> Tunables {
        let isRandom = try read.bool("RANDOMNESS", default: false)
        return Tunables(
            common: try MachineTunables(read, lasting: .seconds(20)),
            kill: try kill(read),
            interval: try read.interval("CHAOS_INTERVAL", default: .seconds(10), isRandom: isRandom),
            pauseBetweenPods: try read.seconds("INTER_POD_KILL_INTERVAL_SECONDS", default: .zero),
            order: try read.choice("POD_TERMINATION_ORDER", default: .random))
    }

    private func kill(_ read: TunableReader) throws(FaultError) -> ContainerKill {
        let text = read.string("SIGNAL", default: ContainerKill.Signal.kill.rawValue)
        guard let signal = ContainerKill.Signal(rawValue: text.uppercased()) else {
            throw FaultError(
                .helper, "unsupported signal \(text), use either SIGTERM or SIGKILL: SIGNAL is '\(text)'")
        }
        let grace = try grace(read)
        return ContainerKill(
            signal: signal, killAfterMilliseconds: signal == .terminate ? grace.wholeMilliseconds : nil)
    }

    /// How long SIGTERM is given; -1 leaves it to the time that a status may take.
    private func grace(_ read: TunableReader) throws(FaultError) -> Duration {
        let limit = try read.seconds("STATUS_CHECK_TIMEOUT", default: .seconds(180))
        if read.value("CONTAINER_API_TIMEOUT") == "-1" { return limit }
        return try read.seconds("CONTAINER_API_TIMEOUT", default: limit)
    }

    public func plan(_ tunables: Tunables, for targets: TargetSelection) throws(FaultError) -> InjectionPlan {
        var selection = targets
        if selection.podNames.isEmpty { selection.order = tunables.order }
        return tunables.common.plan(
            Self.name, .killContainer(tunables.kill), on: selection,
            repetition: .every(Interval(tunables.interval)), pause: tunables.pauseBetweenPods)
    }
}
