import AgentProtocol
import ControlPlaneTesting
import Foundation
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// What agents send, as a Chaos Center understands it.
struct AgentProtocolTests {
    private static let identity = InfraIdentity(infraID: "infra", accessKey: "key", version: "3.31.0")

    @Test func `every document of an agent is valid, with the variables that it says`() async throws {
        try await CenterServer.run { world in
            let identity = try GraphQLValue(encoding: Self.identity)
            let data = ExecutionData(
                experimentID: "e", uid: "u", name: "n", namespace: "litmus", phase: "Running")
            let logs = PodLogRequest(
                infraID: "infra", experimentRunID: "", podName: "p", podNamespace: "litmus", podType: "Pod")
            let outcomes = [InfraActionOutcome(requestID: "1"), InfraActionOutcome(requestID: "2", error: "no")]
            let requests: [(String, GraphQLObject)] = [
                (AgentDocument.infraConnect, ["request": identity]),
                (AgentDocument.upstreamInfraConnect(Self.identity), [:]),
                (AgentDocument.confirmInfraRegistration, ["request": identity]),
                (
                    AgentDocument.acknowledgeInfraActions,
                    ["request": identity, "outcomes": .list(try outcomes.map { try GraphQLValue(encoding: $0) })]
                ),
                (
                    AgentDocument.chaosExperimentRun,
                    ["request": try GraphQLValue(encoding: RunEvent(data, of: Self.identity, completed: false))]
                ),
                (
                    AgentDocument.podLog,
                    [
                        "request": try GraphQLValue(
                            encoding: PodLogAnswer(logs, requestID: "1", of: Self.identity, log: "{}"))
                    ]
                ),
                (
                    AgentDocument.kubeObj,
                    [
                        "request": try GraphQLValue(
                            encoding: KubeObjectAnswer(requestID: "1", of: Self.identity, kubeObj: "{}"))
                    ]
                ),
                (
                    AgentDocument.kubeNamespace,
                    [
                        "request": try GraphQLValue(
                            encoding: KubeNamespaceAnswer(requestID: "1", of: Self.identity, kubeNamespace: "[]"))
                    ]
                ),
            ]
            for (document, variables) in requests {
                let reply = try await world.graphQL(document, variables, token: "")
                // Understood, and refused: nobody has registered this infrastructure.
                #expect(reply.codes == ["UNAUTHENTICATED"], "\(document): \(reply.errors)")
            }
        }
    }

    @Test func `run data is base64 of JSON whose first node is the root`() throws {
        var data = ExecutionData(
            experimentID: "e", uid: "u", name: "boutique", namespace: "litmus", phase: "Running")
        var chaos = ExecutionData.ChaosData()
        chaos.chaosResult = ["status": ["b": 1, "a": 2]]
        for name in ["boutique-9", "boutique", "boutique-10"] {
            data.nodes[name] = ExecutionData.Node(name: name, phase: "Running", type: "Steps")
        }
        data.nodes["boutique-9"]?.chaosData = chaos
        let decoded = try #require(Data(base64Encoded: data.encoded()))
        let text = String(decoding: decoded, as: UTF8.self)
        #expect(try text == data.json())
        let places = try ["\"boutique\":", "\"boutique-10\":", "\"boutique-9\":", "\"a\":2", "\"b\":1"].map {
            try #require(text.range(of: $0)).lowerBound
        }
        #expect(places == places.sorted())
        #expect(try JSONDecoder().decode(ExecutionData.self, from: decoded) == data)
    }
}
