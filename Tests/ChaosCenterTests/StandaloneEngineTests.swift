import ControlPlaneTesting
import DocumentStore
import Foundation
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Runs of experiments that are a ChaosEngine and no Workflow.
struct StandaloneEngineTests {
    private static let manifest = Sample.engine.replacing(
        "namespace: litmus}", with: #"namespace: litmus, annotations: {probeRef: '[{"name":"up","mode":"EOT"}]'}}"#)

    private static func run(
        _ engine: Engine = .sqlite, _ body: @escaping @Sendable (RunScenario) async throws -> Void
    ) async throws {
        try await ExperimentWorld.run(engine) { world in
            var infrastructure = try #require(try await world.center.store.infrastructure(world.infraID))
            infrastructure.isActive = true
            try await world.center.store.infrastructures.modify(.eq("infra_id", world.infraID)) { $0.isActive = true }
            try await world.center.store.probes.insert(
                try StoredProbe(
                    inline: ProbeManifestTests.probes[0], name: "up", projectID: world.projectID, now: 1, by: nil))
            _ = try await world.save("exp-1", Self.manifest).succeeded()
            let experiment = try #require(try await world.stored("exp-1"))
            try await body(
                RunScenario(world: world.server, infrastructure: infrastructure, experiment: experiment))
        }
    }

    /// As upstream's agents report it: with neither the notify id nor the revision.
    private static func event(of engine: String, runID: String) -> GraphQLObject {
        var json = SampleEvent(runID: runID, phase: "Completed", isCompleted: true).json
        json["experimentType"] = "chaosengine"
        json["name"] = .string(engine)
        json["revisionID"] = ""
        var node = SampleFault(id: runID, name: engine, engine: engine, success: "80").json
        node["chaosData", "chaosResult", "status", "probeStatuses"] = [
            ["name": "up", "type": "httpProbe", "mode": "EOT", "status": ["verdict": "Passed", "description": "fine"]]
        ]
        json["nodes"] = [runID: node]
        return [
            "experimentID": "exp-1", "experimentRunID": .string(runID), "experimentName": .string(engine),
            "revisionID": "", "completed": true, "updatedBy": "b3duZXI",
            "executionData": .string(Data(json.encoded()).base64EncodedString()),
        ]
    }

    private static func engineName(in run: ExperimentRun) throws -> String {
        try #require(try JSON(parsing: run.commands?.first?.manifest ?? "")["metadata", "name"].string)
    }

    @Test(arguments: Engine.allCases)
    func `the run that was queued gets what upstream's agent reports, its score and its probes`(
        _ engine: Engine
    ) async throws {
        try await Self.run(engine) { scenario in
            let notifyID = try await scenario.start()
            let queued = try await scenario.stored(notifyID)
            #expect(queued.probes == [FaultProbes(faultName: "checkout", probeNames: ["up"])])
            let name = try Self.engineName(in: queued)
            #expect(name.hasPrefix("checkout-1"))
            _ = try await scenario.send(Self.event(of: name, runID: "uid-1")).succeeded()
            let run = try await scenario.run(notifyID)
            #expect(run["experimentRunID"] == "uid-1" && run["phase"] == "Completed")
            let stored = try await scenario.stored(notifyID)
            #expect(stored.resiliencyScore == 80 && stored.faultsPassed == 1 && stored.totalFaults == 1)
            #expect(try await scenario.runs().count == 1)

            let probe = try #require(try await scenario.store.probes.first(.eq("name", "up")))
            let groups = try await scenario.center.probeHistory.references(probe).groups
            #expect(groups.map(\.faultName) == ["checkout"] && groups.map(\.mode) == ["EOT"])
            #expect(groups.first?.executions.first?.outcome.description == "fine")
        }
    }

    @Test func `an engine that nobody started here gets a run with the score of the latest revision`() async throws {
        try await Self.run { scenario in
            let notifyID = try await scenario.start()
            _ = try await scenario.send(Self.event(of: "checkout-by-hand", runID: "uid-2")).succeeded()
            #expect(try await scenario.stored(notifyID).runID == "")
            let run = try #require(try await scenario.store.runs.first(.eq("experiment_run_id", "uid-2")))
            #expect(run.resiliencyScore == 80 && run.revisionID == scenario.experiment.latestRevision?.id)
        }
    }
}
