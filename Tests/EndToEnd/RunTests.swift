import Foundation
import Testing

extension EndToEnd {
    /// `litmus run` as its user sees it: output, exit code, and a machine as it was.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct RunTests {
        /// A run, its exit code, and what it must say.
        struct Run: Sendable {
            var name: String
            var texts: [String] = []
            var files = [Sample.application]
            var code: Int32
            var says: [String]
        }

        static var runs: [Run] {
            var runs = [
                Run(
                    name: "the example",
                    files: ["app.yaml", "engine.yaml", "fault.yaml", "rbac.yaml"].map { Place.examples + "/" + $0 },
                    code: 0, says: ["Verdict: Pass", "service-answers httpProbe Continuous: Passed"]),
                Run(
                    name: "an engine without fault and account", texts: [Sample.engine(probe: Sample.probe())], code: 0,
                    says: ["comes from the fault catalogue", "ServiceAccount chaos-sa made", "Verdict: Pass"]),
                Run(
                    name: "an httpProbe that fails",
                    texts: [
                        Sample.engine(
                            probe: Sample.probe(
                                url: "http://sample-app.default.svc.cluster.local/missing", mode: "EOT"))
                    ],
                    code: 1, says: ["Verdict: Fail", "service-answers httpProbe EOT: Failed", "404"]),
                Run(
                    name: "a cmdProbe in every mode",
                    texts: [
                        Sample.engine(
                            probe: "        probe:\n"
                                + Sample.modes.map { Sample.command($0, "echo ready") }.joined(separator: "\n"))
                    ],
                    code: 0,
                    says: ["Verdict: Pass"] + Sample.modes.map { "says-\($0.lowercased()) cmdProbe \($0): Passed" }
                ),
            ]
            runs += Sample.modes.map { mode in
                Run(
                    name: "a cmdProbe that fails, \(mode)",
                    texts: [Sample.engine(probe: "        probe:\n" + Sample.command(mode, "echo broken"))], code: 1,
                    says: ["Verdict: Fail", "says-\(mode.lowercased()) cmdProbe \(mode): Failed", "broken"])
            }
            return runs
        }

        @Test("experiments run to their verdicts, several at once, and leave nothing behind")
        func verdicts() async throws {
            try await Self.expect(Self.runs)
        }

        @Test(
            "the public hub's pod-delete, unchanged but for the application", .enabled(if: Place.hasHub, "no hub here"))
        func hub() async throws {
            let folder = Place.hub + "/kubernetes/pod-delete"
            let engine = try String(contentsOfFile: folder + "/engine.yaml", encoding: .utf8)
                .replacingOccurrences(of: "appns: ''", with: "appns: 'default'")
                .replacingOccurrences(of: "applabel: ''", with: "applabel: 'app=sample-app'")
                .replacingOccurrences(of: "appkind: ''", with: "appkind: 'deployment'")
            #expect(engine.contains("app=sample-app"))
            try await Self.expect([
                Run(
                    name: "the hub's", texts: [engine], files: [folder + "/fault.yaml", Sample.application], code: 0,
                    says: ["pod-delete: Pass"])
            ])
        }

        /// Runs all of them at the same time.
        static func expect(_ runs: [Run]) async throws {
            let before = try await Machine.now()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for run in runs {
                    group.addTask {
                        let (code, output) = try await Sample.run(run.texts, files: run.files)
                        #expect(code == run.code, "\(run.name): \(output)")
                        for text in run.says { #expect(output.contains(text), "\(run.name): \(output)") }
                    }
                }
                try await group.waitForAll()
            }
            let left = try await Machine.leftovers(since: before)
            #expect(left.isEmpty, "left behind: \(left)")
        }

