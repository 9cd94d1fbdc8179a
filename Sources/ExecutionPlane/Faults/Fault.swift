import ChaosAPI

/// A fault: tunables in, a plan out. No client, clock or process; a test compares plans.
public protocol Fault: Sendable {
    associatedtype Tunables: Sendable

    /// The name in the catalogue, and of the ChaosExperiment.
    static var name: String { get }

    init()

    func tunables(_ read: TunableReader) throws(FaultError) -> Tunables

    /// - Parameter targets: the rule by which targets are chosen.
    func plan(_ tunables: Tunables, for targets: TargetSelection) throws(FaultError) -> InjectionPlan
}

extension Fault {
    /// The plan of an environment.
    /// - Parameter namespace: where pods named by `TARGET_PODS` are when no application is given.
    public func plan(environment: [String: String], namespace: String) throws(FaultError) -> InjectionPlan {
        let reader = TunableReader(environment)
        let own = try tunables(reader)
        return try plan(own, for: try TargetSelection(reader, namespace: namespace))
    }
}

/// Every fault, in one list.
public enum Faults {
    public static let all: [any Fault.Type] = [PodDelete.self]

    public static func fault(named name: String) -> (any Fault)? {
        all.first { $0.name == name }?.init()
    }
}
