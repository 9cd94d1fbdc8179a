import ControlPlaneTesting
import DocumentStore
import Testing

@testable import ChaosCenter

@Suite("Figures for metrics")
struct FiguresTests {
    private func infrastructure(_ id: String, isActive: Bool = false, isRemoved: Bool = false) -> Document {
        [
            "infra_id": .string(id), "name": .string(id), "project_id": "p", "is_active": .bool(isActive),
            "is_removed": .bool(isRemoved),
        ]
    }

    private func run(_ id: String, _ project: String, _ phase: String, from start: Int64, to end: Int64?) -> Document {
        var run: Document = [
            "experiment_run_id": .string(id), "project_id": .string(project), "phase": .string(phase),
            "completed": .bool(end != nil), "created_at": .int(start), "is_removed": false,
        ]
        if let end { run["last_event_at"] = .int(end) }
        return run
    }

    @Test("everything of all projects is counted, what was removed is not", arguments: Engine.allCases)
    func counts(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let database = world.center.store.database
            let infrastructures = try database.collection(named: "chaosInfrastructures")
            try await infrastructures.insert(infrastructure("a", isActive: true))
            try await infrastructures.insert(infrastructure("b"))
            try await infrastructures.insert(infrastructure("c", isActive: true, isRemoved: true))
            let experiments = try database.collection(named: "chaosExperiments")
            for (id, isRemoved) in [("a", false), ("b", false), ("c", true)] {
                try await experiments.insert([
                    "experiment_id": .string(id), "name": .string(id), "project_id": "p",
                    "is_removed": .bool(isRemoved),
                ])
            }
            let runs = try database.collection(named: "chaosExperimentRuns")
            try await runs.insert(run("1", "p", "Completed", from: 1000, to: 31_000))
            try await runs.insert(run("2", "q", "Completed", from: 1000, to: 61_500))
            try await runs.insert(run("3", "q", "Running", from: 1000, to: nil))

            let figures = try await world.center.figures()
            #expect(
                figures
                    == CenterFigures(
                        experiments: 2, runs: ["Completed": 2, "Running": 1], agents: 2, connectedAgents: 1))
            let all = try await world.center.runDurations(endedIn: 0..<100_000)
            #expect(Set(all) == [.seconds(30), .milliseconds(60_500)])
            #expect(try await world.center.runDurations(endedIn: 31_001..<61_501) == [.milliseconds(60_500)])
            #expect(try await world.center.runDurations(endedIn: 0..<31_000) == [])
        }
    }
}
