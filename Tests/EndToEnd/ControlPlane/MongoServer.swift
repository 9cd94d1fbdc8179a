import Foundation

/// A server that speaks MongoDB's protocol, with an empty database.
enum MongoServer {
    private static let script = """
        import signal, sys, tempfile
        from secantus import SecantusDBServer

        # The test process blocks it, and so do its children.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        with tempfile.TemporaryDirectory(prefix="litmus-secantusdb-") as path:
            with SecantusDBServer(storage_path=path) as server:
                print("port", server.port, "ready", flush=True)
                while True: signal.pause()
        """

    /// - Parameter body: gets the database's URL.
    static func with(_ body: @Sendable (String) async throws -> Void) async throws {
        let words = ["PYTHONPATH=\(Place.tools)/secantusdb", "python3", "-c", script]
        let program = try Program("/usr/bin/env", words)
        try await program.waitFor("ready", within: .seconds(30))
        let port = program.output.split(whereSeparator: \.isWhitespace).drop { $0 != "port" }.dropFirst().first ?? ""
        let result: Result<Void, any Error>
        do {
            result = .success(try await body("mongodb://127.0.0.1:\(port)/walkthrough?directConnection=true"))
        } catch {
            result = .failure(error)
        }
        program.signal(SIGTERM)
        try await program.wait(within: .seconds(20))
        try result.get()
    }
}
