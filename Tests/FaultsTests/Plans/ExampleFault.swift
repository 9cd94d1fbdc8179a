import Faults
import Injection

/// Cuts pods off from everything but their name servers.
struct PodNetworkBlackout: Fault {
    static let name = "pod-network-blackout"

    struct Tunables: Sendable, Hashable {
        var common: MachineTunables
        var loss: TrafficLoss
    }

    func tunables(_ read: TunableReader) throws(FaultError) -> Tunables {
        Tunables(
            common: try MachineTunables(read, lasting: .seconds(60)),
            loss: TrafficLoss(
                percentage: 100, direction: .both, interface: try read.networkInterface(),
                filter: TrafficFilter(excludedDestinationPorts: [53])))
    }

    func plan(_ tunables: Tunables, for targets: TargetSelection) throws(FaultError) -> InjectionPlan {
        tunables.common.plan(Self.name, .loseTraffic(tunables.loss), on: targets)
    }
}
