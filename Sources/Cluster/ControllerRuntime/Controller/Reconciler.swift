import KubernetesAPI

/// Brings one object's world nearer to what the object asks for.
///
/// It gets a key and reads the world itself; it may be called at any time, without cause, and killed between any two
/// actions, so every action is idempotent and nothing that matters is kept in memory.
public protocol Reconciler: Sendable {
    /// - Throws: to be called again after a growing pause; `TerminalError` to be called again only on a change.
    func reconcile(_ key: ObjectKey) async throws -> Requeue
}

/// When a key comes again without a change.
public enum Requeue: Sendable, Hashable {
    case never
    case after(Duration)
}

/// A failure that trying again cannot mend.
public struct TerminalError: Error, CustomStringConvertible {
    public var underlying: any Error

    public init(_ underlying: any Error) { self.underlying = underlying }

    public var description: String { "\(underlying)" }
}
