/// Every fault that this executable can inject.
public enum FaultCatalog {
    /// In the order in which they are listed.
    public static let faults: [FaultDescription] = [.podDelete, .containerKill, .podCPUHog, .podNetworkLoss]

    public static func fault(named name: String) -> FaultDescription? {
        faults.first { $0.name == name }
    }
}

/// A name that no fault has.
public struct UnknownFault: Error, Sendable, Hashable, CustomStringConvertible {
    public var name: String

    public init(name: String) { self.name = name }

    public var description: String {
        let known = FaultCatalog.faults.map(\.name).joined(separator: ", ")
        return "there is no fault '\(name)'; known are: \(known)"
    }
}
