import ControlPlaneTesting
import DocumentStore
import GraphQL

@testable import ChaosCenter

/// A Chaos Center with an infrastructure, and the operations on experiments as clients send them.
@dynamicMemberLookup
struct ExperimentWorld: Sendable {
    let server: CenterServer
    let infraID: String

    subscript<Value>(dynamicMember path: KeyPath<CenterServer, Value>) -> Value { server[keyPath: path] }

    static func run(
        _ engine: Engine = .sqlite, _ body: @escaping @Sendable (ExperimentWorld) async throws -> Void
    ) async throws {
        try await CenterServer.run(engine) { server in
            let infrastructure = ChaosInfrastructure.sample(project: server.projectID)
            try await server.center.store.infrastructures.insert(infrastructure)
            try await body(ExperimentWorld(server: server, infraID: infrastructure.id))
        }
    }

    /// Lets some time go by, so that times differ.
    func advance() { server.clock.advance(by: 1) }

    func graphQL(_ query: String, _ variables: GraphQLObject, as person: Person? = nil) async throws -> Reply {
        try await server.graphQL(query, variables, as: person)
    }

    /// As litmusctl and the web portal do.
    func save(
        _ id: String, _ manifest: String, name: String = "checkout", infraID: String? = nil
    ) async throws -> Reply {
        try await graphQL(
            """
            mutation saveChaosExperiment($projectID: ID!, $request: SaveChaosExperimentRequest!) {
                saveChaosExperiment(projectID: $projectID, request: $request)
            }
            """,
            [
                "projectID": .string(server.projectID),
                "request": [
                    "id": .string(id), "name": .string(name), "description": "a test", "type": "Experiment",
                    "manifest": .string(manifest), "infraID": .string(infraID ?? self.infraID), "tags": .list(["test"]),
                ],
            ])
    }

    func create(
        _ id: String?, _ manifest: String, name: String = "checkout", schedule: String = "", weight: Int? = nil,
        runs: Bool = false, operation: String = "createChaosExperiment", as person: Person? = nil
    ) async throws -> Reply {
        let weightages: [GraphQLValue] =
            weight.map { [["faultName": "pod-delete-x1y", "weightage": .int($0)]] } ?? []
        return try await graphQL(
            """
            mutation ($projectID: ID!, $request: ChaosExperimentRequest!) {
                \(operation)(projectID: $projectID, request: $request) {
                    experimentID projectID cronSyntax experimentName experimentDescription isCustomExperiment tags
                }
            }
            """,
            [
                "projectID": .string(server.projectID),
                "request": [
                    "experimentID": id.map(GraphQLValue.string) ?? .null, "runExperiment": .bool(runs),
                    "experimentManifest": .string(manifest), "cronSyntax": .string(schedule),
                    "experimentName": .string(name), "experimentDescription": "a test",
                    "weightages": .list(weightages), "isCustomExperiment": true, "infraID": .string(infraID),
                ],
            ], as: person)
    }

    private static let fields = """
        projectID experimentID experimentType experimentManifest cronSyntax name description isCustomExperiment
        updatedAt createdAt isRemoved tags weightages { faultName weightage }
        createdBy { username } updatedBy { username }
        infra { infraID name }
        recentExperimentRunDetails {
            experimentRunID phase resiliencyScore createdAt updatedAt createdBy { username } updatedBy { username }
            runSequence
        }
        """

    func get(_ id: String) async throws -> Reply {
        try await graphQL(
            """
            query ($projectID: ID!, $id: String!) { getExperiment(projectID: $projectID, experimentID: $id) {
                averageResiliencyScore experimentDetails { \(Self.fields) } } }
            """, ["projectID": .string(server.projectID), "id": .string(id)])
    }

    /// - Parameter request: the input, as it is written in a document.
    func list(_ request: String) async throws -> Reply {
        try await graphQL(
            """
            query ($projectID: ID!) { listExperiment(projectID: $projectID, request: \(request)) {
                totalNoOfExperiments experiments { \(Self.fields) } } }
            """, ["projectID": .string(server.projectID)])
    }

    func delete(_ id: String, run: String? = nil) async throws -> Reply {
        var variables: GraphQLObject = ["projectID": .string(server.projectID), "id": .string(id)]
        if let run { variables["run"] = .string(run) }
        return try await graphQL(
            """
            mutation ($projectID: ID!, $id: String!, $run: String) {
                deleteChaosExperiment(projectID: $projectID, experimentID: $id, experimentRunID: $run)
            }
            """, variables)
    }

    func suspend(_ id: String, _ isSuspended: Bool) async throws -> Reply {
        try await graphQL(
            """
            mutation ($projectID: ID!, $id: String!, $disable: Boolean!) {
                updateCronExperimentState(projectID: $projectID, experimentID: $id, disable: $disable)
            }
            """,
            ["projectID": .string(server.projectID), "id": .string(id), "disable": .bool(isSuspended)])
    }

    // MARK: What is stored

    func stored(_ id: String) async throws -> StoredExperiment? {
        try await server.center.store.experiment(id, in: server.projectID)
    }

    func removed(_ id: String) async throws -> StoredExperiment? {
        try await server.center.store.experiments.first(.eq("experiment_id", id) && .eq("is_removed", true))
    }

    /// - Parameter number: of the run; later ones are newer.
    func insertRun(
        _ number: Int, of experimentID: String = "exp-1", phase: String = "Completed", score: Double? = nil,
        isCompleted: Bool = true, _ change: (inout ExperimentRun) -> Void = { _ in }
    ) async throws {
        var run = ExperimentRun(
            projectID: server.projectID, infraID: infraID, runID: "run-\(number)", experimentID: experimentID,
            experimentName: "checkout", phase: phase, executionData: "{}", revisionID: "rev", resiliencyScore: score,
            sequence: number, isCompleted: isCompleted, createdAt: Int64(1_000 + number),
            updatedAt: Int64(1_000 + number), isRemoved: false)
        change(&run)
        try await server.center.store.runs.insert(run)
    }
}