        @Test("json output is one document with verdict, exit code and results; the seed repeats the choices")
        func json() async throws {
            let directory = try ScratchDirectory()
            let engine = try directory.write(Sample.engine(), to: "engine.yaml")
            let report = directory.path + "/report.json"
            let program = try Program(
                "/bin/sh",
                [
                    "-c", "exec \"$0\" run \"$1\" \"$2\" --output json --seed 7 > \"$3\"", Place.litmus, engine,
                    Sample.application, report,
                ])
            #expect(try await program.wait() == 0, "\(program.output)")
            #expect(program.output.contains("ChaosEngine chaos started"), "progress belongs to standard error")
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: report))) as? [String: Any])
            #expect(json["verdict"] as? String == "Pass")
            #expect(json["exitCode"] as? Int == 0)
            let engines = try #require(json["engines"] as? [[String: Any]])
            let results = try #require(engines.first?["results"] as? [[String: Any]])
            let status = try #require(results.first?["status"] as? [String: Any])
            #expect(status["seed"] as? String == "7")
        }

        @Test("reports name verdict, effect and seed in both forms", arguments: ["xml", "html"])
        func report(suffix: String) async throws {
            let directory = try ScratchDirectory()
            let file = directory.path + "/report." + suffix
            let (code, output) = try await Sample.run(
                [Sample.engine(probe: Sample.probe())], arguments: ["--report", file, "--seed", "7"])
            #expect(code == 0, "\(output)")
            let text = try String(contentsOfFile: file, encoding: .utf8)
            for part in ["pod-delete", "Pass", "service-answers", "confirmed", "--seed 7"] {
                #expect(text.contains(part), "\(part) is missing in\n\(text)")
            }
            #expect(text.hasPrefix(suffix == "xml" ? "<?xml" : "<!DOCTYPE html>"))
            withExtendedLifetime(directory) {}
        }

        @Test("an engine on another cluster through --kubeconfig leaves that cluster as it was")
        func otherCluster() async throws {
            try await TestCluster.with { cluster in
                _ = try await cluster.kubectl("apply -f \(Place.examples)/app.yaml -f \(Place.examples)/rbac.yaml")
                _ = try await cluster.kubectl("rollout status deployment/sample-app --timeout=60s")
                let (_, kinds) = try await cluster.kubectl("api-resources --verbs=list -o name")
                // Pods were deleted, that was the chaos; Events tell of it.
                let lasting = kinds.split(separator: "\n").filter { !$0.hasPrefix("pods") && !$0.hasPrefix("events") }
                let everything = "get \(lasting.joined(separator: ",")) -A -o name"
                let (_, before) = try await cluster.kubectl(everything)
                #expect(before.contains("deployment.apps/sample-app"), "\(before)")

                let directory = try ScratchDirectory()
                let text = Sample.engine(duration: "3", account: "pod-delete-sa")
                let engine = try directory.write(text, to: "engine.yaml")
                let program = try Program(Place.litmus, ["run", engine, "--kubeconfig", cluster.kubeconfig])
                #expect(try await program.wait() == 0, "\(program.output)")
                #expect(try await cluster.kubectl(everything).output == before)

                let aborted = try Program(Place.litmus, ["run", engine, "--kubeconfig", cluster.kubeconfig])
                try await aborted.waitFor("ChaosInject")
                aborted.signal(SIGINT)
                #expect(try await aborted.wait() == 130, "\(aborted.output)")
                #expect(aborted.output.contains("the chaos is undone; what this run made is removed"))
                #expect(try await cluster.kubectl(everything).output == before)
                let (_, pods) = try await cluster.kubectl("get pods -o name")
                #expect(!pods.contains("chaos-runner"), "\(pods)")
                let (code, state) = try await cluster.kubectl("rollout status deployment/sample-app --timeout=60s")
                #expect(code == 0, "\(state)")
            }
        }

        @Test("without root pods are plain processes; what does not work is said, the rest works")
        func withoutRoot() async throws {
            let directory = try ScratchDirectory(for: .nobody)
            let port = 18_080 + Int.random(in: 0..<1000)
            let application = try String(contentsOfFile: Sample.application, encoding: .utf8)
                .replacingOccurrences(of: "replicas: 3", with: "replicas: 1")
                .replacingOccurrences(of: "containerPort: 8080", with: "containerPort: \(port)")
                .replacingOccurrences(
                    of: "image: litmus/sample-app",
                    with: "image: litmus/sample-app\n          env: [{name: PORT, value: '\(port)'}]")
            let files = [
                try directory.write(application, to: "app.yaml"),
                try directory.write(
                    Sample.engine(probe: Sample.probe(url: "http://127.0.0.1:\(port)")), to: "engine.yaml"),
                try directory.write(
                    Sample.engine(probe: Sample.probe(mode: "SOT")), to: "service.yaml"),
            ]
            let binary = directory.path + "/bin/litmus"
            try FileManager.default.createDirectory(
                atPath: directory.path + "/bin", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Place.litmus, toPath: binary)
            let before = try await Machine.now()
            func run(_ engine: String) async throws -> (code: Int32, output: String) {
                let program = try Program(
                    "/usr/bin/env",
                    [
                        "HOME=\(directory.path)", "XDG_RUNTIME_DIR=\(directory.path)", "TMPDIR=\(directory.path)",
                        "/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", binary, "run",
                        engine, files[0],
                    ])
                return (try await program.wait(), program.output)
            }
            let (code, output) = try await run(files[1])
            #expect(code == 0, "\(output)")
            #expect(output.contains("Verdict: Pass"), "\(output)")
            #expect(output.contains("Without root, containers are plain processes"), "\(output)")
            #expect(output.contains("addresses of Services do not work"), "\(output)")
            let service = try await run(files[2])
            #expect(service.code == 1, "\(service.output)")
            #expect(service.output.contains("service-answers httpProbe SOT: Failed"), "\(service.output)")
            #expect(try await Machine.leftovers(since: before) == [])
        }
    }
}
