import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Runs that people stop, that agents cannot start, and that nothing is heard of.
struct RunEndTests {
    private static func message(_ run: GraphQLValue) throws -> String? {
        try JSON(parsing: run["executionData"].text ?? "")["message"].string
    }

    // MARK: Stop

    @Test(arguments: Engine.allCases)
    func `a run is stopped at once, and in the cluster by a command`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            var event = SampleEvent(notifyID: notifyID, running: ["a"], faults: [SampleFault(finished: nil)])
            _ = try await scenario.send(event).succeeded()
            #expect(try await scenario.stop(runID: event.runID).succeeded()["stopExperimentRuns"].flag == true)
            #expect(try await scenario.run(notifyID)["phase"].text == "Stopped")
            let command = try #require(try await scenario.stored(notifyID).commands?.last)
            #expect(command.type == .stopRun)
            #expect(command.externalData == event.runID)
            #expect(command.openFor == scenario.infrastructure.id)

            // What the cluster makes of it is shown; that it is stopped stays.
            event.phase = "Running"
            event.finished = ["a"]
            event.running = []
            _ = try await scenario.send(event).succeeded()
            event.phase = "Completed"
            event.isCompleted = true
            event.faults = [SampleFault(verdict: "Stopped", success: "0")]
            _ = try await scenario.send(event).succeeded()
            let run = try await scenario.run(notifyID)
            #expect(run["phase"].text == "Stopped")
            #expect(run["updatedBy"]["username"].text == "executor")
            #expect(run["faultsStopped"].number == 1)
            let data = try JSON(parsing: run["executionData"].text ?? "")
            #expect(data["phase"] == "Stopped")
            #expect(data["nodes", "shop-1-100", "chaosData", "experimentVerdict"] == "Stopped")
            #expect(try await scenario.stored(notifyID).isCompleted)
            #expect(try await scenario.stored(notifyID).commands?.count { $0.type == .stopRun } == 1)
            let again = try await scenario.stop()
            #expect(again.errors == ["no running, timeout, or queued experiments found"])
        }
    }

    @Test func `a queued run that is stopped is never sent`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            _ = try await scenario.stop(notifyID: notifyID).succeeded()
            let run = try await scenario.stored(notifyID)
            #expect(run.phase == "Stopped")
            #expect(run.isCompleted)
            #expect(run.commands?.map(\.state) == [.expired])
            #expect(run.commands?.first?.openFor == nil)
            #expect(run.commands?.first?.reason == "stopped")
        }
    }

    @Test func `a run that was stopped before its id was known is stopped by its first event`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            try await scenario.setCommand(.create, of: notifyID, to: .done)
            _ = try await scenario.stop(notifyID: notifyID).succeeded()
            #expect(try await scenario.stored(notifyID).commands?.map(\.type) == [.create])

            var event = SampleEvent(notifyID: notifyID, running: ["a"])
            for steps in [["a"], ["a", "b"]] {
                event.running = steps
                _ = try await scenario.send(event).succeeded()
                let run = try await scenario.stored(notifyID)
                #expect(run.phase == "Stopped")
                #expect(run.commands?.map(\.type) == [.create, .stopRun])
                #expect(run.commands?.last?.externalData == event.runID)
            }
            // One that nobody took in time is given again when the agent shows that the run goes on.
            try await scenario.setCommand(.stopRun, of: notifyID, to: .expired)
            event.running = ["a", "b", "c"]
            _ = try await scenario.send(event).succeeded()
            #expect(try await scenario.stored(notifyID).commands?.map(\.state) == [.done, .expired, .open])
        }
    }

    @Test func `a stop that failed, or that nothing came of, is repeated while the run goes on`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            var event = SampleEvent(notifyID: notifyID, running: ["a"])
            _ = try await scenario.send(event).succeeded()
            _ = try await scenario.stop().succeeded()
            func next(_ step: String) async throws -> [AgentCommand.State] {
                event.finished += event.running
                event.running = [step]
                _ = try await scenario.send(event).succeeded()
                let commands = try await scenario.stored(notifyID).commands ?? []
                return commands.filter { $0.type == .stopRun }.map(\.state)
            }
            #expect(try await next("b") == [.open])
            try await scenario.setCommand(.stopRun, of: notifyID, to: .failed)
            #expect(try await next("c") == [.failed, .open])
            // Sent to an agent that cannot acknowledge: it may be about to do it, but not for ever.
            try await scenario.setCommand(.stopRun, of: notifyID, to: .done)
            #expect(try await next("d") == [.failed, .done])
            world.clock.advance(by: 601)
            #expect(try await next("e") == [.failed, .done, .open])
            for step in 0..<20 {
                try await scenario.setCommand(.stopRun, of: notifyID, to: .failed)
                _ = try await next("step-\(step)")
            }
            #expect(try await scenario.stored(notifyID).commands?.count { $0.type == .stopRun } == 11)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a stopped run that is named is stopped again, until its end is known`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            var event = SampleEvent(notifyID: notifyID, running: ["a"])
            _ = try await scenario.send(event).succeeded()
            _ = try await scenario.stop(notifyID: notifyID).succeeded()
            try await scenario.setCommand(.stopRun, of: notifyID, to: .failed)
            _ = try await scenario.stop(runID: event.runID).succeeded()
            let stored = try await scenario.stored(notifyID)
            #expect(stored.commands?.map(\.state) == [.done, .failed, .open])
            #expect(stored.commands?.last?.externalData == event.runID)
            #expect(stored.phase == "Stopped")

            event.phase = "Stopped"
            event.isCompleted = true
            _ = try await scenario.send(event).succeeded()
            let again = try await scenario.stop(runID: event.runID)
            #expect(again.errors == ["no running, timeout, or queued experiments found"])
        }
    }

    @Test func `all open runs of an experiment are stopped together, and no others`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let other = try await RunScenario.make(in: world, number: 2)
            let running = try await scenario.start()
            let queued = try await scenario.start()
            let ended = try await scenario.start()
            let untouched = try await other.start()
            _ = try await scenario.send(SampleEvent(runID: "one", notifyID: running)).succeeded()
            _ = try await scenario.send(
                SampleEvent(runID: "two", notifyID: ended, phase: "Completed", isCompleted: true)
            ).succeeded()
            // Not by the id of a run of another experiment.
            #expect(try await other.stop(runID: "one").errors.count == 1)
            _ = try await scenario.stop().succeeded()
            #expect(try await scenario.runs().map(\.phase) == ["Stopped", "Stopped", "Completed"])
            #expect(try await scenario.stored(queued).isCompleted)
            #expect(try await other.stored(untouched).phase == "Queued")
        }
    }

    // MARK: Failed commands

    @Test func `a run that nobody took, or the agent could not start, ends with the reason`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            for (state, phase, reason) in [
                (AgentCommand.State.expired, "Timeout", "no agent took the run within 600 seconds"),
                (.failed, "Error", #"workflows.argoproj.io "shop" already exists"#),
            ] {
                let notifyID = try await scenario.start()
                let run = try await scenario.stored(notifyID)
                var command = try #require(run.commands?.first)
                command.state = state
                try await scenario.service.commandFailed(command, of: run, reason: reason)
                let shown = try await scenario.run(notifyID)
                #expect(shown["phase"].text == phase)
                #expect(try Self.message(shown) == reason)
                let stored = try await scenario.stored(notifyID)
                #expect(stored.isCompleted)
                #expect(stored.commands?.first?.state == state)
                #expect(stored.commands?.first?.openFor == nil)
                // If it runs nevertheless, that is true.
                let event = SampleEvent(runID: "run-\(phase)", notifyID: notifyID, running: ["a"])
                _ = try await scenario.send(event).succeeded()
                #expect(try await scenario.run(notifyID)["phase"].text == "Running")
                #expect(try await scenario.stored(notifyID).isCompleted == false)
            }
        }
    }

    @Test func `a command that fails late changes no run that is known to go on`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            let queued = try await scenario.stored(notifyID)
            _ = try await scenario.send(SampleEvent(notifyID: notifyID, running: ["a"])).succeeded()
            var create = try #require(queued.commands?.first)
            create.state = .failed
            try await scenario.service.commandFailed(create, of: queued, reason: "already exists")
            #expect(try await scenario.run(notifyID)["phase"].text == "Running")

            _ = try await scenario.stop().succeeded()
            let stopped = try await scenario.stored(notifyID)
            var stop = try #require(stopped.commands?.last)
            stop.state = .failed
            try await scenario.service.commandFailed(stop, of: stopped, reason: "the Workflow is gone")
            let run = try await scenario.run(notifyID)
            #expect(run["phase"].text == "Stopped")
            #expect(try Self.message(run) == "the Workflow is gone")
            #expect(RunReport(stored: run["executionData"].text ?? "").nodes.count == 1)
        }
    }

    // MARK: Silence

    private static func setActive(_ scenario: RunScenario, _ isActive: Bool) async throws {
        try await scenario.store.infrastructures.update(
            .eq("infra_id", scenario.infrastructure.id), Update().set("is_active", isActive))
    }

    @Test(arguments: Engine.allCases)
    func `a run whose agent is gone ends, and goes on when the agent is back`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            var event = SampleEvent(notifyID: notifyID, running: ["a"])
            _ = try await scenario.send(event).succeeded()
            let duty = SilentRuns(center: world.center)
            world.clock.advance(by: 1801)
            #expect(try await duty.end() == 0)
            try await Self.setActive(scenario, false)
            #expect(try await duty.end() == 1)
            #expect(try await duty.end() == 0)
            let ended = try await scenario.run(notifyID)
            #expect(ended["phase"].text == "Timeout")
            #expect(
                try Self.message(ended)
                    == "nothing was heard of the run for 30 minutes, and its infrastructure is not connected")

            event.finished = ["a"]
            event.running = ["b"]
            _ = try await scenario.send(event).succeeded()
            #expect(try await scenario.run(notifyID)["phase"].text == "Running")
            #expect(try await duty.end() == 0)
            world.clock.advance(by: 1801)
            #expect(try await duty.end() == 1)
            _ = try await scenario.stop(runID: event.runID).succeeded()
            event.finished = ["a", "b"]
            event.running = []
            _ = try await scenario.send(event).succeeded()
            #expect(try await scenario.run(notifyID)["phase"].text == "Stopped")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a restart ends no run whose agent was connected before, and has the time to come back`(
        _ engine: Engine
    ) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            _ = try await scenario.send(SampleEvent(notifyID: notifyID, running: ["a"])).succeeded()
            func restarted() async throws -> ChaosCenter {
                let clock = world.clock
                return try await ChaosCenter.open(
                    world.center.store.database, authentication: world.center.authentication,
                    settings: world.center.settings, now: { clock.now })
            }
            func see() async throws {
                try await scenario.store.infrastructures.update(
                    .eq("infra_id", scenario.infrastructure.id), Update().set("last_seen_at", world.center.now()))
            }
            // A step of an hour, of which there is nothing to report.
            world.clock.advance(by: 3600)
            try await see()
            let next = try await restarted()
            #expect(try await SilentRuns(center: next).end() == 0)
            world.clock.advance(by: 61)
            #expect(try await SilentRuns(center: next).end() == 0)
            #expect(try await scenario.run(notifyID)["phase"].text == "Running")
            world.clock.advance(by: 1740)
            // Another start, at which it has been away for long enough.
            let last = try await restarted()
            #expect(try await SilentRuns(center: last).end() == 0)
            world.clock.advance(by: 60)
            #expect(try await SilentRuns(center: last).end() == 1)
            #expect(try await scenario.run(notifyID)["phase"].text == "Timeout")

            // It may go on nevertheless, and is stopped with all others.
            _ = try await scenario.stop().succeeded()
            #expect(try await scenario.run(notifyID)["phase"].text == "Stopped")
            #expect(try await scenario.stored(notifyID).commands?.last?.type == .stopRun)
        }
    }

    @Test func `a run that an agent took without a word ends, also when it is connected`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let taken = try await scenario.start()
            let open = try await scenario.start()
            try await scenario.setCommand(.create, of: taken, to: .done)
            world.clock.advance(by: 1799)
            #expect(try await SilentRuns(center: world.center).end() == 0)
            world.clock.advance(by: 2)
            #expect(try await SilentRuns(center: world.center).end() == 1)
            let run = try await scenario.run(taken)
            #expect(run["phase"].text == "Timeout")
            #expect(try Self.message(run) == "the agent took the run and reported nothing of it for 30 minutes")
            #expect(try await scenario.run(open)["phase"].text == "Queued")
        }
    }

    @Test func `many silent runs end together, those of connected agents among them go on`() async throws {
        try await CenterServer.run { world in
            let gone = try await RunScenario.make(in: world, isActive: false)
            let here = try await RunScenario.make(in: world, number: 2)
            let user = UserDetails(userID: "u", username: "owner")
            let runs = (0..<250).map { number in
                let scenario = number.isMultiple(of: 2) ? gone : here
                var run = ExperimentRun(
                    new: scenario.experiment, revisionID: "", sequence: number, now: 1_800_000_000_000 + Int64(number),
                    by: user)
                run.runID = "run-\(number)"
                // As from upstream's database.
                if number > 200 { run.lastEventAt = nil }
                return run
            }
            try await world.center.store.runs.insert(contentsOf: runs)
            world.clock.advance(by: 3600)
            #expect(try await SilentRuns(center: world.center).end() == 125)
            #expect(try await gone.runs().allSatisfy { $0.phase == "Timeout" && $0.isCompleted })
            #expect(try await here.runs().allSatisfy { $0.phase == "Queued" && !$0.isCompleted })
        }
    }
}
