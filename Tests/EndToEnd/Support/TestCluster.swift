import Foundation

/// A `litmus up` on a directory of its own.
final class TestCluster: Sendable {
    let program: Program
    let directory: String
    var kubeconfig: String { directory + "/kubeconfig" }

    private init(program: Program, directory: String) {
        self.program = program
        self.directory = directory
    }

    static func start(directory: String, arguments: [String] = []) async throws -> TestCluster {
        let program = try Program(
            Place.litmus, ["up", "--data-dir", directory, "--listen", "127.0.0.1:0"] + arguments)
        try await program.waitFor("Ctrl-C stops it")
        return TestCluster(program: program, directory: directory)
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
        try result.get()
    }

    /// As Ctrl-C does.
    func stop() async throws {
        program.signal(SIGINT)
        try await program.wait(within: .seconds(30))
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
