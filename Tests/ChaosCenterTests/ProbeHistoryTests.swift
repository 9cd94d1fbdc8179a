import ControlPlaneTesting
import DocumentStore
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// What is told of probes out of runs.
struct ProbeHistoryTests {
    typealias Fault = ProbeRunSample.Fault
    typealias Engine = ProbeRunSample.Engine

    /// The probes of a fault in a run as `NAME MODE VERDICT DESCRIPTION`.
    private static func probes(
        _ world: CenterServer, _ run: String, _ fault: String, as person: Person? = nil
    ) async throws -> [String] {
        let reply = try await world.graphQL(
            """
            query ($projectID: ID!, $run: String!, $fault: String!) {
              getProbesInExperimentRun(projectID: $projectID, experimentRunID: $run, faultName: $fault) {
                probe { name type } mode status { verdict description }
              }
            }
            """,
            [
                "projectID": .string((person ?? world.owner).projectID), "run": .string(run), "fault": .string(fault),
            ], as: person)
        guard reply.errors.isEmpty else { return reply.errors }
        return (reply["getProbesInExperimentRun"].items ?? []).map { item in
            [
                item["probe"]["name"].text, item["mode"].text, item["status"]["verdict"].text,
                item["status"]["description"].text,
            ].compactMap(\.self).joined(separator: " ")
        }
    }

    private static func prepare(
        _ world: CenterServer, _ samples: [ProbeRunSample], probes: [String], runs: [ExperimentRun]
    ) async throws {
        for name in probes {
            try await world.center.store.probes.insert(
                try StoredProbe(
                    inline: ProbeManifestTests.probes[0], name: name, projectID: world.projectID, now: 1, by: nil))
        }
        for sample in samples { try await world.center.store.experiments.insert(sample.experiment) }
        try await world.center.store.runs.insert(contentsOf: runs)
    }

    @Test func `a probe is shown in the mode that the experiment gives it before there are results`() async throws {
        try await CenterServer.run { world in
            let sample = ProbeRunSample(
                projectID: world.projectID,
                faults: [Fault(name: "pod-delete-abc", probes: [("late", "EOT"), ("ever", "Continuous")])])
            try await Self.prepare(
                world, [sample], probes: ["late", "ever"],
                runs: [
                    sample.run("queued", isCompleted: false),
                    sample.run(
                        "begun", engines: [Engine(step: "pod-delete-abc", name: "")], isCompleted: false),
                    sample.run("over", engines: []),
                ])
            let awaited = ["late EOT Awaited", "ever Continuous Awaited"]
            // Before the first event a run is known by its other name only.
            #expect(try await Self.probes(world, "notify-queued", "pod-delete-abc") == awaited)
            #expect(try await Self.probes(world, "begun", "pod-delete-abc") == awaited)
            #expect(try await Self.probes(world, "over", "pod-delete-abc") == ["late EOT NA", "ever Continuous NA"])
        }
    }

