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
        if let end { run["ended_at"] = .int(end) }
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
            try await runs.insert(run("4", "q", "a phase of the agent's own", from: 1000, to: nil))

            let figures = try await world.center.figures()
            #expect(
                figures
                    == CenterFigures(
                        experiments: 2, runs: ["Completed": 2, "Running": 1, "NA": 1], agents: 2, connectedAgents: 1))
            let all = try await world.center.runDurations(endedIn: 0..<100_000)
            #expect(Set(all) == [.seconds(30), .milliseconds(60_500)])
            #expect(try await world.center.runDurations(endedIn: 31_001..<61_501) == [.milliseconds(60_500)])
            #expect(try await world.center.runDurations(endedIn: 0..<31_000) == [])
        }
    }

    @Test("a run counts once among the durations, whatever is heard of it after its end", arguments: Engine.allCases)
    func durations(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let begin = world.center.now()
            func durations() async throws -> [Duration] {
                try await world.center.runDurations(endedIn: begin..<world.center.now() + 1)
            }
            // Stopped, and its agent is away.
            let stopped = try await scenario.start()
            var event = SampleEvent(notifyID: stopped, running: ["a"])
            _ = try await scenario.send(event).succeeded()
            world.clock.advance(by: 10)
            _ = try await scenario.stop(notifyID: stopped).succeeded()
            #expect(try await durations() == [.seconds(10)])
            // Its end is told later.
            world.clock.advance(by: 50)
            let later = world.center.now()
            event.isCompleted = true
            _ = try await scenario.send(event).succeeded()
            #expect(try await durations() == [.seconds(10)])
            #expect(try await world.center.runDurations(endedIn: later..<later + 1) == [])
            // Given up and heard of again: only its true end counts.
            let silent = try await scenario.start()
            event = SampleEvent(runID: "silent", notifyID: silent, running: ["a"])
            _ = try await scenario.send(event).succeeded()
            let run = try await scenario.stored(silent)
            try await scenario.store.runs.modify(.eq("notify_id", silent)) {
                $0.end(as: .timeout, nil, now: run.createdAt + 20_000)
            }
            world.clock.advance(by: 30)
            #expect(try await durations().count == 2)
            event.finished = ["a"]
            event.running = ["b"]
            _ = try await scenario.send(event).succeeded()
            #expect(try await durations() == [.seconds(10)])
            event.finished = ["a", "b"]
            event.running = []
            event.phase = "Completed"
            event.isCompleted = true
            _ = try await scenario.send(event).succeeded()
            #expect(Set(try await durations()) == [.seconds(10), .seconds(30)])
        }
    }
}
