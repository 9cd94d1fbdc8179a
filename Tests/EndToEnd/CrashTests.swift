import Foundation
import Testing

extension EndToEnd {
    /// Whatever is killed, and whenever: engines end, and nothing stays on the machine.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct CrashTests {
        /// Replayed by LITMUS_TEST_SEED.
        static let seed =
            ProcessInfo.processInfo.environment["LITMUS_TEST_SEED"].flatMap(UInt64.init)
            ?? UInt64.random(in: 0..<1_000_000)

        /// Moments in seconds, the same for the same seed and salt.
        static func moments(_ count: Int, upTo limit: Double, salt: UInt64) -> [Double] {
            var state = seed &+ salt &* 0x9e37_79b9_7f4a_7c15
            return (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 33) / Double(UInt64(1) << 31) * limit
            }
        }

        private func expectNothingLeft(since before: Machine, _ what: String) async throws {
            let left = try await Machine.leftovers(since: before)
            #expect(left.isEmpty, "\(what), seed \(Self.seed): left behind: \(left)")
        }

        /// Starts runs at the same time and sends each the signal at its moment.
        private func signalRuns(_ signal: Int32, at moments: [Double]) async throws -> [(code: Int32, output: String)] {
            let directory = try ScratchDirectory()
            let engine = try directory.write(Sample.engine(duration: "30"), to: "engine.yaml")
            let ended = try await withThrowingTaskGroup(of: (Int32, String).self) { group in
                for moment in moments {
                    group.addTask {
                        let program = try Program(Place.litmus, ["run", engine, Sample.application])
                        try await Task.sleep(for: .seconds(moment))
                        program.signal(signal)
                        return (try await program.wait(within: .seconds(40)), program.output)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            return withExtendedLifetime(directory) { ended.map { (code: $0.0, output: $0.1) } }
        }

        @Test("Ctrl-C at any moment aborts the chaos, removes what was made, and says so")
        func interrupt() async throws {
            let before = try await Machine.now()
            // Half of them while the cluster starts.
            let groups = [
                Self.moments(4, upTo: 0.4, salt: 1), Self.moments(4, upTo: 0.8, salt: 2),
                Self.moments(4, upTo: 4, salt: 3),
            ]
            for moments in groups {
                for (code, output) in try await signalRuns(SIGINT, at: moments) {
                    #expect(code == 130, "seed \(Self.seed): \(output)")
                    guard output.contains("cluster is up") else { continue }
                    #expect(output.contains("interrupted: aborting the chaos"), "seed \(Self.seed): \(output)")
                    #expect(output.contains("what this run made is removed"), "seed \(Self.seed): \(output)")
                }
                try await expectNothingLeft(since: before, "Ctrl-C after \(moments) s")
            }
        }

        @Test("a killed litmus is cleaned up after by the next start")
        func killed() async throws {
            let before = try await Machine.now()
            for group in 0..<3 {
                let moments = Self.moments(5, upTo: group == 0 ? 0.8 : 4, salt: 10 + UInt64(group))
                _ = try await signalRuns(SIGKILL, at: moments)
                let next = try await Sample.run([Sample.engine()], arguments: ["--timeout", "1ms"])
                #expect(next.code == 2, "\(next.output)")
                #expect(next.output.contains("longer than --timeout 1ms"), "\(next.output)")
                try await expectNothingLeft(since: before, "kill -9 after \(moments) s")
            }
        }

        @Test("a killed cluster comes back with its pods, and engines that ran end")
        func restart() async throws {
            let before = try await Machine.now()
            let directory = try ScratchDirectory()
            var cluster = try await TestCluster.start(directory: directory.path)
            try await cluster.deploySample()
            for (index, moment) in Self.moments(3, upTo: 2, salt: 20).enumerated() {
                let engine = Sample.engine(name: "chaos-\(index)", duration: "30", account: "pod-delete-sa")
                _ = try await cluster.kubectl("apply -f -", input: engine)
                try await Task.sleep(for: .seconds(moment))
                cluster.program.signal(SIGKILL)
                try await cluster.program.wait()
                cluster = try await TestCluster.start(directory: directory.path)
                try await cluster.expectEnd(
                    of: "chaos-\(index)", "killed after \(moment) s, seed \(Self.seed)", within: 60)
                let (code, state) = try await cluster.kubectl("rollout status deployment/sample-app --timeout=60s")
                #expect(code == 0, "killed after \(moment) s, seed \(Self.seed): \(state)")
            }
            try await cluster.stop()
            withExtendedLifetime(directory) {}
            try await expectNothingLeft(since: before, "killed clusters")
        }

        @Test("an engine whose runner is killed at any moment ends, and never as Awaited")
        func killedRunner() async throws {
            let before = try await Machine.now()
            try await TestCluster.with { cluster in
                try await cluster.deploySample()
                var killed = 0
                for group in 0..<5 {
                    let moments = Self.moments(7, upTo: 2.5, salt: 30 + UInt64(group))
                    killed += try await withThrowingTaskGroup(of: Int.self) { work in
                        for (index, moment) in moments.enumerated() {
                            work.addTask { try await killRunner("chaos-\(group)-\(index)", after: moment, on: cluster) }
                        }
                        return try await work.reduce(0, +)
                    }
                }
                #expect(killed >= 15, "only \(killed) of 35 moments met a runner, seed \(Self.seed)")
            }
            try await expectNothingLeft(since: before, "killed runners")
        }

        /// - Returns: how many processes were killed.
        private func killRunner(_ name: String, after moment: Double, on cluster: TestCluster) async throws -> Int {
            // The others' deletions must not fail this engine's checks of the application.
            let variables = "            - {name: DEFAULT_HEALTH_CHECK, value: 'false'}"
            let engine = Sample.engine(name: name, account: "pod-delete-sa", variables: variables)
            let (code, output) = try await cluster.kubectl("apply -f -", input: engine)
            #expect(code == 0, "\(output)")
            try await Task.sleep(for: .seconds(moment))
            let runners = Machine.processes("litmus runner", with: "CHAOSENGINE=\(name)")
            for runner in runners { kill(runner, SIGKILL) }
            try await cluster.expectEnd(of: name, "runner killed after \(moment) s, seed \(Self.seed)", within: 45)
            return runners.count
        }

        @Test("engineState stop and the engine's deletion abort, each without holding up another engine")
        func abort() async throws {
            let before = try await Machine.now()
            try await TestCluster.with { cluster in
                try await cluster.deploySample()
                let variables = "            - {name: DEFAULT_HEALTH_CHECK, value: 'false'}"
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, moment) in Self.moments(10, upTo: 3, salt: 40).enumerated() {
                        group.addTask {
                            let name = "chaos-\(index)"
                            let engine = Sample.engine(
                                name: name, duration: "60", account: "pod-delete-sa", variables: variables)
                            _ = try await cluster.kubectl("apply -f -", input: engine)
                            try await Task.sleep(for: .seconds(moment))
                            try await abort(
                                name, byDeletion: index % 2 == 1, "after \(moment) s, seed \(Self.seed)", on: cluster)
                        }
                    }
                    group.addTask {
                        let engine = Sample.engine(name: "bystander", account: "pod-delete-sa", variables: variables)
                        _ = try await cluster.kubectl("apply -f -", input: engine)
                        try await cluster.expectEnd(of: "bystander", "not aborted, seed \(Self.seed)", within: 30)
                        let (_, verdict) = try await cluster.kubectl(
                            "get chaosresult bystander-pod-delete -o jsonpath={.status.experimentStatus.verdict}")
                        #expect(verdict == "Pass", "seed \(Self.seed)")
                    }
                    try await group.waitForAll()
                }
                let (_, verdicts) = try await cluster.kubectl(
                    "get chaosresults -o jsonpath={.items[*].status.experimentStatus.verdict}")
                #expect(!verdicts.contains("Awaited"), "seed \(Self.seed): \(verdicts)")
            }
            try await expectNothingLeft(since: before, "aborted engines")
        }

        private func abort(
            _ name: String, byDeletion: Bool, _ what: String, on cluster: TestCluster
        ) async throws {
            if !byDeletion {
                _ = try await cluster.kubectl(
                    "patch chaosengine \(name) --type merge -p {\"spec\":{\"engineState\":\"stop\"}}")
                let (code, output) = try await cluster.kubectl(
                    "wait --for=jsonpath={.status.engineStatus}=stopped chaosengine/\(name) --timeout=30s")
                #expect(code == 0, "\(what): \(output)")
            }
            let (code, output) = try await cluster.kubectl("delete chaosengine \(name) --timeout=30s")
            #expect(code == 0, "\(what): \(output)")
            let (_, pods) = try await cluster.kubectl("get pods -l app=\(name) -o name")
            #expect(pods == "", "\(what): \(pods)")
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
            let present = try await cluster.configMaps()
            try await cluster.stop()
            #expect(acknowledged.filter { !present.contains($0) } == [])
            withExtendedLifetime(directory) {}
        }
    }
}

