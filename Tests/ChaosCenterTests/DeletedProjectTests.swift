import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import HTTPTypes
import Logging
import Testing

@testable import ChaosCenter

struct DeletedProjectTests {
    /// One thing in every collection, those of other parts of the Chaos Center as they are stored.
    private static func fill(_ world: CenterServer, _ projectID: String) async throws {
        let store = world.center.store
        try await store.environments.insert(
            Environment(
                id: "env", name: "Env", type: "PROD", projectID: projectID, createdAt: 1, updatedAt: 1,
                isRemoved: false))
        try await store.infrastructures.insert(.sample(id: "i-\(projectID)", project: projectID))
        try await store.experiments.insert(
            ProbeRunSample(experimentID: "e-\(projectID)", projectID: projectID, faults: []).experiment)
        try await store.probes.insert(
            try StoredProbe(inline: ProbeManifestTests.probes[0], projectID: projectID, now: 1, by: nil))
        var registry = ImageRegistryService.standard(of: projectID)
        registry.isDefault = false
        try await store.imageRegistries.insert(registry)
        for name in ["chaosHubs", "gitops"] {
            let collection = try await store.database.collection(CollectionSchema(name), of: Document.self)
            var document = Document([("project_id", .string(projectID))])
            if name == "chaosHubs" { document["is_removed"] = .bool(false) }
            try await collection.insert(document)
        }
    }

    /// The collections that still have something of a project.
    private static func left(_ world: CenterServer, _ projectID: String) async throws -> [String] {
        var names: [String] = []
        for name in DeletedProjects.removed + DeletedProjects.deleted {
            let collection = try world.center.store.database.collection(named: name)
            let filter: Filter = .eq("project_id", projectID) && .ne("is_removed", true)
            if try await collection.count(filter) > 0 { names.append(name) }
        }
        return names
    }

    private static let all = DeletedProjects.removed + DeletedProjects.deleted

    private static func delete(_ world: CenterServer, _ person: Person) async throws {
        try await world.server.send(.post, "/delete_project/\(person.projectID)", token: person.token).expect(200)
    }

    @Test(arguments: Engine.allCases)
    func `what a project had goes with it, while the Chaos Center runs`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            try await Self.fill(world, world.projectID)
            try await Self.fill(world, world.stranger.projectID)
            #expect(try await Self.left(world, world.projectID) == Self.all)
            // The last thing that is removed.
            let gone = world.center.store.database.changes(
                in: "gitops", where: .eq("project_id", world.projectID))
            // In a project that was gone before: when it is removed, the duty has begun to listen.
            try await world.center.store.probes.insert(
                try StoredProbe(inline: ProbeManifestTests.probes[0], projectID: "gone", now: 1, by: nil))
            let begun = world.center.store.probes.changes(where: .eq("project_id", "gone") && .eq("is_removed", true))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await CenterDuties(world.center).run() }
                for await _ in begun { break }
                try await Self.delete(world, world.owner)
                for await _ in gone { break }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(try await Self.left(world, world.projectID) == [])
            #expect(try await Self.left(world, world.stranger.projectID) == Self.all)
        }
    }

    @Test(arguments: Engine.allCases)
    func `the chaos of a deleted project is ended, and its agents are told to go`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world, type: "cronexperiment")
            let other = try await RunScenario.make(in: world, project: world.stranger.projectID, number: 2)
            _ = try await scenario.send(SampleEvent(running: ["a"])).succeeded()
            let queued = try await other.start()
            try await Self.delete(world, world.owner)
            try await world.center.deletedProjects.sweep()

            let run = try #require(try await scenario.runs().first)
            #expect(run.isRemoved && run.isCompleted)
            let open = try await world.center.agents.outbox.open(
                for: scenario.infrastructure.id, now: world.center.now())
            #expect(open.map(\.command.type) == [.delete, .deleteExperiment, .delete, .delete])
            #expect(open[0].command.manifest?.contains("CronWorkflow") == true)
            #expect(open[1].command.externalData == scenario.experiment.id)
            let kept = try await world.center.agents.outbox.open(for: other.infrastructure.id, now: world.center.now())
            #expect(kept.map(\.command.type) == [.create])
            #expect(try await other.stored(queued).phase == "Queued")
            // Again, as after a crash, changes nothing.
            try await world.center.deletedProjects.remove(world.projectID)
            let again = try await world.center.agents.outbox.open(
                for: scenario.infrastructure.id, now: world.center.now())
            #expect(again.map(\.command.id) == open.map(\.command.id))
        }
    }

    @Test(arguments: Engine.allCases)
    func `what is left of projects of before is removed at the start`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            try await Self.fill(world, world.projectID)
            try await Self.fill(world, world.stranger.projectID)
            try await Self.delete(world, world.owner)
            #expect(try await Self.left(world, world.projectID) == Self.all)
            for _ in 1...2 {
                try await world.center.deletedProjects.sweep()
                #expect(try await Self.left(world, world.projectID) == [])
                #expect(try await Self.left(world, world.stranger.projectID) == Self.all)
            }
        }
    }

    @Test func `nothing is removed from a database that has no projects`() async throws {
        let database = try await DocumentDatabase.open(.memory)
        let probes = try await CenterStore(database).probes
        try await probes.insert(try StoredProbe(inline: ProbeManifestTests.probes[0], projectID: "p", now: 1, by: nil))
        let duty = DeletedProjects(database: database, logger: Logger(label: "test"), now: { 2 })
        try await duty.sweep()
        #expect(try await probes.count(.present) == 1)
        // Nor one that has the collection, empty.
        let projects = try await database.collection(CollectionSchema("project"), of: Document.self)
        try await duty.sweep()
        #expect(try await probes.count(.present) == 1)
        try await projects.insert(Document([("_id", "other")]))
        try await duty.sweep()
        #expect(try await probes.count(.present) == 0)
        await database.close()
    }
}
