import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Runs from their start to the end that their agents report.
struct RunLifeTests {
    @Test(arguments: Engine.allCases)
    func `a run is queued, runs and ends with a score`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()

            let queued = try await scenario.run(notifyID)
            #expect(queued["phase"].text == "Queued")
            #expect(queued["runSequence"].number == 1)
            #expect(queued["experimentRunID"].text == "")
            #expect(queued["experimentType"].text == "experiment")
            #expect(queued["infra"]["__typename"].text == "Infra")
            #expect(queued["weightages"].items?.count == 2)
            #expect(queued["experimentManifest"].text == scenario.experiment.revisions[0].manifest)
            let data = try JSON(parsing: queued["executionData"].text ?? "")
            #expect(data["phase"] == "Queued")
            #expect(data["notifyID"].string == notifyID)
            #expect(data["nodes"] == .object([:]))
            let command = try #require(try await scenario.stored(notifyID).commands?.first)
            #expect(command.type == .create)
            #expect(command.openFor == scenario.infrastructure.id)
            #expect(command.manifest?.contains(notifyID) == true)
            #expect(command.namespace == "litmus")

            var event = SampleEvent(notifyID: notifyID, phase: "Pending", running: ["shop"])
            #expect(try await scenario.send(event).succeeded()["chaosExperimentRun"].text?.isEmpty == false)
            #expect(try await scenario.run(notifyID)["phase"].text == "Pending")
            #expect(try await scenario.stored(notifyID).commands?.first?.state == .done)
            #expect(try await scenario.stored(notifyID).commands?.first?.openFor == nil)

            event.phase = "Running"
            event.finished = ["install"]
            event.faults = [SampleFault(verdict: "Awaited", success: "0", finished: nil)]
            _ = try await scenario.send(event).succeeded()
            let running = try await scenario.run(notifyID)
            #expect(running["phase"].text == "Running")
            #expect(running["experimentRunID"].text == event.runID)
            #expect(running["resiliencyScore"] == .null)
            // The portal takes the first node for the root.
            #expect(running["executionData"].text == event.json.description)

            event.phase = "Completed"
            event.isCompleted = true
            event.finished = ["install", "shop"]
            event.running = []
            event.faults = [
                SampleFault(),
                SampleFault(
                    id: "shop-1-101", name: "pod-cpu-hog-a1b", engine: "pod-cpu-hog-a1bzzzzz", verdict: "Fail",
                    success: "33"),
            ]
            _ = try await scenario.send(event).succeeded()
            let ended = try await scenario.run(notifyID)
            #expect(ended["phase"].text == "Completed")
            // (10 · 100 + 5 · 33) / 15 = 77.666…
            #expect(ended["resiliencyScore"] == .double(77.66))
            #expect(ended["totalFaults"].number == 2)
            #expect(ended["faultsPassed"].number == 1)
            #expect(ended["faultsFailed"].number == 1)
            #expect(ended["faultsAwaited"].number == 0)
            #expect(ended["updatedBy"]["username"].text == "owner")

