import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

/// Lists and figures of infrastructures.
struct InfraQueryTests {
    private static func fill(_ world: CenterServer) async throws {
        for number in 1...20 {
            var infra = ChaosInfrastructure.sample(id: "infra-\(number)", project: world.projectID)
            infra.name = "Cluster \(number)"
            infra.description = number == 3 ? "of the Office" : nil
            infra.platformName = number.isMultiple(of: 2) ? "GKE" : "Others"
            infra.scope = number > 10 ? "namespace" : "cluster"
            infra.environmentID = number > 15 ? "prod" : "test"
            infra.isActive = number <= 5
            infra.isConfirmed = number <= 8
            infra.tags = number == 7 ? ["a", "b"] : number == 8 ? ["a"] : nil
            infra.updatedAt += Int64(number)
            infra.version = number == 1 ? "3.9.0" : number == 2 ? "2.14.0" : number == 4 ? "3.32.0" : "3.31.0"
            try await world.center.store.infrastructures.insert(infra)
        }
        var removed = ChaosInfrastructure.sample(id: "removed", project: world.projectID)
        removed.isRemoved = true
        try await world.center.store.infrastructures.insert(removed)
        var foreign = ChaosInfrastructure.sample(id: "foreign", project: world.stranger.projectID)
        foreign.name = "Cluster 1"
        try await world.center.store.infrastructures.insert(foreign)
    }

    private func list(_ world: CenterServer, _ request: String) async throws -> Reply {
        try await world.graphQL(
            "{ listInfras(projectID: \"\(world.projectID)\"\(request.isEmpty ? "" : ", request: \(request)")) "
                + "{ totalNoOfInfras infras { infraID } } }", as: world.viewer)
    }

    private func ids(_ reply: Reply) throws -> [String] {
        (try reply.succeeded()["listInfras", "infras"].items ?? []).compactMap { $0["infraID"].text }
    }

    private static let filters: [(String, Set<Int>)] = [
        ("{filter: {name: \"CLUSTER 2\"}}", [2, 20]), ("{filter: {name: \".*\"}}", []),
        ("{filter: {infraID: \"infra-4\"}}", [4]), ("{filter: {infraID: \"foreign\"}}", []),
        ("{filter: {description: \"office\"}}", [3]), ("{filter: {platformName: \"gke\", isActive: true}}", [2, 4]),
        ("{filter: {infraScope: namespace}, environmentIDs: [\"test\"]}", [11, 12, 13, 14, 15]),
        ("{filter: {tags: [\"a\"]}}", [7, 8]), ("{filter: {tags: [\"b\", null, \"c\"]}}", [7]),
        ("{filter: {tags: []}, environmentIDs: [\"prod\"]}", [16, 17, 18, 19, 20]),
        ("{infraIDs: [\"infra-1\", \"infra-9\", \"removed\", \"foreign\"]}", [1, 9]),
        ("{environmentIDs: [\"prod\"]}", [16, 17, 18, 19, 20]), ("{environmentIDs: [\"none\"]}", []),
    ]

