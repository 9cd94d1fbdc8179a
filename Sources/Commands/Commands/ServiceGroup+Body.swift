import ServiceLifecycle

extension ServiceGroup {
    private enum End<Value: Sendable>: Sendable {
        case services((any Error)?)
        case body(Result<Value, any Error>)
    }

    /// Runs the services as long as `body` runs, then stops them. Services that end early end `body`, which is cancelled.
    /// - Parameter name: what the services are, for the message when they end early without a reason.
    /// - Throws: what `body` throws, or what the services ended with.
    func run<Value: Sendable>(
        _ name: String, whileRunning body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: End<Value>.self) { work in
            work.addTask {
                do {
                    try await self.run()
                    return .services(nil)
                } catch is ServiceGroupError {
                    // It describes a service with everything in it, and says no more than that it ended.
                    return .services(nil)
                } catch {
                    return .services(error)
                }
            }
            work.addTask {
                do { return .body(.success(try await body())) } catch { return .body(.failure(error)) }
            }
            var cause: (any Error)?
            var value: Value?
            var hasEnded = false
            for try await end in work {
                switch end {
                case .services(let error):
                    // What was told to stop and takes too long is cancelled: no failure.
                    if hasEnded, error == nil || error is CancellationError { continue }
                    // The first error is the cause; what it brings down with it only repeats it.
                    cause = cause ?? error ?? CommandError("\(name) stopped by itself")
                    work.cancelAll()
                case .body(let result):
                    hasEnded = true
                    switch result {
                    case .success(let success): value = success
                    case .failure(let error): cause = cause ?? error
                    }
                    await triggerGracefulShutdown()
                }
            }
            if let cause { throw cause }
            guard let value else { throw CommandError("\(name) stopped by itself") }
            return value
        }
    }
}
