import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Schedules, and what the cluster is told when an experiment changes or goes.
struct ExperimentScheduleTests {
    private static let cron = Sample.cron().replacing(#"'[{"name":"up","mode":"SOT"}]'"#, with: "''")

    @Test(arguments: Engine.allCases)
    func `a schedule is paused and goes on, also while the agent is away`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            _ = try await world.save("exp-1", Self.cron).succeeded()
            #expect(try await world.suspend("exp-1", true).succeeded()["updateCronExperimentState"] == true)
            let paused = try #require(try await world.stored("exp-1"))
            let revision = try #require(paused.latestRevision)
            #expect(paused.revisions.count == 2)
            #expect(try ExperimentManifest(parsing: revision.manifest).object["spec", "suspend"] == true)
            #expect(
                try ExperimentManifest(parsing: revision.manifest).object["metadata", "labels", "revision_id"].string
                    == revision.id)
            let command = try #require(paused.commands?.first)
            #expect(command.type == .update && command.openFor == world.infraID && command.username == "owner")
            #expect(command.namespace == "litmus" && command.expiresAt - command.createdAt > 24 * 3600 * 1000)
            let sent = try ExperimentManifest(parsing: command.manifest ?? "")
            #expect(sent.kind == .cronWorkflow && sent.name == "checkout" && sent.object["spec", "suspend"] == true)
            #expect("\(sent.object)".contains("{{workflow.uid}}"))

