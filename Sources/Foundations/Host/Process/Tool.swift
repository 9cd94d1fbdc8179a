import Glibc

/// What a program printed and how it ended.
public struct ToolResult: Sendable, Hashable {
    public var exit: ProcessExit
    public var output: [UInt8]
    public var errorOutput: [UInt8]
    public var timedOut: Bool

    public var text: String { String(decoding: output, as: UTF8.self) }
    public var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// Runs programs to their end and collects what they print.
public enum Tool {
    /// Bytes kept of each stream; the program may print more.
    public static let outputLimit = 16 << 20

    /// Runs `request` (its standard output and error are replaced) and waits for the process itself: when it has
    /// ended, its process group is killed, and what background children print later is lost.
    ///
    /// At the timeout, and when the calling task is cancelled, the whole process group is killed.
    public static func run(_ request: SpawnRequest, timeout: Duration = .seconds(600)) async throws -> ToolResult {
        let output = try Descriptor.pipe()
        let errors = try Descriptor.pipe()
        let collectedOutput = try OutputCollector(output.reading, limit: outputLimit)
        let collectedErrors = try OutputCollector(errors.reading, limit: outputLimit)
        defer {
            collectedOutput.stop()
            collectedErrors.stop()
        }
        var request = request
        request.standardOutput = output.writing
        request.standardError = errors.writing
        request.startsSession = true
        let child = try await Spawner.shared.spawn(request)
        let (exit, timedOut) = try await child.wait(killingAfter: timeout)
        child.signalGroup(SIGKILL)
        return ToolResult(
            exit: exit ?? ProcessExit(code: 255), output: collectedOutput.finish(),
            errorOutput: collectedErrors.finish(), timedOut: timedOut)
    }

    /// Runs a program of the system, in the namespaces at `namespaces` when given.
    /// - Throws: `HostError` with what it printed when it ends with another code than 0.
    @discardableResult
    public static func run(
        _ program: HostProgram, _ arguments: [String], input: String? = nil, namespaces: [String] = [],
        timeout: Duration = .seconds(30)
    ) async throws -> String {
        var request = SpawnRequest(
            executable: try program.path(), arguments: [program.name] + arguments,
            environment: ["PATH=\(HostProgram.searchPath)", "LC_ALL=C"])
        request.parentDeathSignal = SIGKILL
        request.namespaces = namespaces
        if let input { request.standardInput = try Descriptor.memory(Array(input.utf8)) }
        let result = try await run(request, timeout: timeout)
        if result.timedOut { throw HostError("run", program.name, reason: "no end after \(timeout)") }
        guard result.exit.code == 0 else {
            let message = result.errorText.isEmpty ? "exit code \(result.exit.code)" : result.errorText
            throw HostError("run", program.name, reason: message.trimmingLines())
        }
        return result.text
    }
}

extension String {
    func trimmingLines() -> String {
        var text = Substring(self)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