            let again = try await scenario.send(event)
            #expect(
                again.errors == [
                    "experiment run has been discarded due the duplicate event, workflowId: experiment-1, "
                        + "workflowRunId: \(event.runID)"
                ])
            #expect(try await scenario.start() != notifyID)
            #expect(try await scenario.runs().map(\.sequence) == [1, 2])
        }
    }

    @Test func `a run needs an agent that is there, or was a moment ago`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world, isActive: false)
            let away = CenterError.unavailable("experiment re-run failed due to inactive infra")
            await #expect(throws: away) { try await scenario.start() }
            let ask = """
                mutation { runChaosExperiment(projectID: "\(world.projectID)", experimentID: "experiment-1") { notifyID } }
                """
            let reply = try await world.graphQL(ask, as: world.executor)
            #expect(reply.errors == ["experiment re-run failed due to inactive infra"])

            let id: Filter = .eq("infra_id", scenario.infrastructure.id)
            try await scenario.store.infrastructures.update(id, Update().set("last_seen_at", world.center.now()))
            world.clock.advance(by: 61)
            await #expect(throws: away) { try await scenario.start() }
            await #expect(throws: CenterError.unavailable("experiment scheduling failed due to inactive infra")) {
                try await scenario.service.start(
                    scenario.experiment, by: UserDetails(userID: "u", username: "owner"),
                    refusal: "experiment scheduling failed due to inactive infra")
            }
            #expect(try await scenario.runs().isEmpty)

            try await scenario.store.infrastructures.update(id, Update().set("last_seen_at", world.center.now()))
            world.clock.advance(by: 59)
            _ = try await scenario.start()
            #expect(try await scenario.runs().count == 1)
        }
    }

    @Test func `nothing is left of a run whose manifest cannot be made`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            try await scenario.store.probes.deleteAll(.all)
            let missing = CenterError.missingProbe("shop-answers", of: "pod-delete-x2k")
            await #expect(throws: missing) { try await scenario.start() }
            #expect(try await scenario.runs().isEmpty)
            let experiment = try await scenario.store.experiments.first(.eq("experiment_id", "experiment-1"))
            #expect((experiment?.totalRuns ?? 0) == 0)
        }
    }

    @Test func `a run of an experiment that is deleted meanwhile is not sent`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            var run = try await scenario.stored(notifyID)
            try await scenario.store.experiments.update(
                .eq("experiment_id", "experiment-1"), Update().set("is_removed", true))
            await #expect(throws: CenterError.notFound("no matching experiments")) { try await scenario.start() }
            #expect(try await scenario.runs().count == 1)

            // The last moment: its number is counted, and then the experiment is gone.
            run.notifyID = "late"
            let late = run
            await #expect(throws: CenterError.notFound("no matching experiments")) {
                try await scenario.service.queue(late, of: scenario.experiment)
            }
            let stored = try await scenario.stored("late")
            #expect(stored.isRemoved)
            #expect(stored.isCompleted)
            #expect(stored.commands?.map(\.state) == [.expired])
            #expect(stored.commands?.first?.openFor == nil)
        }
    }

    @Test func `experiments of other projects are not run`() async throws {
        try await CenterServer.run { world in
            _ = try await RunScenario.make(in: world, project: world.stranger.projectID)
            let reply = try await world.graphQL(
                """
                mutation { runChaosExperiment(projectID: "\(world.projectID)", experimentID: "experiment-1") { notifyID } }
                """)
            #expect(reply.errors == ["no matching experiments"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a schedule is sent to the cluster, whose runs are numbered as they come`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world, type: "cronexperiment")
            #expect(try await scenario.start() == "")
            #expect(try await scenario.runs().isEmpty)
            let experiment = try await scenario.store.experiments.first(.eq("experiment_id", "experiment-1"))
            #expect(experiment?.commands?.map(\.type) == [.create])
            #expect(experiment?.commands?.first?.openFor == scenario.infrastructure.id)

            for id in ["run-a", "run-b"] {
                _ = try await scenario.send(SampleEvent(runID: id, running: ["shop"])).succeeded()
                _ = try await scenario.send(SampleEvent(runID: id, finished: ["shop"])).succeeded()
            }
            let runs = try await scenario.runs()
            #expect(runs.map(\.runID) == ["run-a", "run-b"])
            #expect(runs.map(\.sequence) == [1, 2])
            #expect(runs.map(\.experimentName) == ["shop-1", "shop-1"])
            #expect(runs.first?.createdBy?.username == "owner")
            #expect(runs.first?.probes == scenario.experiment.revisions.first?.probes)
            #expect(runs.allSatisfy { $0.notifyID == nil })
        }
    }

    @Test func `a ChaosEngine of its own is run as a Workflow is`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world, type: "chaosengine")
            let notifyID = try await scenario.start()
            let run = try await scenario.run(notifyID)
            #expect(try JSON(parsing: run["executionData"].text ?? "")["experimentType"] == "chaosengine")
            #expect(try await scenario.stored(notifyID).commands?.map(\.type) == [.create])
        }
    }
}
