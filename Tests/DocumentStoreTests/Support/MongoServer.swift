import Foundation

/// A SecantusDB, for all tests of this process. It ends with the process, however that ends, as it then reads the end of
/// its input.
final class MongoServer: Sendable {
    static let standalone = MongoServer("standalone")
    static let replicaSet = MongoServer("replica-set")

    private static let script = """
        import shutil, sys, tempfile
        from secantus import SecantusDBServer
        path = tempfile.mkdtemp(prefix="litmus-secantusdb-")
        try:
            name = None if sys.argv[1] == "standalone" else "rs"
            with SecantusDBServer(storage_path=path, replica_set_name=name) as server:
                print(server.port, flush=True)
                sys.stdin.read()
        finally:
            shutil.rmtree(path, ignore_errors=True)
        """

    struct NotStarted: Error, CustomStringConvertible {
        var description: String { "SecantusDB did not start: run scripts/test-tools first" }
    }

    private let mode: String
    /// Nobody writes to it; it closes with this process.
    private let input: Pipe
    private let port: Task<Int, any Error>

    private init(_ mode: String) {
        self.mode = mode
        let input = Pipe()
        self.input = input
        port = Task { try await Self.start(mode, input) }
    }

    /// Of a database of this server.
    func url(database: String) async throws -> String {
        let options = mode == "standalone" ? "directConnection=true" : "replicaSet=rs"
        return "mongodb://127.0.0.1:\(try await port.value)/\(database)?\(options)"
    }

    private static func start(_ mode: String, _ input: Pipe) async throws -> Int {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, mode]
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized.path
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PYTHONPATH": root + "/.build-tools/secantusdb"
        ]) { $1 }
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = await Task.detached { output.fileHandleForReading.availableData }.value
        guard let port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        else {
            throw NotStarted()
        }
        return port
    }
}
