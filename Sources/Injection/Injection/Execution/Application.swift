/// One step on one target that is to be undone later.
protocol Application: Sendable {
    /// Journals and applies the step, and reads back that the machine shows it. Leaves nothing when it throws, or leaves
    /// it to the journal.
    /// - Throws: `InjectionError`, `HostError`.
    func apply() async throws

    /// Looks at the effect while it lasts, so that what happens to it in the middle is known at the end.
    func look() async

    /// Waits for what the step sets off by itself, such as the restart of a container.
    /// - Throws: `InjectionError` when it does not come, `CancellationError`.
    func settle() async throws

    /// Measures a last time and undoes the step. Everything is tried before an error is thrown.
    /// - Throws: `InjectionError` of code `revert`.
    func revert() async throws

    /// What is known so far.
    func effect() async -> InjectionEffect

    /// Whether the last look found that somebody else has undone the step before its end.
    func wasUndone() async -> Bool
}

extension Application {
    func settle() async throws {}
    func wasUndone() -> Bool { false }
}