extension TestCluster {
    /// The sample application, the account and the fault of the example.
    func deploySample() async throws {
        let files = ["app", "rbac", "fault"].map { "-f \(Place.examples)/\($0).yaml" }.joined(separator: " ")
        _ = try await kubectl("apply \(files)")
        let (code, output) = try await kubectl("rollout status deployment/sample-app --timeout=60s")
        #expect(code == 0, "\(output)")
    }

    /// Expects that an engine ends as completed, its experiment and result with a verdict, a failure with a reason.
    func expectEnd(of name: String, _ what: String, within seconds: Int) async throws {
        let (code, output) = try await kubectl(
            "wait --for=jsonpath={.status.engineStatus}=completed chaosengine/\(name) --timeout=\(seconds)s")
        #expect(code == 0, "\(name) \(what): \(output)")
        let (_, result) = try await kubectl(
            "get chaosresults \(name)-pod-delete --ignore-not-found "
                + "-o jsonpath={.status.experimentStatus.phase}/{.status.experimentStatus.verdict}")
        #expect(!result.contains("Awaited") && !result.contains("Running"), "\(name) \(what): \(result)")
        let (_, entry) = try await kubectl(
            "get chaosengine \(name) -o jsonpath={.status.verdict}/{.status.experiments[*].verdict}/"
                + "{.status.experiments[*].reason}")
        let fields = entry.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        #expect(fields.count == 3 && ["Pass", "Fail", "Error"].contains(fields[1]), "\(name) \(what): \(entry)")
        #expect(fields.first == fields.dropFirst().first, "\(name) \(what): \(entry)")
        if fields.first != "Pass" { #expect(fields.last?.isEmpty == false, "\(name) \(what): no reason: \(entry)") }
    }
}
