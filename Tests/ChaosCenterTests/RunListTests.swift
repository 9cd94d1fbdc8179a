import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

/// What people see of the runs of a project.
struct RunListTests {
    private static let document = """
        query($p: ID!, $r: ListExperimentRunRequest!) {
            listExperimentRun(projectID: $p, request: $r) {
                totalNoOfExperimentRuns
                experimentRuns { experimentRunID phase runSequence experimentName executionData experimentType }
            }
        }
        """

    private static func list(
        _ world: CenterServer, _ request: GraphQLObject = [:]
    ) async throws -> (ids: [String], total: Int?) {
        let reply = try await world.graphQL(
            document, ["p": .string(world.projectID), "r": .object(request)], as: world.viewer)
        let list = try reply.succeeded()["listExperimentRun"]
        return (
            (list["experimentRuns"].items ?? []).compactMap { $0["experimentRunID"].text },
            list["totalNoOfExperimentRuns"].number
        )
    }

    /// Runs `run-0`, `run-1`, …, one a second.
    private static func insert(_ count: Int, _ scenario: RunScenario, from first: Int = 0) async throws {
        let phases = ["Completed", "Running", "Error"]
        let runs = (first..<first + count).map { number in
            var run = ExperimentRun(
                new: scenario.experiment, revisionID: "revision-1", sequence: number,
                now: 1_800_000_000_000 + Int64(number) * 1000, by: UserDetails(userID: "u", username: "owner"))
            run.runID = "run-\(number)"
            run.phase = phases[number % 3]
            run.executionData = #"{"number":\#(number)}"#
            return run
        }
        try await scenario.store.runs.insert(contentsOf: runs)
    }

    @Test(arguments: Engine.allCases)
    func `runs are listed newest first, fifteen at a time`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let foreign = try await RunScenario.make(in: world, project: world.stranger.projectID, number: 2)
            try await Self.insert(20, scenario)
            try await Self.insert(3, foreign, from: 100)
            let first = try await Self.list(world)
            #expect(first.ids == (5..<20).reversed().map { "run-\($0)" })
            #expect(first.total == 20)
            let second = try await Self.list(world, ["pagination": ["page": 1, "limit": 15]])
            #expect(second.ids == (0..<5).reversed().map { "run-\($0)" })
            #expect(second.total == 20)
            let oldest = try await Self.list(
                world, ["pagination": ["page": 0, "limit": 2], "sort": ["field": "TIME", "ascending": true]])
            #expect(oldest.ids == ["run-0", "run-1"])
            #expect(oldest.total == 20)

