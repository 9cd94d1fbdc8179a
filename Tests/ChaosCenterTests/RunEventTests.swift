import ControlPlaneTesting
import DocumentStore
import Foundation
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Events that come twice, late, all at once, broken, or from others.
struct RunEventTests {
    // MARK: Order

    @Test func `numbered events are taken in their order, whatever order they come in`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            var event = SampleEvent(notifyID: notifyID, sequence: 5, finished: ["a", "b"], running: ["c"])
            _ = try await scenario.send(event).succeeded()
            let newest = try await scenario.run(notifyID)["executionData"].text
            for number in [5, 3] {
                event.sequence = number
                event.running = []
                let reply = try await scenario.send(event).succeeded()
                #expect(reply["chaosExperimentRun"].text?.contains("ignored") == true)
            }
            #expect(try await scenario.run(notifyID)["executionData"].text == newest)
            // Fewer steps, but a higher number.
            event = SampleEvent(notifyID: notifyID, phase: "Completed", isCompleted: true, sequence: 6, finished: ["a"])
            _ = try await scenario.send(event).succeeded()
            #expect(try await scenario.run(notifyID)["phase"].text == "Completed")
            #expect(try await scenario.send(event).succeeded()["chaosExperimentRun"].text?.contains("ignored") == true)
        }
    }

    @Test func `an older event of upstream's agents does not undo a newer one`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            let newer = SampleEvent(
                notifyID: notifyID, finished: ["install"], faults: [SampleFault(started: 1100, finished: nil)])
            _ = try await scenario.send(newer).succeeded()
            let known = try await scenario.run(notifyID)["executionData"].text

            let back = SampleEvent(notifyID: notifyID, phase: "Pending", finished: ["install"], running: ["b", "c"])
            let fewerFinished = SampleEvent(notifyID: notifyID, running: ["install", "b", "c"])
            let fewerSteps = SampleEvent(notifyID: notifyID, finished: ["install"])
            let earlier = SampleEvent(
                notifyID: notifyID, finished: ["install"], faults: [SampleFault(started: 1050, finished: nil)])
            for event in [back, fewerFinished, fewerSteps, earlier] {
                let reply = try await scenario.send(event).succeeded()
                #expect(reply["chaosExperimentRun"].text?.contains("ignored") == true)
                #expect(try await scenario.run(notifyID)["executionData"].text == known)
            }
            let later = SampleEvent(notifyID: notifyID, finished: ["install"], faults: [SampleFault()])
            _ = try await scenario.send(later).succeeded()
            #expect(try await scenario.run(notifyID)["executionData"].text == later.json.description)
        }
    }

    @Test(arguments: Engine.allCases)
    func `of fifty events at once the last counts`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for number in (1...50).shuffled() {
                    group.addTask {
                        try await scenario.send(
                            SampleEvent(
                                notifyID: notifyID, sequence: number, finished: (1...number).map { "step-\($0)" }))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.flatMap(\.errors).isEmpty)
            let run = try await scenario.stored(notifyID)
            #expect(run.eventSequence == 50)
            #expect(RunReport(stored: run.executionData).nodes.count == 50)
            #expect(try await scenario.runs().count == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func `of the first events of a run of the cluster, at once, one run is made`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let scenario = try await RunScenario.make(in: world, type: "cronexperiment")
            let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for number in 1...10 {
                    group.addTask { try await scenario.send(SampleEvent(sequence: number, running: ["a"])) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.flatMap(\.errors).isEmpty)
            #expect(try await scenario.runs().map(\.eventSequence) == [10])
        }
    }

    @Test func `a copy of a run in the cluster is a run of its own`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            for id in ["original", "copy"] {
                _ = try await scenario.send(SampleEvent(runID: id, notifyID: notifyID, running: ["a"])).succeeded()
            }
            #expect(try await scenario.runs().map(\.runID) == ["original", "copy"])
            #expect(try await scenario.run(notifyID)["experimentRunID"].text == "original")
        }
    }

    // MARK: Who

    @Test func `only the agent of the run's infrastructure reports it`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let neighbour = try await RunScenario.make(in: world, number: 2)
            let foreign = try await RunScenario.make(in: world, project: world.stranger.projectID, number: 3)
            let notifyID = try await scenario.start()
            let event = SampleEvent(notifyID: notifyID, phase: "Completed", isCompleted: true)

            let forged = try await scenario.send(event, key: "guessed")
            #expect(forged.errors == ["ERROR:  accessID MISMATCH"])
            #expect(forged.codes == ["UNAUTHENTICATED"])
            let other = try await scenario.send(event, as: neighbour.infrastructure)
            #expect(other.codes == ["FORBIDDEN"])
            var made = event
            made.notifyID = nil
            #expect(try await scenario.send(made, as: neighbour.infrastructure).codes == ["FORBIDDEN"])
            // Of another project it is as if there were none.
            for event in [event, made] {
                let reply = try await scenario.send(event, as: foreign.infrastructure)
                let text = reply["chaosExperimentRun"].text ?? reply.errors.joined()
                #expect(
                    text
                        == "no experiment found with experimentID: experiment-1, experiment run discarded: \(event.runID)"
                )
            }
            #expect(try await scenario.run(notifyID)["phase"].text == "Queued")
            #expect(try await scenario.runs().count == 1)
        }
    }

    @Test func `events of removed experiments and runs are discarded, without an error`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            try await scenario.store.runs.update(.eq("notify_id", notifyID), Update().set("is_removed", true))
            let event = SampleEvent(notifyID: notifyID)
            let text = "no experiment found with experimentID: experiment-1, experiment run discarded: \(event.runID)"
            #expect(try await scenario.send(event).succeeded()["chaosExperimentRun"].text == text)
            try await scenario.store.experiments.update(
                .eq("experiment_id", "experiment-1"), Update().set("is_removed", true))
            #expect(
                try await scenario.send(SampleEvent()).succeeded()["chaosExperimentRun"].text == text)
            #expect(try await scenario.runs().count == 1)
        }
    }

    // MARK: What is broken

    @Test func `a broken event is refused with the reason`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            func reason(_ change: (inout GraphQLObject) -> Void) async throws -> String {
                var request = SampleEvent().request(scenario.experiment)
                change(&request)
                let reply = try await scenario.send(request)
                #expect(reply.codes == ["BAD_USER_INPUT"])
                return reply.errors.first ?? ""
            }
            #expect(try await reason { $0["executionData"] = "%%%" } == "executionData is not base64")
            #expect(
                try await reason { $0["executionData"] = "bm90IGpzb24=" }.hasPrefix("executionData is not JSON: line 1")
            )
            #expect(
                try await reason { $0["executionData"] = "WzFd" } == "executionData is to be an object, not array")
            // {"nodes":[1]}
            #expect(
                try await reason { $0["executionData"] = "eyJub2RlcyI6WzFdfQ==" }
                    == "executionData.nodes is to be an object of objects")
            #expect(
                try await reason { $0["updatedBy"] = "%%%" } == "updatedBy: '%%%' is not a name in base64")
            // Bytes that are not UTF-8.
            #expect(try await reason { $0["updatedBy"] = "_-8" }.hasPrefix("updatedBy: "))
            #expect(try await reason { $0["experimentRunID"] = "" }.contains("experimentRunID"))
            let long = String(repeating: "x", count: 301)
            #expect(
                try await reason { $0["experimentRunID"] = .string(long) } == "experimentRunID is longer than 300 bytes"
            )
            #expect(try await scenario.runs().isEmpty)
        }
    }

    @Test func `events with both alphabets of base64 and without users are taken`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            // "ü?>" in the alphabet of URLs.
            _ = try await scenario.send(SampleEvent(runID: "a", updatedBy: "w7w_Pg")).succeeded()
            _ = try await scenario.send(SampleEvent(runID: "b", updatedBy: "w7w/Pg==")).succeeded()
            _ = try await scenario.send(SampleEvent(runID: "c", updatedBy: "")).succeeded()
            #expect(try await scenario.runs().map { $0.updatedBy?.username } == ["ü?>", "ü?>", nil])
        }
    }

    @Test func `an event that is too large is refused`() throws {
        let text = String(repeating: "A", count: ReceivedEvent.largestReport / 3 * 4 + 8)
        #expect(throws: CenterError.invalid("executionData is larger than 4194304 bytes")) {
            try ReceivedEvent(
                RunEventRequest(
                    experimentID: "e", experimentRunID: "r", executionData: text, revisionID: "",
                    completed: false, updatedBy: ""))
        }
    }

    @Test func `a phase that nobody knows is shown as NA`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            for (phase, shown) in [
                ("Completed_With_Probe_Failure", "Completed_With_Probe_Failure"), ("Mysterious", "NA"), ("", "Pending"),
            ] {
                let event = SampleEvent(runID: "run-\(shown)", phase: phase)
                _ = try await scenario.send(event).succeeded()
                let reply = try await world.graphQL(
                    """
                    { getExperimentRun(projectID: "\(world.projectID)", experimentRunID: "run-\(shown)") { phase } }
                    """)
                #expect(try reply.succeeded()["getExperimentRun", "phase"].text == shown)
            }
            #expect(try await scenario.run(notifyID)["phase"].text == "Queued")
        }
    }

    @Test func `a report of the largest size ends its run, and a larger one is refused`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let notifyID = try await scenario.start()
            let event = SampleEvent(notifyID: notifyID, phase: "Completed", isCompleted: true)
            func send(_ size: Int) async throws -> Reply {
                var report = event.json
                report["message"] = ""
                let rest = size - report.encoded().count
                report["message"] = .string(String(repeating: "x", count: rest))
                var request = event.request(scenario.experiment)
                request["executionData"] = .string(Data(report.encoded()).base64EncodedString())
                return try await scenario.send(request)
            }
            let refused = try await send(ReceivedEvent.largestReport + 6)
            #expect(refused.errors == ["executionData is larger than 4194304 bytes"])
            _ = try await send(ReceivedEvent.largestReport - 2).succeeded()
            #expect(try await scenario.stored(notifyID).phase == "Completed")
        }
    }
}
