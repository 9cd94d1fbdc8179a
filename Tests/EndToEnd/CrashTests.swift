import Foundation
import Testing

extension EndToEnd {
    /// Whatever is killed, and whenever: engines end, and nothing stays on the machine.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct CrashTests {
        /// Replayed by LITMUS_TEST_SEED.
        static let seed =
            ProcessInfo.processInfo.environment["LITMUS_TEST_SEED"].flatMap(UInt64.init)
            ?? UInt64.random(in: 0..<1_000_000)

        /// Moments after the start of the chaos, in seconds.
        static func moments(_ count: Int, upTo limit: Double) -> [Double] {
            var state = seed
            return (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 33) / Double(UInt64(1) << 31) * limit
            }
        }

        private func expectNothingLeft(since before: Machine, _ what: String) async throws {
            let left = try await Machine.leftovers(since: before)
            #expect(left.isEmpty, "\(what), seed \(Self.seed): left behind: \(left)")
        }

        @Test("Ctrl-C aborts the chaos, removes what was made, and says so")
        func interrupt() async throws {
            let before = try await Machine.now()
            for moment in Self.moments(6, upTo: 3) {
                let directory = try ScratchDirectory()
                let engine = try directory.write(RunTests.engine(duration: "30"), to: "engine.yaml")
                let program = try Program(Place.litmus, ["run", engine, RunTests.application])
                try await Task.sleep(for: .seconds(moment))
                program.signal(SIGINT)
                let code = try await program.wait(within: .seconds(40))
                #expect(code == 130 || code == 128 + SIGINT, "after \(moment) s: \(program.output)")
                try await expectNothingLeft(since: before, "Ctrl-C after \(moment) s")
            }
        }

        @Test("a killed litmus is cleaned up after by the next start")
        func killed() async throws {
            let before = try await Machine.now()
            for moment in Self.moments(15, upTo: 3) {
                let directory = try ScratchDirectory()
                let engine = try directory.write(RunTests.engine(duration: "30"), to: "engine.yaml")
                let program = try Program(Place.litmus, ["run", engine, RunTests.application])
                try await Task.sleep(for: .seconds(moment))
                program.signal(SIGKILL)
                try await program.wait()
                let next = try Program(Place.litmus, ["run", engine, RunTests.application, "--timeout", "1ms"])
                try await next.wait()
                try await expectNothingLeft(since: before, "kill -9 after \(moment) s")
            }
        }

        @Test("an engine whose runner is killed at any moment ends, and never as Awaited")
        func killedRunner() async throws {
            let before = try await Machine.now()
            try await TestCluster.with { cluster in
                _ = try await cluster.kubectl(
                    "apply -f \(Place.examples)/app.yaml -f \(Place.examples)/rbac.yaml -f \(Place.examples)/fault.yaml"
                )
                _ = try await cluster.kubectl("rollout status deployment/sample-app --timeout=60s")
                for (index, moment) in Self.moments(20, upTo: 1.5).enumerated() {
                    let engine = RunTests.engine().replacingOccurrences(
                        of: "name: chaos,", with: "name: chaos-\(index),"
                    )
                    .replacingOccurrences(of: "chaos-sa", with: "pod-delete-sa")
                    _ = try await cluster.kubectl("apply -f -", input: engine)
                    try await Task.sleep(for: .seconds(moment))
                    try Program("/usr/bin/pkill", ["-KILL", "-f", "^litmus runner"]).signal(0)
                    let (code, output) = try await cluster.kubectl(
                        "wait --for=jsonpath={.status.engineStatus}=completed chaosengine/chaos-\(index) --timeout=30s")
                    #expect(code == 0, "killed after \(moment) s, seed \(Self.seed): \(output)")
                    let (_, verdicts) = try await cluster.kubectl(
                        "get chaosresults -o jsonpath={.items[*].status.experimentStatus.verdict}")
                    #expect(!verdicts.contains("Awaited"), "killed after \(moment) s, seed \(Self.seed)")
                    let (_, entries) = try await cluster.kubectl(
                        "get chaosengine chaos-\(index) -o jsonpath={.status.experiments[*].status}")
                    #expect(entries == "Completed", "killed after \(moment) s, seed \(Self.seed): \(entries)")
                }
            }
            try await expectNothingLeft(since: before, "killed runners")
        }

        @Test("engineState stop and the engine's deletion both abort", arguments: ["stop", "delete"])
        func abort(how: String) async throws {
            try await TestCluster.with { cluster in
                _ = try await cluster.kubectl(
                    "apply -f \(Place.examples)/app.yaml -f \(Place.examples)/rbac.yaml -f \(Place.examples)/fault.yaml"
                )
                _ = try await cluster.kubectl("rollout status deployment/sample-app --timeout=60s")
                let engine = RunTests.engine(duration: "60").replacingOccurrences(of: "chaos-sa", with: "pod-delete-sa")
                for moment in Self.moments(5, upTo: 2) {
                    _ = try await cluster.kubectl("apply -f -", input: engine)
                    try await Task.sleep(for: .seconds(moment))
                    if how == "stop" {
                        _ = try await cluster.kubectl(
                            "patch chaosengine chaos --type merge -p {\"spec\":{\"engineState\":\"stop\"}}")
                        let (code, output) = try await cluster.kubectl(
                            "wait --for=jsonpath={.status.engineStatus}=stopped chaosengine/chaos --timeout=30s")
                        #expect(code == 0, "after \(moment) s, seed \(Self.seed): \(output)")
                    }
                    let (code, output) = try await cluster.kubectl("delete chaosengine chaos --timeout=30s")
                    #expect(code == 0, "after \(moment) s, seed \(Self.seed): \(output)")
                    let (_, pods) = try await cluster.kubectl("get pods -l app.kubernetes.io/component=chaos-runner")
                    #expect(pods.contains("No resources found"), "after \(moment) s, seed \(Self.seed): \(pods)")
                }
                let (_, verdicts) = try await cluster.kubectl(
                    "get chaosresults -o jsonpath={.items[*].status.experimentStatus.verdict}")
                #expect(!verdicts.contains("Awaited"), "seed \(Self.seed)")
            }
        }

        @Test("the API server loses no acknowledged write when it is killed")
        func durability() async throws {
            let directory = try ScratchDirectory()
            var acknowledged: [String] = []
            for round in 0..<3 {
                let cluster = try await TestCluster.start(directory: directory.path)
                let writer = try Program(
                    "/bin/sh",
                    [
                        "-c",
                        "for i in $(seq 200); do \(Place.tools)/kubectl-newest --kubeconfig \(cluster.kubeconfig) "
                            + "create configmap round-\(round)-$i -o name || exit 0; done",
                    ])
                try await Task.sleep(for: .seconds(2))
                cluster.program.signal(SIGKILL)
                try await cluster.program.wait()
                try await writer.wait()
                acknowledged += writer.output.split(separator: "\n").map(String.init)
                    .filter { $0.hasPrefix("configmap/round-") }
            }
            #expect(acknowledged.count > 3)
            let cluster = try await TestCluster.start(directory: directory.path)
            let (_, present) = try await cluster.kubectl("get configmaps -o name")
            try await cluster.stop()
            #expect(FileManager.default.fileExists(atPath: directory.path + "/cluster.sqlite"))
            let names = Set(present.split(separator: "\n").map(String.init))
            #expect(acknowledged.filter { !names.contains($0) } == [], "present: \(present.suffix(300))")
        }
    }
}
