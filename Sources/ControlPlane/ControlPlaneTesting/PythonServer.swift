import Foundation

/// A server written in Python, for all tests of this process. It ends with the process, however that ends, as it then
/// reads the end of its input.
package final class PythonServer: Sendable {
    package static let mongoDB = PythonServer(
        packages: "secantusdb",
        """
        import shutil, sys, tempfile
        from secantus import SecantusDBServer
        path = tempfile.mkdtemp(prefix="litmus-secantusdb-")
        try:
            with SecantusDBServer(storage_path=path) as server:
                print(server.port, flush=True)
                sys.stdin.read()
        finally:
            shutil.rmtree(path, ignore_errors=True)
        """)

    /// An OpenID Connect issuer that insists on PKCE and a nonce. `POST /test/rotate` gives it a new key.
    package static let issuer = PythonServer(
        packages: "oidc-provider-mock",
        """
        import base64, hashlib, logging, os, sys, threading, warnings
        warnings.simplefilter("ignore")
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
        import flask, oidc_provider_mock, werkzeug.serving
        from authlib import jose
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        app = oidc_provider_mock.app(require_nonce=True)
        challenges = set()

        @app.before_request
        def demand_pkce():
            if flask.request.path == "/oauth2/authorize":
                if flask.request.args.get("code_challenge_method") != "S256":
                    return "no PKCE", 400
                challenges.add(flask.request.args["code_challenge"])
            if flask.request.path == "/oauth2/token":
                digest = hashlib.sha256(flask.request.form.get("code_verifier", "").encode()).digest()
                challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
                if challenge not in challenges:
                    return {"error": "invalid_grant"}, 400
                challenges.remove(challenge)

        @app.post("/test/rotate")
        def rotate():
            flask.g.oidc_provider_mock_storage.jwk = jose.RSAKey.generate_key(is_private=True)
            return ""

        server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        """)

    package struct NotStarted: Error, CustomStringConvertible {
        package var packages: String
        package var description: String { "the server of \(packages) did not start: run scripts/test-tools first" }
    }

    /// Nobody writes to it; it closes with this process.
    private let input: Pipe
    private let starting: Task<Int, any Error>

    private init(packages: String, _ script: String) {
        let input = Pipe()
        self.input = input
        starting = Task { try await Self.start(packages, script, input) }
    }

    /// On 127.0.0.1.
    package var port: Int { get async throws { try await starting.value } }

    private static func start(_ packages: String, _ script: String, _ input: Pipe) async throws -> Int {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized.path
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PYTHONPATH": root + "/.build-tools/" + packages
        ]) { $1 }
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = await Task.detached { output.fileHandleForReading.availableData }.value
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let port = Int(text) else { throw NotStarted(packages: packages) }
        return port
    }
}
