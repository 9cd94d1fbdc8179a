import ControlPlaneTesting
import Foundation
import Host

/// Runs programs of the system for tests.
enum Programs {
    /// - Throws: with what it printed when it fails.
    @discardableResult
    static func run(
        _ name: String, _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:]
    ) async throws -> String {
        let path = try HostProgram(name: name, package: name).path()
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var request = SpawnRequest(
            executable: path, arguments: [name] + arguments, environment: all.map { "\($0)=\($1)" })
        request.directory = directory
        let result = try await Tool.run(request, timeout: .seconds(60))
        guard result.exit.code == 0 else {
            throw UnexpectedAnswer("\(name) \(arguments): \(result.errorText) \(result.text)")
        }
        return result.text
    }

    static func python(_ script: String, _ arguments: [String]) async throws -> String {
        try await run("python3", ["-c", script] + arguments)
    }
}

/// A folder that is gone at the end.
func withFolder<Output>(_ body: (String) async throws -> Output) async throws -> Output {
    let folder = NSTemporaryDirectory() + "/litmus-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
