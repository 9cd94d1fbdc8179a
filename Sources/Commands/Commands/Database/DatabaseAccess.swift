import DocumentStore
import Foundation

/// A database for the time of one command.
enum DatabaseAccess {
    /// - Parameter mustExist: refuse a SQLite file that is not there rather than make an empty one.
    static func with<Result: Sendable>(
        _ url: String, mustExist: Bool, _ body: (DocumentDatabase) async throws -> Result
    ) async throws -> Result {
        let url = try DatabaseURL(url)
        if mustExist, case .sqlite(let path) = url, !FileManager.default.fileExists(atPath: path) {
            throw CommandError("there is no database \(path)")
        }
        let database = try await DocumentDatabase.open(url)
        do {
            let result = try await body(database)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }
}

extension BackupSummary {
    /// `15 documents in 2 collections`
    var words: String {
        "\(documents) document\(documents == 1 ? "" : "s") in "
            + "\(collections.count) collection\(collections.count == 1 ? "" : "s")"
    }
}
