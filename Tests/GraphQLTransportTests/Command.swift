import Foundation

/// Programs that talk to the server.
enum Command {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func curl(_ arguments: String...) async throws -> String {
        try await run(["curl", "-sS", "--max-time", "30"] + arguments)
    }

    /// What the program writes. Throws when it does not end with 0.
    static func run(_ command: [String], environment: [String: String] = [:]) async throws -> String {
        let (data, status) = try await withCheckedThrowingContinuation { continuation in
            // Not on the threads of tasks: the server that the program talks to needs them.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try launch(command, environment) })
            }
        }
        let text = String(decoding: data, as: UTF8.self)
        guard status == 0 else {
            throw Failure(description: "\(command[0]) ended with \(status): \(text)")
        }
        return text
    }

    private static func launch(_ command: [String], _ environment: [String: String]) throws -> (Data, Int32) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (data, process.terminationStatus)
    }
}
