import KubernetesAPI

/// What a waiting watch is woken with.
enum WatchWake: Sendable {
    case changes([Change])
    /// Everything up to the revision has been seen.
    case bookmark(UInt64)
    /// The time that the client asked for is over.
    case timeout(UInt64)
    /// Closed by the server, with the reason if it is an error.
    case ended(Status?)

    func atRevision(_ revision: UInt64) -> WatchWake {
        switch self {
        case .bookmark: .bookmark(revision)
        case .timeout: .timeout(revision)
        case .changes, .ended: self
        }
    }
}

/// A watch to resume. Resuming happens after the lock was given back.
struct WatchDelivery: Sendable {
    var continuation: CheckedContinuation<WatchWake, Never>
    var wake: WatchWake

    func perform() { continuation.resume(returning: wake) }
}
