import ChaosAPI

/// What is known of the halt of a cluster at one moment.
enum HaltState: Sendable, Hashable {
    case lifted
    case inForce(Halt)
    /// The operator may not read the order, and why: nothing new is started, and what runs goes on.
    case unreadable(String)

    var order: Halt? {
        if case .inForce(let halt) = self { halt } else { nil }
    }
}
