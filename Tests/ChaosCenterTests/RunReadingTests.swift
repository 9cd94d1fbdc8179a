import ControlPlaneTesting
import DocumentStore
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// How much one request can make the server read.
struct RunReadingTests {
    /// - Parameter field: that is asked for of each run.
    private static func list(_ field: String, limit: Int, _ world: CenterServer) async throws -> Reply {
        try await world.graphQL(
            """
            query($p: ID!) {
                listExperimentRun(projectID: $p, request: {pagination: {page: 0, limit: \(limit)}}) {
                    experimentRuns { \(field) }
                }
            }
            """, ["p": .string(world.projectID)], as: world.viewer)
    }

    private static func insert(_ count: Int, _ scenario: RunScenario, bytes: Int) async throws {
        let runs = (0..<count).map { number in
            var run = ExperimentRun(
                new: scenario.experiment, revisionID: "revision-1", sequence: number,
                now: 1_800_000_000_000 + Int64(number) * 1000, by: UserDetails(userID: "u", username: "owner"))
            run.runID = "run-\(number)"
            run.executionData = "{\"a\":\"" + String(repeating: "x", count: bytes - 8) + "\"}"
            return run
        }
        try await scenario.store.runs.insert(contentsOf: runs)
    }

    @Test(arguments: Engine.allCases)
    func `more execution data than a server can hold is not read for one request`(_ engine: Engine) async throws {
        try await CenterServer.run(engine, { $0.longestReading = 5000 }) { world in
            let scenario = try await RunScenario.make(in: world)
            try await Self.insert(60, scenario, bytes: 100)
            let some = try await Self.list("executionData", limit: 50, world).succeeded()
            let texts = (some["listExperimentRun", "experimentRuns"].items ?? []).compactMap {
                $0["executionData"].text
            }
            #expect(texts.count == 50 && texts.allSatisfy { $0.utf8.count == 100 })
            let all = try await Self.list("executionData", limit: 60, world)
            #expect(
                all.errors.first == """
                    the manifests and the execution data that this request asks for have more than 5000 bytes; \
                    ask for fewer items at once, or leave these fields out
                    """)
            #expect(all.codes.first == "BAD_USER_INPUT")
            // Without it as many as before.
            #expect(
                try await Self.list("phase", limit: 60, world).succeeded()["listExperimentRun", "experimentRuns"].items?
                    .count == 60)
        }
    }

    @Test func `manifests count as often as they are in the answer`() async throws {
        let size = RunScenario.manifest(name: "shop-1", "experiment").description.utf8.count
        try await CenterServer.run(.sqlite, { $0.longestReading = size * 4 }) { world in
            try await Self.insert(4, try await RunScenario.make(in: world), bytes: 100)
            let some = try await Self.list("experimentManifest weightages { faultName }", limit: 3, world).succeeded()
            let runs = some["listExperimentRun", "experimentRuns"].items ?? []
            #expect(runs.count == 3 && runs.allSatisfy { $0["experimentManifest"].text?.utf8.count == size })
            #expect(try await Self.list("experimentManifest", limit: 4, world).codes.first == "BAD_USER_INPUT")
            #expect(try await Self.list("weightages { faultName }", limit: 4, world).errors.isEmpty)
        }
    }

    @Test func `the type of an experiment is read without its revisions`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            try await Self.insert(2, scenario, bytes: 100)
            // Revisions that cannot be read show who reads them.
            _ = try await world.server.database.collection(named: scenario.store.experiments.name).update(
                .eq("experiment_id", scenario.experiment.id), Update().set("revision", "unreadable"))
            let reply = try await Self.list("experimentType", limit: 2, world).succeeded()
            #expect(
                reply["listExperimentRun", "experimentRuns"] == [
                    ["experimentType": "experiment"], ["experimentType": "experiment"],
                ])
            #expect(try await !Self.list("experimentManifest", limit: 2, world).errors.isEmpty)
        }
    }
}
