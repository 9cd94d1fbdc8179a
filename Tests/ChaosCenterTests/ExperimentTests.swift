import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Experiments over HTTP, with the documents that litmusctl and the web portal send.
struct ExperimentTests {
    @Test(arguments: Engine.allCases)
    func `an experiment is saved, shown, changed and deleted`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            let saved = try await world.save("exp-1", Sample.workflow()).succeeded()
            #expect(saved["saveChaosExperiment"] == "experiment saved successfully with ID exp-1")
            world.advance()
            let shown = try await world.get("exp-1").succeeded()["getExperiment", "experimentDetails"]
            #expect(shown["infra"]["infraID"].text == world.infraID)
            #expect(shown["name"] == "checkout" && shown["experimentType"] == "experiment")
            #expect(shown["weightages"] == .list([["faultName": "pod-delete-x1y", "weightage": 4]]))
            let manifest = try ExperimentManifest(parsing: shown["experimentManifest"].text ?? "")
            #expect(manifest.object["metadata", "labels", "infra_id"].string == world.infraID)
            #expect(manifest.object["metadata", "labels", "workflow_id"] == "exp-1")

            let changed = try await world.save("exp-1", Sample.workflow().replacing("weight: \"4\"", with: "weight: 9"))
            #expect(
                try changed.succeeded()["saveChaosExperiment"] == "experiment updated successfully with ID exp-1")
            let list = try await world.list("{}").succeeded()["listExperiment"]
            #expect(list["totalNoOfExperiments"] == 1)
            #expect(list["experiments"].items?.first?["weightages"].items?.first?["weightage"] == 9)
            let stored = try #require(try await world.stored("exp-1"))
            #expect(stored.revisions.count == 2 && Set(stored.revisions.map(\.id)).count == 2)
            #expect(stored.latestRevision?.manifest.contains(stored.latestRevision?.id ?? "?") == true)

            #expect(try await world.delete("exp-1").succeeded()["deleteChaosExperiment"] == true)
            #expect(try await world.get("exp-1").errors == ["no matching experiments"])
            #expect(try await world.delete("exp-1").errors == ["no matching experiments"])
            #expect(try await world.list("{}").succeeded()["listExperiment", "totalNoOfExperiments"] == 0)
            let commands = try #require(try await world.removed("exp-1")?.commands)
            #expect(commands.map(\.type) == [.deleteExperiment] && commands.first?.externalData == "exp-1")
            #expect(commands.first?.openFor == world.infraID)
        }
    }

    @Test func `saving needs no agent that is connected`() async throws {
        try await ExperimentWorld.run { world in
            let infrastructure = try await world.center.store.infrastructure(world.infraID)
            #expect(infrastructure?.isActive == false)
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
        }
    }

    @Test func `who made it and who changed it last are two people`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
            _ = try await world.create(
                "exp-1", Sample.workflow(), operation: "updateChaosExperiment", as: world.executor
            )
            .succeeded()
            let shown = try await world.get("exp-1").succeeded()["getExperiment", "experimentDetails"]
            #expect(shown["createdBy"]["username"] == "owner" && shown["updatedBy"]["username"] == "executor")
        }
    }

    // MARK: Refusals

    @Test func `a name is free in its project only once`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
            let duplicate = "experiment name should be unique, duplicate experiment found with name: checkout"
            #expect(try await world.save("exp-2", Sample.workflow()).errors == [duplicate])
            #expect(try await world.create("exp-2", Sample.workflow()).errors == [duplicate])
            _ = try await world.save("exp-2", Sample.workflow(name: "cart"), name: "cart").succeeded()
            #expect(try await world.save("exp-2", Sample.workflow()).errors == [duplicate])
        }
    }

    @Test func `what belongs to another project is neither used nor told`() async throws {
        try await ExperimentWorld.run { world in
            let other = ChaosInfrastructure.sample(
                id: "4f6c3a7e-0000-4000-8000-000000000009", project: world.stranger.projectID)
            try await world.center.store.infrastructures.insert(other)
            var foreign = StoredExperiment.sample(
                id: "theirs", project: world.stranger.projectID, infraID: other.id)
            foreign.name = "theirs"
            try await world.center.store.experiments.insert(foreign)

            let reply = try await world.save("exp-1", Sample.workflow(), infraID: other.id)
            #expect(reply.errors.first?.hasPrefix("ProjectID doesn't match with the chaos_infra identifiers") == true)
            let missing = try await world.save("exp-1", Sample.workflow(), infraID: other.id.replacing("9", with: "8"))
            #expect(
                missing.errors.first?.replacing("000008", with: "000009") == reply.errors.first,
                "the same words whether it is there or not")
            #expect(missing.errors.first?.contains("no documents in result") == true)

            #expect(
                try await world.save("theirs", Sample.workflow()).errors
                    == ["the experiment ID theirs cannot be used; choose another one"])
            #expect(try await world.get("theirs").errors == ["no matching experiments"])
            #expect(try await world.delete("theirs").errors == ["no matching experiments"])
            #expect(try await world.suspend("theirs", true).errors == ["no matching experiments"])
            #expect(
                try await world.create("theirs", Sample.workflow(), operation: "updateChaosExperiment").errors
                    == ["no matching experiments"])
            let kept = try await world.center.store.experiments.first(.eq("experiment_id", "theirs"))
            #expect(kept == foreign)
        }
    }

    @Test(arguments: [
        ("", "checkout", "experiment ID ''"), ("a b", "checkout", "experiment ID 'a b'"),
        (String(repeating: "x", count: 64), "checkout", "experiment ID "),
        ("exp-1", "Checkout", "experiment name 'Checkout'"), ("exp-1", "-x", "experiment name '-x'"),
        ("exp-1", "", "experiment name ''"), ("exp-1", "other", "Workflow name doesn't match"),
    ])
    func `an id and a name have to be such as Kubernetes takes`(
        _ id: String, _ name: String, _ reason: String
    ) async throws {
        try await ExperimentWorld.run { world in
            let reply = try await world.save(id, Sample.workflow(), name: name)
            #expect(reply.errors.first?.hasPrefix(reason) == true, "\(reply.errors)")
            #expect(reply.codes == ["BAD_USER_INPUT"])
        }
    }

    @Test func `a schedule needs its times and a name that Argo can lengthen`() async throws {
        try await ExperimentWorld.run { world in
            let timeless = Sample.cron().replacing("  schedule: \"0 * * * *\"\n", with: "")
            #expect(
                try await world.save("exp-1", timeless).errors.first?.hasPrefix("the CronWorkflow needs a schedule")
                    == true)
            let long = "c" + String(repeating: "x", count: 52)
            #expect(
                try await world.save("exp-1", Sample.cron(name: long), name: long).errors.first?
                    .hasPrefix("the name of a CronWorkflow has at most 52 characters") == true)
            let made = try await world.create("exp-1", timeless, schedule: "5 4 * * *").succeeded()
            #expect(made["createChaosExperiment", "cronSyntax"] == "5 4 * * *")
            #expect(try await world.stored("exp-1")?.latestRevision?.manifest.contains("5 4 * * *") == true)
        }
    }

    // MARK: Creating and changing

    @Test func `an experiment is created with weightages, and not over another`() async throws {
        try await ExperimentWorld.run { world in
            let made = try await world.create("exp-1", Sample.workflow(), weight: 6).succeeded()
            #expect(made["createChaosExperiment", "experimentID"] == "exp-1")
            let shown = try await world.get("exp-1").succeeded()["getExperiment", "experimentDetails"]
            #expect(shown["weightages"].items?.first?["weightage"] == 6 && shown["isCustomExperiment"] == true)
            let again = try await world.create("exp-1", Sample.workflow())
            #expect(again.errors == ["an experiment with the ID exp-1 exists: checkout"])
            let unnamed = try await world.create(nil, Sample.workflow(name: "cart"), name: "cart").succeeded()
            #expect(unnamed["createChaosExperiment", "experimentID"].text?.count == 36)
        }
    }

    @Test func `what cannot be run at once is not stored`() async throws {
        try await ExperimentWorld.run { world in
            let reply = try await world.create("exp-1", Sample.workflow(), runs: true)
            #expect(reply.errors == ["experiment scheduling failed due to inactive infra"])
            #expect(try await world.stored("exp-1") == nil)
        }
    }

    @Test func `revisions of many who save at once are all kept`() async throws {
        try await ExperimentWorld.run { world in
            let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for _ in 0..<8 { group.addTask { try await world.save("exp-1", Sample.workflow()) } }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.errors.isEmpty }, "\(replies.flatMap(\.errors))")
            let new = replies.filter { $0["saveChaosExperiment"].text?.hasPrefix("experiment saved") == true }
            #expect(new.count == 1)
            let revisions = try #require(try await world.stored("exp-1")).revisions
            #expect(revisions.count == 8 && Set(revisions.map(\.updatedAt)).count == 8)
        }
    }

    @Test(arguments: Engine.allCases)
    func `of two who take a name at once one gets it`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            async let first = world.save("exp-1", Sample.workflow())
            async let second = world.save("exp-2", Sample.workflow())
            let errors = try await [first, second].flatMap(\.errors)
            #expect(errors == ["experiment name should be unique, duplicate experiment found with name: checkout"])
        }
    }

    @Test func `an id can be used again after its experiment was deleted`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
            try await world.insertRun(1, score: 40)
            _ = try await world.delete("exp-1").succeeded()
            let again = try await world.save("exp-1", Sample.workflow()).succeeded()
            #expect(again["saveChaosExperiment"] == "experiment saved successfully with ID exp-1")
            let shown = try await world.get("exp-1").succeeded()["getExperiment"]
            #expect(shown["experimentDetails"]["recentExperimentRunDetails"] == .list([]))
            let stored = try #require(try await world.stored("exp-1"))
            #expect(stored.revisions.count == 1 && stored.commands?.count == 1)
        }
    }

    @Test func `the oldest revisions go when there is no room for more`() throws {
        var experiment = StoredExperiment.sample(infraID: "i")
        let text = String(repeating: "x", count: 2 << 20)
        for id in ["a", "b", "c"] { experiment.append(ExperimentRevision(id: id, manifest: text, updatedAt: 1)) }
        #expect(experiment.revisions.map(\.id) == ["b", "c"] && experiment.latestRevision?.id == "c")
    }
}
