import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

/// What the audit log says of mutations, and what it must not do to them.
struct AuditTests {
    /// Lets changes to documents of a collection fail: those that would give a second one the same value of a field.
    private static func refuseSame<Model: Codable & Sendable>(
        _ field: FieldPath, where filter: Filter, in collection: String, of: Model.Type, _ world: CenterServer
    ) async throws {
        let schema = CollectionSchema(
            collection, indexes: [.unique(field, name: "refusal", where: filter)])
        _ = try await world.server.database.collection(schema, of: Model.self)
    }

    private static func events(_ operation: String, in world: CenterServer) async throws -> [AuditEvent] {
        try await world.center.store.auditEvents.find(.eq("operation", operation))
    }

    @Test(arguments: Engine.allCases)
    func `what was done is told so although the audit log cannot be written any more`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let operation = "runChaosExperiment"
            try await Self.refuseSame(
                "outcome", where: .eq("operation", operation), in: AuditLog.schema.name, of: AuditEvent.self, world)
            let document = """
                mutation { runChaosExperiment(projectID: "\(world.projectID)", experimentID: "experiment-1") {
                    notifyID
                } }
                """
            let first = try await world.graphQL(document).succeeded()
            let second = try await world.graphQL(document).succeeded()
            for reply in [first, second] {
                let notifyID = try #require(reply["runChaosExperiment", "notifyID"].text)
                #expect(try await scenario.stored(notifyID).phase == "Queued")
            }
            #expect(try await scenario.runs().count == 2)
            #expect(try await Set(Self.events(operation, in: world).map(\.outcome)) == [.succeeded, .started])
        }
    }

    @Test func `the audit log shows no more of an error than who asked was told`() async throws {
        try await CenterServer.run { world in
            for id in ["a", "b"] { try await world.environment(id) }
            try await Self.refuseSame(
                "description", where: .eq("description", "same"), in: "environment", of: Environment.self, world)
            func change(_ id: String) async throws -> Reply {
                try await world.graphQL(
                    """
                    mutation { updateEnvironment(
                        projectID: "\(world.projectID)", request: {environmentID: "\(id)", description: "same"}) }
                    """)
            }
            _ = try await change("a").succeeded()
            #expect(try await change("b").errors == ["internal system error"])
            let event = try #require(try await Self.events("updateEnvironment", in: world).last)
            #expect(event.outcome == .failed)
            #expect(event.reason == "internal system error")

            // What is a refusal is told as it is.
            let refused = try await change("c")
            let last = try #require(try await Self.events("updateEnvironment", in: world).last)
            #expect(last.reason == refused.errors.first && last.reason != "internal system error")
        }
    }

    @Test(arguments: [
        ("https://ghp_S3CRET@github.com/x/y", "https://***@github.com/x/y"),
        ("https://x:S3/CR@ET@github.com/x/y", "https://***@github.com/x/y"),
        ("ssh://S3CRET:x@github.com/x/y", "ssh://***@github.com/x/y"),
        ("S3CRET@github.com/x/y", "***@github.com/x/y"),
    ])
    func `a token in a URL is refused, and is kept nowhere`(_ url: String, _ shown: String) async throws {
        try await CenterServer.run { world in
            let git = try await world.change("saveChaosHub", CenterServer.hub("x", url))
            let archive = try await world.addRemoteHub("y", url)
            #expect(git.codes == ["BAD_USER_INPUT"] && archive.codes == ["BAD_USER_INPUT"])
            #expect((git.errors + archive.errors).allSatisfy { !$0.contains("S3CRET") })
            let events = try await world.center.store.auditEvents.find(.all).filter { $0.operation.contains("Hub") }
            #expect(events.count == 2)
            for event in events { #expect(event.target.contains("repoURL=\(shown)")) }
            #expect(try await world.hubs().count == 1)
        }
    }

    @Test(arguments: ["git@github.com:x/y.git", "ssh://git@github.com/x/y.git", "https://github.com/x/y"])
    func `a URL without secrets is in the audit log`(_ url: String) async throws {
        try await CenterServer.run { world in
            _ = try await world.change("saveChaosHub", CenterServer.hub("x", url)).succeeded()
            let event = try #require(try await Self.events("saveChaosHub", in: world).first)
            #expect(event.target.contains("repoURL=\(url)"))
        }
    }
}