            let reply = try await world.graphQL(
                Self.document, ["p": .string(world.projectID), "r": ["pagination": ["page": 0, "limit": 2]]])
            let run = reply["listExperimentRun", "experimentRuns", 1]
            #expect(run["executionData"].text == #"{"number":18}"#)
            #expect(run["experimentType"].text == "experiment")
            #expect(run["runSequence"].number == 18)
        }
    }

    @Test func `runs are chosen by what is known of them`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let schedule = try await RunScenario.make(in: world, type: "cronexperiment", number: 2)
            try await Self.insert(6, scenario)
            try await Self.insert(2, schedule, from: 6)
            func chosen(_ filter: GraphQLObject) async throws -> [String] {
                try await Self.list(world, ["filter": .object(filter)]).ids
            }
            #expect(try await chosen(["experimentName": "OP-2"]) == ["run-7", "run-6"])
            #expect(try await chosen(["infraID": .string(schedule.infrastructure.id)]) == ["run-7", "run-6"])
            #expect(try await chosen(["experimentType": "CRON"]) == ["run-7", "run-6"])
            #expect(try await chosen(["experimentType": "NON_CRON"]).count == 6)
            #expect(try await chosen(["experimentType": "ALL"]).count == 8)
            #expect(try await chosen(["experimentStatus": "Error"]) == ["run-5", "run-2"])
            #expect(try await chosen(["experimentStatus": "All"]).count == 8)
            #expect(
                try await chosen(["experimentRunStatus": ["Error", "Running"]])
                    == ["run-7", "run-5", "run-4", "run-2", "run-1"])
            #expect(try await chosen(["experimentRunID": "run-3"]) == ["run-3"])
            #expect(try await chosen(["infraTypes": ["Kubernetes"]]).count == 8)
            #expect(
                try await chosen(["dateRange": ["startDate": "1800000002000", "endDate": "1800000003000"]])
                    == ["run-3", "run-2"])
            #expect(try await chosen(["dateRange": ["startDate": "1800000006000"]]) == ["run-7", "run-6"])
            #expect(try await Self.list(world, ["experimentRunIDs": ["run-1", "run-4"]]).ids == ["run-4", "run-1"])
            #expect(try await Self.list(world, ["experimentIDs": ["experiment-2"]]).ids == ["run-7", "run-6"])
            #expect(
                try await Self.list(world, ["sort": ["field": "NAME", "ascending": true]]).ids.suffix(2).sorted() == [
                    "run-6", "run-7",
                ])
            let reply = try await world.graphQL(
                Self.document,
                ["p": .string(world.projectID), "r": ["filter": ["dateRange": ["startDate": "yesterday"]]]])
            #expect(reply.errors == ["dateRange.startDate: 'yesterday' is not a number of milliseconds since 1970"])
        }
    }

    @Test func `a run is found by one of its ids, in its project`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let foreign = try await RunScenario.make(in: world, project: world.stranger.projectID, number: 2)
            try await Self.insert(1, scenario)
            try await Self.insert(1, foreign, from: 1)
            func errors(_ arguments: String) async throws -> [String] {
                let ask = #"{ getExperimentRun(projectID: "\#(world.projectID)"\#(arguments)) { phase } }"#
                return try await world.graphQL(ask).errors
            }
            #expect(try await errors("") == ["experimentRunID or notifyID not provided"])
            #expect(
                try await errors(#", experimentRunID: "", notifyID: """#) == [
                    "experimentRunID or notifyID not provided"
                ])
            #expect(try await errors(#", experimentRunID: "run-0""#).isEmpty)
            #expect(try await errors(#", experimentRunID: "run-1""#) == ["no matching experiment run"])
            #expect(try await errors(#", notifyID: "run-0""#) == ["no matching experiment run"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `runs are counted by how they ended`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let phases = [
                "Completed", "Completed_With_Probe_Failure", "Running", "Pending", "Stopped", "Error", "Timeout",
                "Queued", "Unheard", "Error",
            ]
            try await scenario.store.runs.insert(
                contentsOf: phases.enumerated().map { number, phase in
                    var run = ExperimentRun(
                        new: scenario.experiment, revisionID: "", sequence: number, now: 0, by: nil)
                    run.runID = "run-\(number)"
                    run.phase = phase
                    // The last one is removed.
                    run.isRemoved = number == phases.count - 1
                    return run
                })
            let reply = try await world.graphQL(
                """
                { getExperimentRunStats(projectID: "\(world.projectID)") {
                    totalExperimentRuns totalCompletedExperimentRuns totalTerminatedExperimentRuns
                    totalRunningExperimentRuns totalStoppedExperimentRuns totalErroredExperimentRuns
                } }
                """)
            let stats = try reply.succeeded()["getExperimentRunStats"]
            #expect(stats["totalExperimentRuns"].number == 9)
            #expect(stats["totalCompletedExperimentRuns"].number == 2)
            #expect(stats["totalTerminatedExperimentRuns"].number == 1)
            #expect(stats["totalRunningExperimentRuns"].number == 2)
            #expect(stats["totalStoppedExperimentRuns"].number == 1)
            #expect(stats["totalErroredExperimentRuns"].number == 1)
        }
    }

    @Test func `the number of runs is right while they change`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            for number in 0..<20 {
                try await Self.insert(2, scenario, from: number * 2)
                for _ in 0..<2 {
                    let one: GraphQLObject = ["pagination": ["page": 0, "limit": 1]]
                    #expect(try await Self.list(world, one).total == number * 2 + 2)
                }
            }
        }
    }
}