    @Test func `the verdicts of a fault's probes are those of its ChaosResult`() async throws {
        try await CenterServer.run { world in
            let names = ["passed", "failed", "skipped", "open"]
            let sample = ProbeRunSample(
                projectID: world.projectID,
                faults: [Fault(name: "pod-delete-abc", probes: names.map { ($0, "SOT") })])
            let engine = Engine(
                step: "pod-delete-abc", name: "pod-delete-abcx7k2p",
                rows: [
                    ("open", "SOT", "Awaited", ""), ("passed", "SOT", "Passed", "as expected"),
                    ("failed", "SOT", "Failed", "it was not"), ("skipped", "SOT", "N/A", "not evaluated"),
                ])
            try await Self.prepare(world, [sample], probes: names, runs: [sample.run("run", engines: [engine])])
            #expect(
                try await Self.probes(world, "run", "pod-delete-abc") == [
                    "passed SOT Passed as expected", "failed SOT Failed it was not", "skipped SOT NA not evaluated",
                    "open SOT Awaited ",
                ])
        }
    }

    @Test func `a probe of two faults has the result of each`() async throws {
        try await CenterServer.run { world in
            // One name begins with the other, and stands in the middle of the third.
            let sample = ProbeRunSample(
                projectID: world.projectID,
                faults: [
                    Fault(name: "pod-delete", probes: [("ping", "SOT")]),
                    Fault(name: "pod-delete-2", probes: [("ping", "EOT")]),
                    Fault(name: "my-pod-delete-2", probes: [("ping", "Edge")]),
                ])
            let engines = [
                Engine(
                    step: "my-pod-delete-2", name: "my-pod-delete-2aaaaa",
                    rows: [("ping", "Edge", "Passed", "third")]),
                Engine(step: "pod-delete-2", name: "pod-delete-2bbbbb", rows: [("ping", "EOT", "Failed", "second")]),
                Engine(step: "pod-delete", name: "pod-deleteccccc", rows: [("ping", "SOT", "Passed", "first")]),
            ]
            try await Self.prepare(world, [sample], probes: ["ping"], runs: [sample.run("run", engines: engines)])
            #expect(try await Self.probes(world, "run", "pod-delete") == ["ping SOT Passed first"])
            #expect(try await Self.probes(world, "run", "pod-delete-2") == ["ping EOT Failed second"])
            #expect(try await Self.probes(world, "run", "my-pod-delete-2") == ["ping Edge Passed third"])
        }
    }

    @Test func `a probe that a fault refers to twice has the result of each mode`() async throws {
        try await CenterServer.run { world in
            let sample = ProbeRunSample(
                projectID: world.projectID,
                faults: [Fault(name: "pod-delete-abc", probes: [("ping", "EOT"), ("ping", "SOT")])])
            let engine = Engine(
                step: "pod-delete-abc", name: "pod-delete-abcx7k2p",
                rows: [("ping", "SOT", "Passed", "before"), ("ping", "EOT", "Failed", "after")])
            // As long as the second has not begun.
            let half = Engine(
                step: "pod-delete-abc", name: "pod-delete-abcx7k2p", rows: [("ping", "SOT", "Passed", "before")])
            try await Self.prepare(
                world, [sample], probes: ["ping"],
                runs: [
                    sample.run("run", engines: [engine]), sample.run("half", engines: [half], isCompleted: false),
                ])
            #expect(
                try await Self.probes(world, "run", "pod-delete-abc") == [
                    "ping EOT Failed after", "ping SOT Passed before",
                ])
            #expect(
                try await Self.probes(world, "half", "pod-delete-abc") == [
                    "ping EOT Awaited", "ping SOT Passed before",
                ])
        }
    }

    @Test func `a fault whose names differ is found by each, and a repeated one counts with its last try`() async throws
    {
        try await CenterServer.run { world in
            let sample = ProbeRunSample(
                projectID: world.projectID,
                faults: [
                    Fault(
                        name: "run-chaos", generateName: "nginx-pod-delete-", artifact: "pod-delete",
                        probes: [("ping", "SOT")])
                ])
            let engines = [
                Engine(
                    step: "run-chaos(1)", name: "nginx-pod-delete-bbbbb", startedAt: "1800000200",
                    rows: [("ping", "SOT", "Passed", "second try")]),
                Engine(
                    step: "run-chaos(0)", name: "nginx-pod-delete-aaaaa", startedAt: "1800000100",
                    rows: [("ping", "SOT", "Failed", "first try")]),
            ]
            try await Self.prepare(world, [sample], probes: ["ping"], runs: [sample.run("run", engines: engines)])
            for name in ["pod-delete", "run-chaos", "nginx-pod-delete-"] {
                #expect(try await Self.probes(world, "run", name) == ["ping SOT Passed second try"], "\(name)")
            }
            #expect(try await Self.probes(world, "run", "pod").isEmpty)
        }
    }

    @Test func `a run whose revision is gone has the modes of its results`() async throws {
        try await CenterServer.run { world in
            let sample = ProbeRunSample(
                projectID: world.projectID,
                faults: [Fault(name: "pod-delete-abc", probes: [("ping", "EOT"), ("late", "EOT")])])
            let engine = Engine(
                step: "pod-delete-abc", name: "pod-delete-abcx7k2p", rows: [("ping", "EOT", "Passed", "up")])
            try await Self.prepare(
                world, [], probes: ["ping", "late"], runs: [sample.run("run", engines: [engine], isCompleted: false)])
            #expect(
                try await Self.probes(world, "run", "pod-delete-abc") == ["ping EOT Passed up", "late SOT Awaited"])
        }
    }

    @Test func `the one ChaosEngine of an experiment is its fault, whatever it is called in the cluster`() throws {
        let manifest: JSON = [
            "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosEngine", "metadata": ["name": "engine"],
            "spec": ["experiments": [["name": "pod-delete"]]],
        ]
        let fault = try #require(ManifestFault.all(in: "\(manifest)").first)
        let node = Engine(step: "x", name: "engine-1800000000000", rows: [("ping", "SOT", "Passed", "up")]).node
        let data: JSON = ["nodes": ["n": node]]
        let outcomes = EngineNodes(executionData: "\(data)").outcomes(of: fault, ["ping"], isCompleted: true)
        #expect(outcomes.map(\.verdict) == [.passed])
    }

    @Test func `execution data that cannot be read has no results`() {
        for data in ["", "{", "[]", "{\"nodes\":[1]}", "{\"nodes\":{\"n\":{\"type\":\"ChaosEngine\"}}}"] {
            let outcomes = EngineNodes(executionData: data)
                .outcomes(of: ManifestFault(named: "a"), ["ping"], isCompleted: true)
            #expect(outcomes == [ProbeOutcome(name: "ping", mode: "SOT", verdict: .notAvailable)], "\(data)")
        }
    }

    @Test func `a run of another project is not found, and a deleted probe is still shown`() async throws {
        try await CenterServer.run { world in
            let sample = ProbeRunSample(
                projectID: world.projectID, faults: [Fault(name: "pod-delete", probes: [("ping", "SOT")])])
            try await Self.prepare(world, [sample], probes: ["ping"], runs: [sample.run("run", engines: [])])
            _ = try await world.graphQL(
                "mutation ($p: ID!) { deleteProbe(projectID: $p, probeName: \"ping\") }",
                ["p": .string(world.projectID)]
            ).succeeded()
            #expect(try await Self.probes(world, "run", "pod-delete") == ["ping SOT NA"])
            #expect(try await Self.probes(world, "none", "pod-delete") == ["no matching experiment run"])
            #expect(try await Self.probes(world, "", "pod-delete") == ["no matching experiment run"])
            #expect(
                try await Self.probes(world, "run", "pod-delete", as: world.stranger) == [
                    "no matching experiment run"
                ])
        }
    }

    @Test(arguments: ControlPlaneTesting.Engine.allCases)
    func `a list of probes tells how many experiments use each, and how it went`(
        _ engine: ControlPlaneTesting.Engine
    ) async throws {
        try await CenterServer.run(engine) { world in
            let one = ProbeRunSample(
                experimentID: "e1", projectID: world.projectID,
                faults: [Fault(name: "a", probes: [("ping", "SOT"), ("order", "EOT")])])
            let two = ProbeRunSample(
                experimentID: "e2", projectID: world.projectID, faults: [Fault(name: "b", probes: [("ping", "EOT")])])
            let foreign = ProbeRunSample(
                experimentID: "e3", projectID: world.stranger.projectID,
                faults: [Fault(name: "c", probes: [("ping", "EOT")])])
            try await Self.prepare(
                world, [one, two, foreign], probes: ["ping", "order", "unused"],
                runs: [
                    one.run(
                        "1", at: 1,
                        engines: [Engine(step: "a", name: "axxxxx", rows: [("ping", "SOT", "Failed", "down")])]),
                    one.run(
                        "2", at: 2,
                        engines: [Engine(step: "a", name: "ayyyyy", rows: [("ping", "SOT", "Passed", "up")])]),
                    two.run("3", at: 3, engines: [], isCompleted: false), foreign.run("4", at: 4, engines: []),
                ])
            let reply = try await world.graphQL(
                """
                query ($p: ID!) {
                  listProbes(projectID: $p) {
                    name referencedBy
                    recentExecutions {
                      faultName status { verdict description }
                      executedByExperiment { experimentID experimentName updatedAt updatedBy { username } }
                    }
                  }
                }
                """, ["p": .string(world.projectID)]
            ).succeeded()
            let probes = Dictionary(
                uniqueKeysWithValues: (reply["listProbes"].items ?? []).map { ($0["name"].text ?? "", $0) })
            #expect(probes["ping"]?["referencedBy"].number == 2)
            #expect(probes["order"]?["referencedBy"].number == 1)
            #expect(probes["unused"]?["referencedBy"].number == 0)
            #expect(probes["unused"]?["recentExecutions"].items?.isEmpty == true)
            let executions = probes["ping"]?["recentExecutions"].items ?? []
            #expect(executions.map { $0["faultName"].text } == ["b", "a", "a"])
            #expect(executions.map { $0["status"]["verdict"].text } == ["Awaited", "Passed", "Failed"])
            #expect(executions.map { $0["executedByExperiment"]["experimentID"].text } == ["e2", "e1", "e1"])
            #expect(executions.last?["executedByExperiment"]["updatedAt"].number == 1)
            #expect(executions.last?["executedByExperiment"]["updatedBy"]["username"].text == "runner")
        }
    }

    @Test func `the history of a probe is grouped by fault and mode, newest first`() async throws {
        try await CenterServer.run { world in
            let one = ProbeRunSample(
                experimentID: "e1", projectID: world.projectID,
                faults: [Fault(name: "a", probes: [("ping", "EOT"), ("ping", "SOT")])])
            let two = ProbeRunSample(
                experimentID: "e2", projectID: world.projectID,
                faults: [Fault(name: "b", probes: [("ping", "Edge")])])
            let rows = [("ping", "SOT", "Passed", "up"), ("ping", "EOT", "Failed", "down")]
            var runs = (1...12).map {
                one.run("\($0)", at: Int64($0), engines: [Engine(step: "a", name: "axxxxx", rows: rows)])
            }
            runs.append(two.run("13", at: 1_800_000_000_000, engines: [], isCompleted: false))
            try await Self.prepare(world, [one, two], probes: ["ping"], runs: runs)
            let reply = try await world.graphQL(
                """
                query ($p: ID!) {
                  getProbeReference(projectID: $p, probeName: "ping") {
                    projectID name totalRuns
                    recentExecutions {
                      faultName mode
                      executionHistory {
                        mode faultName status { verdict } executedByExperiment { experimentID updatedAt }
                      }
                    }
                  }
                }
                """, ["p": .string(world.projectID)]
            ).succeeded()["getProbeReference"]
            #expect(reply["projectID"].text == world.projectID)
            #expect(reply["totalRuns"].number == 13)
            let groups = reply["recentExecutions"].items ?? []
            #expect(
                groups.map { "\($0["faultName"].text ?? "") \($0["mode"].text ?? "")" } == ["b Edge", "a EOT", "a SOT"])
            let newest = groups.first?["executionHistory"].items ?? []
            #expect(newest.map { $0["status"]["verdict"].text } == ["Awaited"])
            // More than 32 bits have.
            #expect(newest.first?["executedByExperiment"]["updatedAt"].number == 1_800_000_000_000)
            let failed = groups.last { $0["mode"].text == "EOT" }?["executionHistory"].items ?? []
            #expect(failed.count == ProbeHistory.shown)
            #expect(failed.allSatisfy { $0["status"]["verdict"].text == "Failed" && $0["mode"].text == "EOT" })
            #expect(failed.first?["executedByExperiment"]["updatedAt"].number == 12)

            let none = try await world.graphQL(
                "query ($p: ID!) { getProbeReference(projectID: $p, probeName: \"x\") { name } }",
                ["p": .string(world.projectID)])
            #expect(none.errors.first?.contains("no documents in result") == true)
        }
    }

    @Test func `the name of a ChaosEngine is compared as a whole`() {
        let generated = EngineName.generated(from: "pod-delete")
        #expect(generated.fits("pod-deletex7k2p"))
        #expect(!generated.fits("pod-delete-x7k2p"))
        #expect(!generated.fits("pod-delete"))
        #expect(!generated.fits("my-pod-deletex7k2p"))
        #expect(!generated.fits("pod-delete-2ab"))
        #expect(EngineName.exact("engine").fits("engine"))
        #expect(!EngineName.exact("engine").fits("enginex7k2p"))
        // Kubernetes shortens it.
        let long = String(repeating: "a", count: 70)
        #expect(EngineName.generated(from: long).fits(String(repeating: "a", count: 58) + "x7k2p"))
    }

    @Test func `faults are found in every kind of manifest`() throws {
        let sample = ProbeRunSample(projectID: "p", faults: [Fault(name: "a", probes: [("ping", "EOT")])])
        let workflow = try JSON(parsing: sample.experiment.revisions[0].manifest)
        let cron: JSON = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "spec": ["workflowSpec": workflow["spec"]],
        ]
        let references = [ProbeReference(name: "ping", mode: "EOT")]
        for manifest in [workflow, cron] {
            let faults = ManifestFault.all(in: "\(manifest)")
            #expect(faults.map(\.name) == ["a"])
            #expect(faults.first?.probes == references)
        }
        let annotations: JSON = ["probeRef": "[{\"name\":\"ping\",\"mode\":\"EOT\"}]"]
        let experiments: JSON = [["name": "pod-delete"]]
        let engine: JSON = [
            "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosEngine",
            "metadata": ["name": "e", "generateName": "", "annotations": annotations],
            "spec": ["experiments": experiments],
        ]
        let alone = try #require(ManifestFault.all(in: "\(engine)").first)
        #expect(alone.name == "e" && alone.engine == .exact("e") && alone.isAlone)
        #expect(alone.probes == references)
        let schedule: JSON = [
            "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosSchedule", "metadata": ["name": "s"],
            "spec": ["engineTemplateSpec": ["metadata": ["annotations": annotations], "experiments": experiments]],
        ]
        #expect(ManifestFault.all(in: "\(schedule)").first?.probes == references)
        // The fault is where the server found it when the experiment was saved: not only in a first document.
        let behind = "kind: ChaosExperiment\n---\n\(engine)\n"
        let step: JSON = [
            "name": "run", "inputs": ["artifacts": [["name": "behind", "raw": ["data": .string(behind)]]]],
        ]
        var second = workflow
        second["spec", "templates"] = [step]
        let fault = try #require(ManifestFault.all(in: "\(second)").first)
        #expect(fault.name == "behind" && fault.template == "run" && fault.engine == .exact("e") && !fault.isAlone)
        #expect(fault.probes == references)
        for broken in ["", "{", "{\"kind\":\"Job\"}", "{\"kind\":\"Workflow\",\"spec\":{\"templates\":[1,{}]}}"] {
            #expect(ManifestFault.all(in: broken).isEmpty)
        }
    }
}
