import DocumentStore
import Testing

/// What the essential flows run on.
package enum Engine: String, CaseIterable {
    case sqlite, mongoDB

    package var url: DatabaseURL {
        get async throws {
            guard self == .mongoDB else { return .memory }
            let name = "t\(UInt64.random(in: 0...UInt64.max))"
            let port = try await PythonServer.mongoDB.port
            return try DatabaseURL("mongodb://127.0.0.1:\(port)/\(name)?directConnection=true")
        }
    }
}
