/// A step from one form of the stored documents to the next.
public struct Migration: Sendable {
    /// Counts from 1; each migration has one more than the one before.
    public var version: Int
    /// What it does, for those who read the collection.
    public var name: String
    let run: @Sendable (DocumentDatabase) async throws -> Void

    /// - Parameter run: must be idempotent: after a crash it runs again from the beginning, over what it has done.
    public init(
        _ version: Int, _ name: String, _ run: @escaping @Sendable (DocumentDatabase) async throws -> Void
    ) {
        self.version = version
        self.name = name
        self.run = run
    }
}