    @Test(arguments: Engine.allCases)
    func `lists are filtered and come in pages, the last changed first`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            try await Self.fill(world)
            for (request, expected) in Self.filters {
                let found = try ids(try await list(world, request))
                #expect(Set(found) == Set(expected.map { "infra-\($0)" }), "\(request)")
            }
            let first = try await list(world, "")
            #expect(try ids(first) == (6...20).reversed().map { "infra-\($0)" })
            #expect(first["listInfras", "totalNoOfInfras"].number == 20)
            #expect(
                try ids(try await list(world, "{infraIDs: [], pagination: {page: 2, limit: 9}}")) == [
                    "infra-2", "infra-1",
                ])
            let wrong = try await list(world, "{pagination: {page: -1, limit: 9}}")
            #expect(wrong.errors == ["pagination: page and limit must not be negative"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `each infrastructure has the figures of its experiments and runs`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            try await Self.fill(world)
            for number in 1...3 {
                try await world.center.store.experiments.insert(
                    .sample("e\(number)", project: world.projectID, infra: "infra-20", isRemoved: number == 3))
            }
            for number in 1...4 {
                try await world.center.store.runs.insert(
                    .sample("r\(number)", project: world.projectID, infra: "infra-20", at: 1_800_000_000_000 + number))
            }
            try await world.center.store.runs.insert(
                .sample("s1", project: world.projectID, infra: "infra-19", at: 1_700_000_000_000))
            let reply =
                try await world.graphQL(
                    "{ listInfras(projectID: \"\(world.projectID)\") { infras { infraID noOfExperiments noOfExperimentRuns "
                        + "lastExperimentTimestamp } } }"
                ).succeeded()["listInfras", "infras"].items ?? []
            #expect(reply.count == 15)
            #expect(reply[0]["noOfExperiments"].number == 2 && reply[0]["noOfExperimentRuns"].number == 4)
            #expect(reply[0]["lastExperimentTimestamp"].text == "1800000000004")
            #expect(reply[1]["noOfExperiments"].number == 0 && reply[1]["noOfExperimentRuns"].number == 1)
            #expect(reply[1]["lastExperimentTimestamp"].text == "1700000000000")
            #expect(reply[2]["noOfExperimentRuns"].number == 0 && reply[2]["lastExperimentTimestamp"] == .null)
        }
    }

    @Test(arguments: Engine.allCases)
    func `infrastructures of a project are counted`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let document = """
                { getInfraStats(projectID: "\(world.projectID)") { totalInfrastructures totalActiveInfrastructure
                  totalInactiveInfrastructures totalConfirmedInfrastructure totalNonConfirmedInfrastructures } }
                """
            let none = try await world.graphQL(document, as: world.executor).succeeded()["getInfraStats"]
            #expect(none["totalInfrastructures"].number == 0 && none["totalInactiveInfrastructures"].number == 0)
            try await Self.fill(world)
            let stats = try await world.graphQL(document, as: world.executor).succeeded()["getInfraStats"]
            #expect(stats["totalInfrastructures"].number == 20)
            #expect(stats["totalActiveInfrastructure"].number == 5)
            #expect(stats["totalInactiveInfrastructures"].number == 15)
            #expect(stats["totalConfirmedInfrastructure"].number == 8)
            #expect(stats["totalNonConfirmedInfrastructures"].number == 12)
        }
    }

    @Test func `an agent that is older than the server is told so`() async throws {
        try await CenterServer.run { world in
            try await Self.fill(world)
            let expected = [1: "AVAILABLE", 2: "MANDATORY", 3: "NOT_REQUIRED", 4: "NOT_REQUIRED"]
            for (number, status) in expected {
                let reply = try await world.graphQL(
                    "{ getInfraDetails(projectID: \"\(world.projectID)\", infraID: \"infra-\(number)\") { updateStatus } }",
                    as: world.executor)
                #expect(try reply.succeeded()["getInfraDetails", "updateStatus"].text == status)
            }
            let versions = try await world.graphQL(
                "{ getVersionDetails(projectID: \"\(world.projectID)\") { latestVersion compatibleVersions } }",
                as: world.viewer
            ).succeeded()["getVersionDetails"]
            #expect(versions["latestVersion"].text == "3.31.0")
            let list = (versions["compatibleVersions"].items ?? []).compactMap(\.text)
            #expect(list.count == 32 && list.first == "3.0.0" && list.last == "3.31.0")
        }
    }
}

extension StoredExperiment {
    fileprivate static func sample(_ id: String, project: String, infra: String, isRemoved: Bool) -> StoredExperiment {
        StoredExperiment(
            id: id, name: id, projectID: project, infraID: infra, type: "experiment", revisions: [],
            createdAt: 1_800_000_000_000, updatedAt: 1_800_000_000_000, isRemoved: isRemoved)
    }
}

extension ExperimentRun {
    fileprivate static func sample(_ id: String, project: String, infra: String, at time: Int) -> ExperimentRun {
        ExperimentRun(
            projectID: project, infraID: infra, runID: id, experimentID: "e1", experimentName: "e1",
            phase: "Completed", executionData: "", revisionID: "1", sequence: 1, isCompleted: true,
            createdAt: Int64(time), updatedAt: Int64(time), isRemoved: false)
    }
}
