import Foundation

/// A `litmus up` on a directory of its own.
final class TestCluster: Sendable {
    let program: Program
    let kubeconfig: String
    /// Where the file system that `litmus` sees is found from here.
    let root: String

    private init(program: Program, kubeconfig: String, root: String) {
        self.program = program
        self.kubeconfig = kubeconfig
        self.root = root
    }

    /// Without a Chaos Center.
    /// - Parameters:
    ///   - launcher: a program and its arguments that replaces itself by `litmus`.
    ///   - root: where the file system that `litmus` sees is found from here.
    static func start(
        directory: String, arguments: [String] = [], launcher: [String] = [], root: String = ""
    ) async throws -> TestCluster {
        let command =
            launcher + [Place.litmus, "up", "--data-dir", directory, "--listen", "127.0.0.1:0", "--no-center"]
            + arguments
        let program = try Program(command[0], Array(command.dropFirst()))
        try await program.waitFor("Ctrl-C stops it")
        return TestCluster(program: program, kubeconfig: root + directory + "/kubeconfig", root: root)
    }

    /// Runs `body` on a fresh cluster and stops it afterwards, whatever happened.
    static func with(
        arguments: [String] = [], _ body: @Sendable (TestCluster) async throws -> Void
    ) async throws {
        let directory = try ScratchDirectory()
        let cluster = try await start(directory: directory.path, arguments: arguments)
        let result: Result<Void, any Error>
        do { result = .success(try await body(cluster)) } catch { result = .failure(error) }
        try await cluster.stop()
        withExtendedLifetime(directory) {}
        try result.get()
    }

    /// As Ctrl-C does.
    func stop() async throws {
        program.signal(SIGINT)
        try await program.wait(within: .seconds(30))
    }

    /// Runs kubectl to its end.
    /// - Parameters:
    ///   - version: `newest` or `1.20`.
    ///   - attempts: a command that waits for an object fails at once when there is none yet.
    func kubectl(
        _ arguments: String, input: String? = nil, version: String = "newest", attempts: Int
    ) async throws -> (code: Int32, output: String) {
        for _ in 1..<attempts {
            let answer = try await kubectl(arguments, input: input, version: version)
            if answer.code == 0 || !answer.output.contains("NotFound") { return answer }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await kubectl(arguments, input: input, version: version)
    }

    /// Runs kubectl to its end.
    /// - Parameter version: `newest` or `1.20`.
    func kubectl(
        _ arguments: String, input: String? = nil, version: String = "newest"
    ) async throws -> (code: Int32, output: String) {
        let words = Self.words(arguments)
        let program = try Program(
            "\(Place.tools)/kubectl-\(version)", ["--kubeconfig", kubeconfig] + words, input: input)
        let code = try await program.wait(within: .seconds(60))
        return (code, program.output)
    }

    /// Splits at spaces outside single quotes.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "'" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        return word.isEmpty ? words : words + [word]
    }
}
