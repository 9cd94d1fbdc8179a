import GRDB

/// Writes of many tasks in one transaction each round, so that they share one flush to the disk.
///
/// Every write is a savepoint: one that is refused leaves the others alone. No write is answered before its
/// transaction is on the disk.
actor GroupCommit {
    private struct Job: Sendable {
        /// Runs the write; what it returns is called once the transaction is committed.
        let run: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private static let maximumJobs = 512

    private let writer: any DatabaseWriter
    private var waiting: [Job] = []
    private var isRunning = false

    init(writer: any DatabaseWriter) { self.writer = writer }

    /// - Parameters:
    ///   - body: the write; on the database's own thread.
    ///   - committed: called after the commit, in the order of the writes, before this method returns.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result,
        committed: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(
                Job(
                    run: { database in
                        do {
                            let result = try Self.inSavepoint(database) { try body(database) }
                            return {
                                committed(result)
                                continuation.resume(returning: result)
                            }
                        } catch let error where !Self.spoilsTransaction(error) {
                            return { continuation.resume(throwing: error) }
                        }
                    },
                    fail: { continuation.resume(throwing: $0) }))
            guard !isRunning else { return }
            isRunning = true
            Task { await self.run() }
        }
    }

    private func run() async {
        while !waiting.isEmpty {
            let jobs = Array(waiting.prefix(Self.maximumJobs))
            waiting.removeFirst(jobs.count)
            do {
                let answers = try await writer.write { database in try jobs.map { try $0.run(database) } }
                for answer in answers { answer() }
            } catch {
                for job in jobs { job.fail(error) }
            }
        }
        isRunning = false
    }

    private static func inSavepoint<Result>(_ database: Database, _ body: () throws -> Result) throws -> Result {
        var result: Result?
        try database.inSavepoint {
            result = try body()
            return .commit
        }
        guard let result else { throw DatabaseError(message: "the write was not carried out") }
        return result
    }

    /// Errors of the machine, after which SQLite may have rolled the whole transaction back.
    private static func spoilsTransaction(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        let codes: [ResultCode] = [
            .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_INTERRUPT, .SQLITE_ABORT,
            .SQLITE_CORRUPT, .SQLITE_READONLY, .SQLITE_CANTOPEN,
        ]
        return codes.contains(error.resultCode)
    }
}
