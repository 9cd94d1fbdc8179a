import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

/// Lists, scores and numbers of experiments.
struct ExperimentListTests {
    @Test(arguments: Engine.allCases)
    func `a list has the latest manifest of each, and reads nothing else of what is long`(
        _ engine: Engine
    ) async throws {
        try await ExperimentWorld.run(engine) { world in
            let store = world.center.store
            for number in 1...25 {
                let revisions = (1...3).map { time in
                    ExperimentRevision(
                        id: "r-\(time)", manifest: "{\"of\":\(number),\"time\":\(time)}", updatedAt: Int64(time),
                        weightages: [FaultWeightage(faultName: "fault", weightage: time)])
                }
                try await store.experiments.insert(
                    StoredExperiment(
                        id: "exp-\(number)", name: "shop-\(number)", projectID: world.projectID,
                        infraID: world.infraID, type: "experiment", revisions: revisions.shuffled(), createdAt: 1,
                        updatedAt: Int64(number), isRemoved: false))
            }
            // Commands that cannot be read hide no manifest, since nobody reads them.
            let documents: DocumentCollection<DocumentStore.Document> = try store.database.collection(
                named: store.experiments.name)
            let odd = try Update().set("commands", encoding: [["id": "c", "type": "of a later release"]])
            #expect(try await documents.update(.eq("experiment_id", "exp-7"), odd) != nil)

            let listed = try await world.list(
                "{pagination: {page: 0, limit: 50}, sort: {field: TIME, ascending: true}}"
            ).succeeded()
            let experiments = try #require(listed["listExperiment", "experiments"].items)
            #expect(
                experiments.map { $0["experimentManifest"].text } == (1...25).map { "{\"of\":\($0),\"time\":3}" })
            #expect(experiments.allSatisfy { $0["weightages"].items?.first?["weightage"] == 3 })
            let found = try await store.revisions(
                [
                    RevisionKey(experimentID: "exp-7", revisionID: "r-2"),
                    RevisionKey(experimentID: "exp-7", revisionID: "gone"), RevisionKey(experimentID: "exp-8"),
                ], ReadingBudget())
            #expect(Set(found.values.map(\.manifest)) == ["{\"of\":7,\"time\":2}", "{\"of\":8,\"time\":3}"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `lists are filtered by everything that a client can ask for`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            var other = ChaosInfrastructure.sample(
                id: "4f6c3a7e-0000-4000-8000-000000000002", project: world.projectID)
            other.name = "Staging-Cluster"
            other.isActive = true
            try await world.center.store.infrastructures.insert(other)
            _ = try await world.save("exp-a", Sample.workflow(name: "apple"), name: "apple").succeeded()
            world.advance()
            _ = try await world.save("exp-b", Sample.cron(name: "banana"), name: "banana").succeeded()
            world.advance()
            _ = try await world.save("exp-c", Sample.workflow(name: "cherry"), name: "cherry", infraID: other.id)
                .succeeded()
            try await world.insertRun(1, of: "exp-a", phase: "Completed", score: 100)
            try await world.insertRun(2, of: "exp-a", phase: "Error")
            try await world.insertRun(3, of: "exp-c", phase: "Completed", score: 50)

