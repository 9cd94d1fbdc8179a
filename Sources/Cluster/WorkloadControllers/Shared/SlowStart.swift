/// Does `count` similar things in batches of 1, 2, 4, … at once, and stops after a batch in which one failed: a mistake
/// that all would make is made once.
enum SlowStart {
    /// - Returns: how many were done.
    /// - Throws: the first failure of the failing batch, after the others of that batch ended.
    @discardableResult
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws -> Int {
        var done = 0
        var batch = 1
        while done < count {
            let size = min(batch, count - done)
            let first = done
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in first..<first + size { group.addTask { try await body(index) } }
                try await group.waitForAllEvenIfFailing()
            }
            done += size
            batch *= 2
        }
        return done
    }
}

extension ThrowingTaskGroup where ChildTaskResult == Void, Failure == any Error {
    /// Waits for all, without cancelling the rest when one fails, then throws the first failure.
    fileprivate mutating func waitForAllEvenIfFailing() async throws {
        var failure: (any Error)?
        while let result = await nextResult() {
            if case .failure(let error) = result, failure == nil { failure = error }
        }
        if let failure { throw failure }
    }
}
