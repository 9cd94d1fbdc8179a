import Foundation
import Testing

extension EndToEnd {
    /// `litmus center` as a process: how it starts, ends, and is refused.
    @Suite struct CenterTests {
        /// Opens a WebSocket, says so, and prints the code that it is closed with.
        private static let socket = """
            import asyncio, json, ssl, sys
            import websockets

            async def main(url, authority):
                context = ssl.create_default_context(cafile=authority) if authority else None
                async with websockets.connect(url, ssl=context, subprotocols=["graphql-transport-ws"]) as socket:
                    await socket.send(json.dumps({"type": "connection_init"}))
                    print(json.loads(await socket.recv())["type"], flush=True)
                    await socket.wait_closed()
                    print("closed with", socket.close_code, flush=True)

            asyncio.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
            """

        private func openSocket(_ center: CenterProcess, authority: String? = nil) async throws -> Program {
            let url = center.url.replacing("http", with: "ws", maxReplacements: 1) + "/api/query"
            let words = ["PYTHONPATH=\(Place.tools)/gql", "python3", "-c", Self.socket, url]
            let program = try Program("/usr/bin/env", words + (authority.map { [$0] } ?? []))
            try await program.waitFor("connection_ack", within: .seconds(20))
            return program
        }

        @Test("Ctrl-C closes WebSockets and ends it within two seconds, and the data is there at the next start")
        func stop() async throws {
            let directory = try ScratchDirectory()
            let center = try await CenterProcess.start(directory: directory.path)
            #expect(center.program.output.contains("Log in as 'admin' with the password 'litmus'"))
            let login = try await center.curl("/auth/login", ["-d", #"{"username":"admin","password":"litmus"}"#])
            #expect(login.status == 200)
            let socket = try await openSocket(center)
            let start = ContinuousClock.now
            #expect(try await center.stop() == 0, "\(center.program.output)")
            #expect(ContinuousClock.now - start < .seconds(2))
            try await socket.wait(within: .seconds(10))
            #expect(socket.output.contains("closed with 1001"), "\(socket.output)")
            let log = FileManager.default.contents(atPath: directory.path + "/center/center.db-wal")
            #expect(log?.isEmpty ?? true, "all of the database is in its one file")

            let again = try await CenterProcess.start(directory: directory.path)
            #expect(try await again.curl("/readyz").status == 200)
            #expect(try await again.stop() == 0)
        }

        @Test("the given password of the first user works at once, and is not asked to be changed")
        func password() async throws {
            let directory = try ScratchDirectory()
            let file = try directory.write("correct horse battery\n", to: "password")
            let center = try await CenterProcess.start(
                directory: directory.path, arguments: ["--admin-password-file", file])
            #expect(center.program.output.contains("warning: \(file) can be read by others than its owner"))
            #expect(!center.program.output.contains("Log in as"))
            let body = #"{"username":"admin","password":"correct horse battery"}"#
            let login = try await center.curl("/auth/login", ["-d", body])
            #expect(login.status == 200)
            #expect(!login.body.contains(#""projectID":"""#), "\(login.body)")
            #expect(try await center.stop() == 0)
        }

        @Test("what is in the way of a start is named, and ends it with 2")
        func refusals() async throws {
            try await CenterProcess.with { center, directory in
                let other = try ScratchDirectory()
                let database = "sqlite://\(directory.path)/center/center.db"
                let address = String(center.url.dropFirst("http://".count))
                let damaged = try other.write(String(repeating: "no database ", count: 2000), to: "damaged.db")
                let cases: [(arguments: [String], says: String)] = [
                    (["--data-dir", directory.path], "another litmus runs a Chaos Center in \(directory.path)/center"),
                    (["--data-dir", other.path, "--database", database], "another litmus runs a Chaos Center on"),
                    (
                        ["--data-dir", other.path, "--listen", address],
                        "cannot listen on \(address): Address already in"
                    ),
                    (["--data-dir", "/proc/litmus"], "the data directory /proc/litmus/center cannot be used"),
                    (["--data-dir", other.path, "--database", "sqlite://\(damaged)"], "is damaged"),
                    (["--data-dir", other.path, "--database", "postgres://x/y"], "neither sqlite nor mongodb"),
                    (["--data-dir", other.path, "--tls-key", damaged], "--tls-key needs --tls-certificate"),
                    (["--data-dir", other.path, "--oidc-client-id", "x"], "--oidc-issuer is missing"),
                    (["--public-url", "chaos.example.com"], "expected a URL without a path"),
                ]
                for (arguments, says) in cases {
                    let words = arguments.contains("--listen") ? [] : ["--listen", "127.0.0.1:0"]
                    let program = try Program(Place.litmus, ["center"] + words + arguments)
                    #expect(try await program.wait(within: .seconds(20)) == 2, "\(program.output)")
                    #expect(program.output.contains(says), "\(arguments): \(program.output)")
                }
                #expect(try await center.curl("/readyz").status == 200)
            }
        }

        @Test("a backup is taken while it runs, and restored only when it does not")
        func backup() async throws {
            try await CenterProcess.with { _, directory in
                let database = "sqlite://\(directory.path)/center/center.db"
                let file = directory.path + "/backup"
                let backup = try Program(Place.litmus, ["backup", "--database", database, file])
                #expect(try await backup.wait(within: .seconds(20)) == 0, "\(backup.output)")
                let words = ["restore", "--database", database, "--overwrite", file]
                let early = try Program(Place.litmus, words)
                #expect(try await early.wait(within: .seconds(20)) == 2)
                #expect(early.output.contains("another litmus runs a Chaos Center on"), "\(early.output)")
                let elsewhere = "sqlite://\(directory.path)/restored.db"
                let restore = try Program(Place.litmus, ["restore", "--database", elsewhere, file])
                #expect(try await restore.wait(within: .seconds(20)) == 0, "\(restore.output)")
            }
        }

        @Test("a database of a newer litmus is refused")
        func newer() async throws {
            let directory = try ScratchDirectory()
            let database = directory.path + "/newer.db"
            let script = """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1])
                db.execute("CREATE TABLE schema_migrations (id TEXT NOT NULL UNIQUE, doc TEXT NOT NULL)")
                db.execute("INSERT INTO schema_migrations VALUES (?, ?)",
                    ('"9"', '{"_id": "9", "version": 9, "name": "n", "state": "done", "_version": 1}'))
                db.commit()
                """
            try await Program("/usr/bin/python3", ["-c", script, database]).wait(within: .seconds(20))
            let words = ["center", "--data-dir", directory.path, "--database", "sqlite://\(database)"]
            let program = try Program(Place.litmus, words + ["--listen", "127.0.0.1:0"])
            #expect(try await program.wait(within: .seconds(20)) == 2)
            #expect(program.output.contains("written by a newer litmus (schema version 9"), "\(program.output)")
        }

        @Test("with a certificate: HTTP/2, HTTP/1.1 and WebSockets over TLS; a key of another one is refused")
        func tls() async throws {
            let keys = try ScratchDirectory()
            let openssl = try Program(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=litmus", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out",
                    "cert.pem",
                ], directory: keys.path)
            #expect(try await openssl.wait(within: .seconds(20)) == 0, "\(openssl.output)")
            let certificate = keys.path + "/cert.pem"
            let arguments = ["--tls-certificate", certificate, "--tls-key", keys.path + "/key.pem"]
            try await CenterProcess.with(arguments: arguments) { center, directory in
                #expect(center.url.hasPrefix("https://127.0.0.1:"))
                for (option, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
                    let words = [
                        "-sS", "--cacert", certificate, option, "-w", "%{http_version}", center.url + "/healthz",
                    ]
                    let curl = try Program("/usr/bin/curl", words)
                    try await curl.wait(within: .seconds(20))
                    #expect(curl.output == "ok\n" + version)
                }
                let old = try await center.curl("/healthz", ["--cacert", certificate, "--tls-max", "1.1"])
                #expect(old.status == 0)
                let socket = try await openSocket(center, authority: certificate)
                socket.signal(SIGKILL)
                try await socket.wait(within: .seconds(10))
                withExtendedLifetime(directory) {}
            }
            let other = try Program("/usr/bin/openssl", ["genpkey", "-algorithm", "ed25519", "-out", keys.path + "/o"])
            try await other.wait(within: .seconds(20))
            let words = [
                "center", "--data-dir", keys.path, "--tls-certificate", certificate, "--tls-key", keys.path + "/o",
            ]
            let program = try Program(Place.litmus, words)
            #expect(try await program.wait(within: .seconds(20)) == 2)
            #expect(program.output.contains("does not belong to the first certificate in"), "\(program.output)")
        }

        @Test("beside a cluster it is part of litmus up, which says when its port is taken", .enabled(if: Place.isRoot))
        func up() async throws {
            let before = try await Machine.now()
            let directory = try ScratchDirectory()
            let words = ["up", "--data-dir", directory.path, "--listen", "127.0.0.1:0", "--center-listen"]
            let first = try Program(Place.litmus, words + ["127.0.0.1:0"])
            try await first.waitFor("Ctrl-C stops it")
            let url = try #require(CenterProcess.url(in: first.output))
            let ready = try Program("/usr/bin/curl", ["-sS", url + "/readyz"])
            try await ready.wait(within: .seconds(20))
            #expect(ready.output == "ok\n")

            let other = try ScratchDirectory()
            let address = String(url.dropFirst("http://".count))
            let taken = ["up", "--data-dir", other.path, "--listen", "127.0.0.1:0", "--center-listen", address]
            let second = try Program(Place.litmus, taken)
            #expect(try await second.wait(within: .seconds(60)) == 2)
            #expect(
                second.output.contains("choose another address with --center-listen, or leave it out with --no-center"),
                "\(second.output)")
            first.signal(SIGINT)
            #expect(try await first.wait(within: .seconds(30)) == 0, "\(first.output)")
            #expect(try await Machine.leftovers(since: before) == [])
            withExtendedLifetime((directory, other)) {}
        }
    }
}
