import ChaosAPI

/// A fault: tunables in, a plan out. No client, clock or process; a test compares plans.
public protocol Fault: Sendable {
    associatedtype Tunables: Sendable

    /// The name in the catalogue, and of the ChaosExperiment.
    static var name: String { get }

    init()

    /// Reads and checks the fault's own variables; ranges are resolved by the reader's seed.
    func tunables(_ read: TunableReader) throws(FaultError) -> Tunables

    /// - Parameter targets: the rule by which targets are chosen.
    func plan(_ tunables: Tunables, for targets: TargetSelection) throws(FaultError) -> InjectionPlan
}

extension Fault {
    /// The plan of an environment; the same for the same environment and seed.
    /// - Parameters:
    ///   - namespace: where pods named by `TARGET_PODS` are when no application is given.
    ///   - seed: repeats what is picked out of ranges, and which sequence is meant by `random`.
    public func plan(
        environment: [String: String], namespace: String, seed: UInt64
    ) throws(FaultError) -> InjectionPlan {
        let reader = TunableReader(environment, seed: seed)
        let own = try tunables(reader)
        return try plan(own, for: try TargetSelection(reader, namespace: namespace))
    }
}

/// Every fault, in one list.
public enum Faults {
    public static let all: [any Fault.Type] = [
        PodDelete.self, ContainerKillFault.self, PodCPUHog.self, PodNetworkLoss.self,
    ]

    public static func fault(named name: String) -> (any Fault)? {
        all.first { $0.name == name }?.init()
    }
}
