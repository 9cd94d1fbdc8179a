import Injection

/// Keeps processors busy from inside containers, within the limits of those.
public struct PodCPUHog: Fault {
    public static let name = "pod-cpu-hog"

    public init() {}

    public struct Tunables: Sendable, Hashable {
        public var common: MachineTunables
        public var stress: CPUStress
        public var containers: ContainerChoice
    }

    public func tunables(_ read: TunableReader) throws(FaultError) -> Tunables {
        Tunables(
            common: try MachineTunables(read, lasting: .seconds(60)),
            stress: CPUStress(
                // More processors than Linux can have (CONFIG_NR_CPUS) are no use.
                workers: try read.int("CPU_CORES", default: 0, pickedIn: 0...8192),
                load: try read.int("CPU_LOAD", default: 100, pickedIn: 0...100)),
            containers: ContainerChoice(read, "TARGET_CONTAINER"))
    }

    public func plan(_ tunables: Tunables, for targets: TargetSelection) throws(FaultError) -> InjectionPlan {
        var selection = targets
        selection.containers = tunables.containers
        return tunables.common.plan(Self.name, .stressCPU(tunables.stress), on: selection)
    }
}
