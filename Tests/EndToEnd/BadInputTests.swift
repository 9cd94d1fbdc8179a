import Foundation
import Testing

extension EndToEnd {
    /// Mistakes get an answer that says what was wrong and where, exit code 2, and leave nothing behind.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct BadInputTests {
        struct Mistake: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var text: String
            var says: [String]
        }

        static let mistakes = [
            Mistake(
                testDescription: "broken YAML", text: "apiVersion: v1\nkind: [Pod\n",
                says: ["file0.yaml:3:1: did not find expected ',' or ']'"]),
            Mistake(testDescription: "no text", text: "\u{0}\u{1}", says: ["file0.yaml"]),
            Mistake(testDescription: "an empty file", text: "", says: ["file0.yaml", "no object"]),
            Mistake(
                testDescription: "no kind", text: "apiVersion: v1\nmetadata: {name: x}\n",
                says: ["file0.yaml: document 1", "'kind' is missing"]),
            Mistake(
                testDescription: "an unknown kind",
                text: "apiVersion: v1\nkind: Pood\nmetadata: {name: x}\n---\n" + Sample.engine(),
                says: ["unknown kind Pood"]),
            Mistake(
                testDescription: "an unknown fault", text: Sample.engine(fault: "pod-smash"),
                says: ["unknown fault 'pod-smash'", "pod-delete"]),
            Mistake(
                testDescription: "no engine", text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
                says: ["no ChaosEngine"]),
            Mistake(
                testDescription: "a wrong type",
                text: Sample.engine().replacingOccurrences(of: "experiments:", with: "experiments: many\n  other:"),
                says: ["spec.experiments", "array"]),
            Mistake(
                testDescription: "an application that is not there", text: Sample.engine(label: "app=nobody"),
                says: ["TARGET_SELECTION_ERROR", "no target pods found"]),
            Mistake(
                testDescription: "a tunable that is no number", text: Sample.engine(duration: "long"),
                says: ["TOTAL_CHAOS_DURATION", "long"]),
            Mistake(
                testDescription: "an image without a row",
                text:
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: x, image: nginx}]}\n---\n"
                    + Sample.engine(),
                says: ["nginx", "--image"]),
            Mistake(
                testDescription: "ten megabytes",
                text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: \""
                    + String(repeating: "x", count: 10_000_000) + "\"}\n---\n" + Sample.engine(),
                says: ["ConfigMap x", "Too long"]),
        ]

        @Test("mistakes are named, end with 2 and leave nothing behind")
        func named() async throws {
            let before = try await Machine.now()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for mistake in Self.mistakes {
                    group.addTask {
                        let (code, output) = try await Sample.run([mistake.text])
                        #expect(code == 2, "\(mistake.testDescription): \(output)")
                        for text in mistake.says {
                            #expect(output.contains(text), "\(mistake.testDescription): \(output.prefix(4000))")
                        }
                        #expect(
                            !output.contains("CancellationError"), "\(mistake.testDescription): \(output.prefix(4000))")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await Machine.leftovers(since: before) == [])
        }

        /// Arguments and what the answer says.
        static let arguments: [(arguments: [String], says: String)] = [
            (["run", "/nowhere/engine.yaml"], "/nowhere/engine.yaml: cannot be read: no such file"),
            (["run", "/tmp"], "/tmp: cannot be read: it is a directory"),
            (["run"], "Missing expected argument"),
            (["run", "x.yaml", "--timeout", "5"], "expected a duration such as 90s"),
            (["run", "x.yaml", "--seed", "none"], "'none' is invalid for '--seed"),
            (["run", "x.yaml", "--output", "xml"], "'xml' is invalid for '--output"),
            (["run", "x.yaml", "--report", "r.pdf"], "the name must end in .xml for JUnit XML or in .html"),
            (["run", "x.yaml", "--report", "/nowhere/r.xml"], "the directory /nowhere is not there"),
            (["plan", "/nowhere/engine.yaml"], "/nowhere/engine.yaml: cannot be read: no such file"),
            (["halt", "--kubeconfig", "/nowhere/config"], "/nowhere/config"),
            (["run", "x.yaml", "--nonsense"], "Unknown option '--nonsense'"),
            (["up", "--listen", "nowhere"], "write HOST:PORT"),
            (["up", "--listen", "127.0.0.1:65536"], "write HOST:PORT"),
            (["up", "--image", "nonsense"], "PATTERN=TARGET"),
            (["up", "--data-dir", "/proc/litmus"], "the data directory /proc/litmus cannot be used"),
            (["up", "--log-level", "loud"], "expected one of trace, debug"),
            (["faults", "pod-smash"], "pod-smash"),
            (["explode"], "explode"),
        ]

        @Test("bad options end with 2 and say what to write", arguments: arguments.indices)
        func option(_ index: Int) async throws {
            let (arguments, says) = Self.arguments[index]
            let program = try Program(Place.litmus, arguments)
            #expect(try await program.wait(within: .seconds(20)) == 2, "\(program.output)")
            #expect(program.output.contains(says), "\(program.output)")
        }

        @Test("a kubeconfig that is not there or leads nowhere is named")
        func kubeconfig() async throws {
            let missing = try await Sample.run([Sample.engine()], arguments: ["--kubeconfig", "/nowhere/kubeconfig"])
            #expect(missing.code == 2)
            #expect(missing.output.contains("/nowhere/kubeconfig"))
            let directory = try ScratchDirectory()
            let file = try directory.write(
                """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: 'https://127.0.0.1:9'}}]
                users: [{name: u, user: {token: t}}]
                """, to: "kubeconfig")
            let dead = try await Sample.run([Sample.engine()], arguments: ["--kubeconfig", file])
            #expect(dead.code == 2, "\(dead.output)")
            #expect(dead.output.contains("127.0.0.1:9"), "\(dead.output)")
        }

        @Test("a full disk is named; the server goes on and nothing that it acknowledged is lost")
        func fullDisk() async throws {
            let before = try await Machine.now()
            let directory = try ScratchDirectory()
            let mount = "mount -t tmpfs -o size=8m tmpfs \(directory.path) && echo ready && exec sleep 300"
            let disk = try Program("/usr/bin/unshare", ["-m", "/bin/sh", "-c", mount])
            try await disk.waitFor("ready")
            defer { disk.signal(SIGKILL) }
            let into = ["/usr/bin/nsenter", "-t", "\(disk.pid)", "-m"]
            let root = "/proc/\(disk.pid)/root"
            func fill() async throws {
                let words = ["dd", "if=/dev/zero", "of=\(directory.path)/filler", "bs=4k"]
                try await Program(into[0], into.dropFirst() + words).wait(within: .seconds(20))
            }
            func free() throws { try FileManager.default.removeItem(atPath: root + directory.path + "/filler") }

            var cluster = try await TestCluster.start(directory: directory.path, launcher: into, root: root)
            var acknowledged = [try await cluster.createBig(1)]
            try await fill()
            let (code, refusal) = try await cluster.kubectl("create -f -", input: TestCluster.big(2))
            #expect(code == 1)
            #expect(refusal.contains("no space left for the cluster's database"), "\(refusal)")
            #expect(try await cluster.configMaps().isSuperset(of: acknowledged))

            try free()
            acknowledged.append(try await cluster.createBig(3))
            try await fill()
            cluster.program.signal(SIGKILL)
            try await cluster.program.wait()

            let words = [Place.litmus, "up", "--data-dir", directory.path, "--listen", "127.0.0.1:0", "--no-center"]
            let failed = try Program(into[0], into.dropFirst() + words)
            #expect(try await failed.wait(within: .seconds(20)) == 2, "\(failed.output)")
            #expect(failed.output.lowercased().contains("no space left"), "\(failed.output)")

            try free()
            cluster = try await TestCluster.start(directory: directory.path, launcher: into, root: root)
            acknowledged.append(try await cluster.createBig(4))
            #expect(try await cluster.configMaps().isSuperset(of: acknowledged))
            try await cluster.stop()
            #expect(try await Machine.leftovers(since: before) == [])
            withExtendedLifetime(directory) {}
        }
    }
}

extension TestCluster {
    static func big(_ number: Int) -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big-\(number)}\ndata: {a: \""
            + String(repeating: "x", count: 300_000) + "\"}\n"
    }

    /// - Returns: what was acknowledged.
    func createBig(_ number: Int) async throws -> String {
        let (code, output) = try await kubectl("create -o name -f -", input: Self.big(number))
        #expect(code == 0, "\(output)")
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// `configmap/NAME` of those in the default namespace.
    func configMaps() async throws -> Set<String> {
        let (code, output) = try await kubectl("get configmaps -o name")
        #expect(code == 0, "\(output)")
        return Set(output.split(separator: "\n").map(String.init))
    }
}
