/// An attempt has not ended within the probe's `probeTimeout`.
struct AttemptTimeout: Error {
    /// The reason in the words of Litmus.
    static let reason = "probe failed due to timeout"

    /// Runs `body` and cancels it at the timeout.
    /// - Parameter timeout: nil is no bound.
    /// - Throws: `AttemptTimeout`, and what `body` throws.
    static func bound<Value: Sendable>(
        _ timeout: Duration?, clock: any Clock<Duration>, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let timeout else { return try await body() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await clock.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw AttemptTimeout() }
            return value
        }
    }
}

extension ProbeFailure {
    /// What cancellation makes of an attempt.
    static func aborted(_ probe: String) -> ProbeFailure {
        ProbeFailure(code: "EXPERIMENT_ABORTED", reason: "the experiment was aborted", probe: probe)
    }
}