            _ = try await world.suspend("exp-1", false).succeeded()
            let resumed = try #require(try await world.stored("exp-1")?.commands)
            // An agent that comes back is told only of the last.
            #expect(resumed.map(\.state) == [.expired, .open])
            #expect(resumed.first?.manifest == nil && resumed.last?.manifest != nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a large schedule can be changed again and again`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            let padding = String(repeating: "x", count: 3_000_000)
            let large = Self.cron.replacing(
                "namespace: litmus\nspec", with: "namespace: litmus\n  annotations: {padding: \(padding)}\nspec")
            _ = try await world.save("exp-1", large).succeeded()
            for change in 0..<8 { _ = try await world.suspend("exp-1", change.isMultiple(of: 2)).succeeded() }
            let open = try #require(try await world.stored("exp-1")?.commands?.last)
            #expect(open.openFor == world.infraID && (open.manifest?.utf8.count ?? 0) > 3_000_000)
            let outbox = AgentOutbox(store: world.center.store)
            #expect(try await outbox.end(open.id, for: world.infraID, at: nil, as: .done, reason: nil) != nil)
            let ended = try await world.stored("exp-1")?.commands?.last
            #expect(ended?.state == .done && ended?.manifest == nil)
            _ = try await world.delete("exp-1").succeeded()
        }
    }

    @Test func `a schedule that is started twice is made once`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Self.cron).succeeded()
            var experiment = try #require(try await world.stored("exp-1"))
            let starts = (1...2).map { number in
                AgentCommand(
                    .create, for: world.infraID, now: Int64(number), lifetime: .seconds(60), manifest: "{}")
            }
            experiment.addCommands([starts[0]])
            experiment.addCommands([starts[1]])
            #expect(experiment.commands?.map(\.state) == [.expired, .open])
            #expect(experiment.commands?.last?.id == starts[1].id)
        }
    }

    @Test func `a schedule can be paused also when one of its probes is gone`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Sample.cron()).succeeded()
            _ = try await world.suspend("exp-1", true).succeeded()
            let resumed = try await world.suspend("exp-1", false)
            #expect(resumed.errors.first?.hasPrefix("failed to fetch probe details: fault 'pod-delete-x1y'") == true)
            #expect(try await world.stored("exp-1")?.revisions.count == 2)
        }
    }

    @Test func `what is not run by a schedule has none to pause`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
            #expect(
                try await world.suspend("exp-1", true).errors
                    == ["experiment 'checkout' is not run by a schedule"])
        }
    }

    @Test func `a changed schedule is sent to the cluster`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Self.cron).succeeded()
            #expect(try await world.stored("exp-1")?.commands == nil)
            let changed = Self.cron.replacing("0 * * * *", with: "30 * * * *")
            let reply = try await world.create("exp-1", changed, operation: "updateChaosExperiment").succeeded()
            #expect(reply["updateChaosExperiment", "cronSyntax"] == "30 * * * *")
            let command = try #require(try await world.stored("exp-1")?.commands?.first)
            #expect(command.type == .update && command.manifest?.contains("30 * * * *") == true)
            #expect(try await world.stored("exp-1")?.revisions.count == 2)
        }
    }

    @Test func `a changed schedule that cannot be sent is not stored`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Self.cron).succeeded()
            let reply = try await world.create("exp-1", Sample.cron(), operation: "updateChaosExperiment")
            #expect(reply.errors.first?.hasPrefix("failed to fetch probe details") == true)
            #expect(try await world.stored("exp-1")?.revisions.count == 1)
        }
    }

    @Test func `an engine that is renamed goes on, and one that is deleted is taken out of the cluster`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Sample.engine).succeeded()
            _ = try await world.save("exp-1", Sample.engine.replacing("checkout", with: "cart"), name: "cart")
                .succeeded()
            #expect(try await world.stored("exp-1")?.commands?.isEmpty != false)
            _ = try await world.delete("exp-1").succeeded()
            let commands = try #require(try await world.removed("exp-1")?.commands)
            #expect(commands.map(\.type) == [.delete, .deleteExperiment])
            #expect(try JSON(parsing: commands.first?.manifest ?? "")["kind"] == "ChaosEngine")
        }
    }

    private static let engineSchedule = """
        apiVersion: litmuschaos.io/v1alpha1
        kind: ChaosSchedule
        metadata: {name: checkout, namespace: litmus}
        spec: {schedule: {now: true}, engineTemplateSpec: {experiments: [{name: pod-delete}]}}
        """

    @Test func `a schedule of engines that becomes an engine is taken out of the cluster`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Self.engineSchedule).succeeded()
            _ = try await world.save("exp-1", Sample.engine).succeeded()
            let commands = try #require(try await world.stored("exp-1")?.commands)
            #expect(commands.map(\.type) == [.delete])
            #expect(try JSON(parsing: commands.first?.manifest ?? "")["kind"] == "ChaosSchedule")
        }
    }

    @Test func `a schedule of engines is sent to the cluster, and no run is queued`() async throws {
        try await ExperimentWorld.run { world in
            try await world.center.store.infrastructures.modify(.eq("infra_id", world.infraID)) { $0.isActive = true }
            _ = try await world.save("exp-1", Self.engineSchedule).succeeded()
            let experiment = try #require(try await world.stored("exp-1"))
            let user = UserDetails(userID: world.owner.id, username: "owner")
            #expect(try await world.center.runs.start(experiment, by: user) == "")
            #expect(try await world.center.store.runs.count(.all) == 0)
            #expect(try await world.stored("exp-1")?.commands?.map(\.type) == [.create])
        }
    }

    @Test func `a schedule that moves to another infrastructure leaves the old one`() async throws {
        try await ExperimentWorld.run { world in
            let other = ChaosInfrastructure.sample(
                id: "4f6c3a7e-0000-4000-8000-000000000002", project: world.projectID)
            try await world.center.store.infrastructures.insert(other)
            _ = try await world.save("exp-1", Self.cron).succeeded()
            _ = try await world.save("exp-1", Self.cron, infraID: other.id).succeeded()
            let stored = try #require(try await world.stored("exp-1"))
            #expect(stored.infraID == other.id)
            #expect(stored.commands?.map(\.openFor) == [world.infraID] && stored.commands?.first?.type == .delete)
        }
    }

    @Test func `a deleted schedule is taken out of the cluster by its label`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Self.cron).succeeded()
            _ = try await world.delete("exp-1").succeeded()
            let commands = try #require(try await world.removed("exp-1")?.commands)
            #expect(commands.map(\.type) == [.delete, .deleteExperiment])
            let object = try JSON(parsing: commands.first?.manifest ?? "")
            #expect(object["kind"] == "CronWorkflow" && object["metadata", "name"] == .null)
            #expect(object["metadata", "labels", "workflow_id"] == "exp-1")
            #expect(object["metadata", "namespace"] == "litmus")
        }
    }

    // MARK: Runs

    @Test(arguments: Engine.allCases)
    func `a run is deleted by itself`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
            try await world.insertRun(1, score: 40)
            try await world.insertRun(2, score: 80)
            #expect(try await world.delete("exp-1", run: "run-1").succeeded()["deleteChaosExperiment"] == true)
            let run = try #require(try await world.center.store.runs.first(.eq("experiment_run_id", "run-1")))
            #expect(run.isRemoved && run.commands?.map(\.type) == [.deleteRun])
            #expect(run.commands?.first?.externalData == "run-1" && run.commands?.first?.openFor == world.infraID)
            let shown = try await world.get("exp-1").succeeded()["getExperiment"]
            #expect(shown["experimentDetails"]["recentExperimentRunDetails"].items?.count == 1)
            #expect(try await world.delete("exp-1", run: "run-1").errors == ["no matching experiments"])
            #expect(try await world.delete("exp-2", run: "run-2").errors == ["no matching experiments"])
            // Not the whole experiment, as a run without an id once did.
            #expect(
                try await world.delete("exp-1", run: "").errors.first?.hasPrefix("experimentRunID is empty") == true)
            #expect(try await world.stored("exp-1") != nil)
        }
    }

    @Test func `runs go with their experiment, and what waits for an agent is not sent any more`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
            try await world.insertRun(1, score: 40)
            try await world.insertRun(2, phase: "Queued", isCompleted: false) { run in
                run.commands = [
                    AgentCommand(.create, for: world.infraID, now: 1, lifetime: .seconds(600), manifest: "{}")
                ]
            }
            _ = try await world.delete("exp-1").succeeded()
            let runs = try await world.center.store.runs.find(Query(sort: [.ascending("run_sequence")]))
            #expect(
                runs.allSatisfy { $0.isRemoved && $0.isCompleted } && runs.map(\.phase) == ["Completed", "Stopped"])
            #expect(runs.last?.commands?.map(\.state) == [.expired] && runs.last?.commands?.first?.openFor == nil)
            #expect(runs.map(\.updatedBy?.username) == ["owner", "owner"])
        }
    }
}
