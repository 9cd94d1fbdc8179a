import Foundation
import Testing

/// A `litmus center` on a free port.
final class CenterProcess: Sendable {
    let program: Program
    let url: String

    private init(program: Program, url: String) {
        self.program = program
        self.url = url
    }

    static func start(directory: String, arguments: [String] = []) async throws -> CenterProcess {
        let words = ["center", "--data-dir", directory, "--listen", "127.0.0.1:0"]
        let program = try Program(Place.litmus, words + arguments)
        try await program.waitFor("Ctrl-C stops it")
        return CenterProcess(program: program, url: try #require(url(in: program.output)))
    }

    /// Where the output of `litmus center` or `litmus up` says that the Chaos Center is.
    static func url(in output: String) -> String? {
        output.split(separator: "\n").first { $0.hasPrefix("The Chaos Center is at ") }?
            .split(separator: " ").last.map(String.init)
    }

    /// Runs `body` on a fresh Chaos Center and stops it afterwards, whatever happened.
    static func with(
        arguments: [String] = [], _ body: @Sendable (CenterProcess, ScratchDirectory) async throws -> Void
    ) async throws {
        let directory = try ScratchDirectory()
        let center = try await start(directory: directory.path, arguments: arguments)
        let result: Result<Void, any Error>
        do { result = .success(try await body(center, directory)) } catch { result = .failure(error) }
        let code = try await center.stop()
        try result.get()
        #expect(code == 0, "\(center.program.output)")
        withExtendedLifetime(directory) {}
    }

    /// As Ctrl-C does.
    @discardableResult
    func stop() async throws -> Int32 {
        program.signal(SIGINT)
        return try await program.wait(within: .seconds(10))
    }

    /// - Returns: the status and the body of the answer.
    func curl(_ path: String, _ arguments: [String] = []) async throws -> (status: Int, body: String) {
        let words = ["-sS", "--max-time", "20", "-w", "\n%{http_code}", url + path] + arguments
        let program = try Program("/usr/bin/curl", words)
        try await program.wait(within: .seconds(30))
        let lines = program.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }
}
