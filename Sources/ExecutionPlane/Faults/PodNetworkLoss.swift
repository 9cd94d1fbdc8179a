import Injection

/// Loses a share of the packets that pods send, receive, or both.
public struct PodNetworkLoss: Fault {
    public static let name = "pod-network-loss"

    public init() {}

    public struct Tunables: Sendable, Hashable {
        public var common: MachineTunables
        public var loss: TrafficLoss
    }

    public func tunables(_ read: TunableReader) throws(FaultError) -> Tunables {
        Tunables(
            common: try MachineTunables(read, lasting: .seconds(60)),
            loss: TrafficLoss(
                percentage: try read.share("NETWORK_PACKET_LOSS_PERCENTAGE", default: 100),
                correlation: Double(try read.int("CORRELATION", default: 0, in: 0...100)),
                direction: try read.trafficDirection(), interface: try read.networkInterface(),
                filter: try read.trafficFilter()))
    }

    public func plan(_ tunables: Tunables, for targets: TargetSelection) throws(FaultError) -> InjectionPlan {
        tunables.common.plan(Self.name, .loseTraffic(tunables.loss), on: targets)
    }
}