            func names(_ request: String) async throws -> [String] {
                try await world.list(request).succeeded()["listExperiment", "experiments"].items?
                    .compactMap { $0["name"].text } ?? []
            }
            #expect(try await names("{}") == ["cherry", "banana", "apple"])
            #expect(try await names("{sort: {field: NAME, ascending: true}}") == ["apple", "banana", "cherry"])
            #expect(try await names("{sort: {field: NAME, ascending: false}}") == ["cherry", "banana", "apple"])
            #expect(try await names("{sort: {field: TIME, ascending: true}}") == ["apple", "banana", "cherry"])
            #expect(try await names(#"{filter: {experimentName: "AN"}}"#) == ["banana"])
            #expect(try await names(#"{filter: {experimentName: ".*"}}"#) == [])
            #expect(try await names("{filter: {infraID: \"\(other.id)\"}}") == ["cherry"])
            #expect(try await names(#"{filter: {infraName: "staging"}}"#) == ["cherry"])
            #expect(try await names("{filter: {infraActive: false}}") == ["banana", "apple"])
            #expect(try await names("{filter: {infraTypes: [Kubernetes]}}").count == 3)
            #expect(try await names("{filter: {scheduleType: CRON}}") == ["banana"])
            #expect(try await names("{filter: {scheduleType: NON_CRON}}") == ["cherry", "apple"])
            #expect(try await names("{filter: {scheduleType: ALL}}").count == 3)
            // Of the newest run.
            #expect(try await names(#"{filter: {status: "Completed"}}"#) == ["cherry"])
            #expect(try await names(#"{filter: {status: "Error"}}"#) == ["apple"])
            #expect(try await names(#"{filter: {status: "NA"}}"#) == ["banana"])
            #expect(try await names(#"{experimentIDs: ["exp-a", "exp-c", null]}"#) == ["cherry", "apple"])
            let time = try #require(try await world.stored("exp-b")).updatedAt
            #expect(try await names("{filter: {dateRange: {startDate: \"\(time)\"}}}") == ["cherry", "banana"])
            #expect(
                try await names("{filter: {dateRange: {startDate: \"\(time)\", endDate: \"\(time)\"}}}") == ["banana"])
            #expect(try await names("{pagination: {page: 1, limit: 2}}") == ["apple"])
            let reply = try await world.list("{pagination: {page: 1, limit: 2}}").succeeded()
            #expect(reply["listExperiment", "totalNoOfExperiments"] == 3)
            #expect(try await world.list("{pagination: {page: -1, limit: 2}}").codes == ["BAD_USER_INPUT"])
        }
    }

    @Test func `a page has fifteen experiments where nobody says how many`() async throws {
        try await ExperimentWorld.run { world in
            for index in 10..<27 {
                _ = try await world.save("exp-\(index)", Sample.workflow(name: "e\(index)"), name: "e\(index)")
                    .succeeded()
            }
            let list = try await world.list("{}").succeeded()["listExperiment"]
            #expect(list["experiments"].items?.count == 15 && list["totalNoOfExperiments"] == 17)
        }
    }

    @Test func `lists do not read manifests`() async throws {
        try await ExperimentWorld.run { world in
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
            let heads = try await world.center.store.experimentHeads(Query(.all))
            #expect(heads.count == 1 && heads.allSatisfy(\.revisions.isEmpty))
        }
    }

    @Test(arguments: Engine.allCases)
    func `the newest ten runs of each are shown, and the mean of the scores`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            _ = try await world.save("exp-1", Sample.workflow()).succeeded()
            _ = try await world.save("exp-2", Sample.workflow(name: "cart"), name: "cart").succeeded()
            for index in 1...12 { try await world.insertRun(index, score: index == 1 ? 10 : 100) }
            try await world.insertRun(13, phase: "Running", isCompleted: false)
            try await world.insertRun(14, of: "exp-2", phase: "Error")
            let reply = try await world.get("exp-1").succeeded()["getExperiment"]
            let runs = reply["experimentDetails"]["recentExperimentRunDetails"].items ?? []
            #expect(runs.compactMap { $0["runSequence"].number } == Array((4...13).reversed()))
            #expect(runs.first?["phase"] == "Running" && runs.last?["resiliencyScore"].double == 100)
            #expect(reply["averageResiliencyScore"].double == 92.5)
            let none = try await world.get("exp-2").succeeded()["getExperiment"]
            #expect(none["averageResiliencyScore"] == .null)
            let list = try await world.list("{sort: {field: NAME}}").succeeded()["listExperiment", "experiments"]
            #expect(list.items?.compactMap { $0["recentExperimentRunDetails"].items?.count } == [1, 10])
        }
    }

    @Test(arguments: Engine.allCases)
    func `experiments are counted by their mean score`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            func stats() async throws -> GraphQLValue {
                try await world.graphQL(
                    """
                    query ($projectID: ID!) { getExperimentStats(projectID: $projectID) {
                        totalExperiments totalExpCategorizedByResiliencyScore { id count } } }
                    """, ["projectID": .string(world.projectID)]
                ).succeeded()["getExperimentStats"]
            }
            #expect(
                try await stats() == ["totalExperiments": 0, "totalExpCategorizedByResiliencyScore": .list([])])
            let scores: [[Double]] = [[39.99], [30, 60], [80], [100, 100], []]
            for (index, scores) in scores.enumerated() {
                let name = "e\(index)"
                _ = try await world.save(name, Sample.workflow(name: name), name: name).succeeded()
                for (run, score) in scores.enumerated() {
                    try await world.insertRun(index * 10 + run, of: name, score: score)
                }
            }
            try await world.insertRun(90, of: "e4", phase: "Running", score: 5, isCompleted: false)
            #expect(
                try await stats() == [
                    "totalExperiments": 5,
                    "totalExpCategorizedByResiliencyScore": .list([
                        ["id": 0, "count": 1], ["id": 40, "count": 1], ["id": 80, "count": 2], ["id": 101, "count": 1],
                    ]),
                ])
        }
    }
}

extension GraphQLValue {
    fileprivate var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
