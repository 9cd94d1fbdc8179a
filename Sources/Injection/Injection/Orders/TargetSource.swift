/// What the cluster knows about targets while an order runs: containers are replaced, references name one of them.
public protocol TargetSource: Sendable {
    /// The target with the id of the container that runs in its place now.
    /// - Throws: what explains to people why there is none; it becomes the reason of the failure.
    func current(_ target: TargetReference) async throws -> TargetReference

    /// Returns once another container than the given one runs in its place, with its id.
    /// - Throws: when that has not happened within `limit`.
    func restarted(_ target: TargetReference, within limit: Duration) async throws -> TargetReference
}

/// Targets whose containers are never replaced.
public struct FixedTargets: TargetSource {
    public init() {}

    public func current(_ target: TargetReference) async throws -> TargetReference { target }

    public func restarted(_ target: TargetReference, within limit: Duration) async throws -> TargetReference {
        throw InjectionError(
            code: .helper, reason: "nobody watches the container of pod \(target.pod), so its restart cannot be seen",
            target: target)
    }
}
