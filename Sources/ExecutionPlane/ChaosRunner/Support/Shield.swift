/// Runs `operation` to its end although the caller is being cancelled, but not longer than `limit`: the last words of an
/// experiment that is aborted.
func shielded<T: Sendable>(
    within limit: Duration = .seconds(8), _ operation: @escaping @Sendable () async throws -> T
) async throws -> T {
    let work = Task { try await operation() }
    let timer = Task {
        try await ContinuousClock().sleep(for: limit)
        work.cancel()
    }
    defer { timer.cancel() }
    return try await work.value
}
