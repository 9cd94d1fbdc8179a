import DocumentStore
import Foundation
import Testing

/// What the conformance suite runs on.
enum Engine: String, CaseIterable, CustomTestStringConvertible {
    case memory, file, standalone, replicaSet

    var testDescription: String { rawValue }

    var isSQLite: Bool { self == .memory || self == .file }

    /// A new database for one test, gone afterwards.
    func withDatabase(_ body: (DocumentDatabase) async throws -> Void) async throws {
        try await withURL { url in
            let database = try await DocumentDatabase.open(url)
            let result: Result<Void, any Error>
            do { result = .success(try await body(database)) } catch { result = .failure(error) }
            for name in (try? await database.collectionNames()) ?? [] { try? await database.drop(name) }
            await database.close()
            try result.get()
        }
    }

    /// The place of a new database.
    func withURL(_ body: (DatabaseURL) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(.memory)
        case .file:
            let folder = try ScratchFolder()
            try await body(.sqlite(path: folder.path + "/store.db"))
            withExtendedLifetime(folder) {}
        case .standalone, .replicaSet:
            let server = self == .standalone ? MongoServer.standalone : .replicaSet
            let name = "t\(UInt64.random(in: 0...UInt64.max))"
            try await body(try DatabaseURL(try await server.url(database: name)))
        }
    }
}

/// A folder that goes with the object.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/litmus-documents-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
