import AgentProtocol
import ControlPlaneTesting
import GraphQL
import Testing

@testable import ChaosCenter

/// Runs as users ask for them and agents carry them out, from one end to the other.
struct AgentRunTests {
    private static func run(_ scenario: RunScenario) async throws -> String {
        let ask = """
            mutation ($p: ID!, $e: String!) { runChaosExperiment(projectID: $p, experimentID: $e) { notifyID } }
            """
        let reply = try await scenario.world.graphQL(
            ask, ["p": .string(scenario.experiment.projectID), "e": .string(scenario.experiment.id)],
            as: scenario.world.executor)
        return try reply.succeeded()["runChaosExperiment", "notifyID"].text ?? ""
    }

    @Test(arguments: ScriptedAgent.Dialect.allCases)
    func `a run is sent, reported and stopped`(_ dialect: ScriptedAgent.Dialect) async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let agent = try await ScriptedAgent.connect(to: world, scenario.infrastructure, as: dialect)
            let notifyID = try await Self.run(scenario)
            let action = try await agent.nextAction()
            #expect(action.requestType == "create" && action.namespace == "litmus")
            #expect(action.k8sManifest.contains(notifyID) && action.k8sManifest.contains("shop-answers"))
            if dialect == .acknowledging { _ = try await agent.acknowledge(action).succeeded() }

            _ = try await scenario.send(SampleEvent(notifyID: notifyID, running: ["a"])).succeeded()
            let running = try await scenario.run(notifyID)
            #expect(running["phase"].text == "Running" && running["weightages"].items?.count == 2)
            _ = try await scenario.stop(notifyID: notifyID).succeeded()
            #expect(try await scenario.run(notifyID)["phase"].text == "Stopped")
            let stop = try await agent.nextAction()
            #expect(stop.requestType == "workflow_run_stop" && stop.externalData == SampleEvent().runID)
            try await agent.disconnect()
        }
    }

    @Test func `what the agent cannot do is told in the run, and ends it`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let agent = try await ScriptedAgent.connect(to: world, scenario.infrastructure)
            let notifyID = try await Self.run(scenario)
            _ = try await agent.acknowledge(agent.nextAction(), error: "workflows.argoproj.io is forbidden").succeeded()
            let run = try await scenario.run(notifyID)
            #expect(run["phase"].text == "Error")
            #expect(run["executionData"].text?.contains("workflows.argoproj.io is forbidden") == true)
            try await agent.disconnect()
        }
    }

    @Test func `a run that no agent takes ends with the reason`() async throws {
        try await CenterServer.run { world in
            let scenario = try await RunScenario.make(in: world)
            let agent = try await ScriptedAgent.connect(to: world, scenario.infrastructure)
            try await agent.disconnect()
            let notifyID = try await Self.run(scenario)
            world.clock.advance(by: 601)
            try await world.center.agents.expireCommands()
            let run = try await scenario.run(notifyID)
            #expect(run["phase"].text == "Timeout")
            #expect(run["executionData"].text?.contains("\"message\":\"\"") == false)

            let later = try await ScriptedAgent.connect(to: world, scenario.infrastructure)
            let second = try await Self.run(scenario)
            #expect(try await later.nextAction().k8sManifest.contains(second), "the expired one is not sent any more")
            try await later.disconnect()
        }
    }
}
