import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import Foundation
import GraphQL
import Testing

@testable import ChaosCenter

/// Infrastructures as their owners see them.
struct InfrastructureTests {
    @Test(arguments: Engine.allCases)
    func `an infrastructure is registered, confirmed by its agent, shown, and removed`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            try await world.environment()
            let infra = try await world.registered()
            #expect(
                infra.id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
            #expect(infra.accessKey.count == 32 && !infra.token.isEmpty)
            #expect(infra.setting("IS_INFRA_CONFIRMED") == "false")
            #expect(try await world.storedEnvironment()?.infraIDs == [infra.id])
            #expect(
                await world.refusal(infra.id, infra.accessKey)?.contains("has to confirm the registration first")
                    == true)

            let reply = try await world.confirm(infra.id, infra.accessKey).succeeded()["confirmInfraRegistration"]
            #expect(reply["isInfraConfirmed"] == true && reply["infraID"].text == infra.id)
            let key = try #require(reply["newAccessKey"].text)
            #expect(key.count == 32 && key != infra.accessKey)
            try await world.verify(infra.id, key)

            let shown = try await world.graphQL(
                """
                query { getInfra(projectID: "\(world.projectID)", infraID: "\(infra.id)") {
                  name isInfraConfirmed isActive isRemoved token infraScope infraNamespace serviceAccount infraType
                  platformName startTime version updateStatus environmentID createdBy { username } updatedAt
                  noOfExperiments noOfExperimentRuns lastExperimentTimestamp description tags } }
                """
            ).succeeded()["getInfra"]
            #expect(
                shown["name"].text == "cluster-1" && shown["isInfraConfirmed"] == true && shown["isActive"] == false)
            #expect(shown["token"].text?.isEmpty == true && shown["infraType"].text == "Kubernetes")
            #expect(shown["startTime"].text == "1800000000000" && shown["version"].text == "3.31.0")
            #expect(shown["updateStatus"].text == "NOT_REQUIRED" && shown["createdBy"]["username"].text == "owner")
            #expect(shown["noOfExperiments"].number == 0 && shown["lastExperimentTimestamp"] == .null)

            let deleted = try await world.graphQL(
                "mutation { deleteInfra(projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\") }")
            #expect(deleted["deleteInfra"].text == "infra deleted successfully")
            #expect(try await world.storedEnvironment()?.infraIDs == [])
            #expect(await world.refusal(infra.id, key)?.contains("mongo: no documents in result") == true)
            let again = try await world.graphQL(
                "mutation { deleteInfra(projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\") }")
            #expect(again.errors.first?.contains("no documents in result") == true)
            // The name is free again.
            _ = try await world.register().succeeded()
        }
    }

    @Test func `a name is taken once in a project`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            _ = try await world.register().succeeded()
            let again = try await world.register()
            #expect(again.errors == ["infra already exists in this project with the same name"])
            #expect(again.codes == ["CONFLICT"])
            #expect(try await world.storedEnvironment()?.infraIDs?.count == 1)
        }
    }

    @Test func `an environment must be one of the project`() async throws {
        try await CenterServer.run { world in
            try await world.environment(in: world.stranger.projectID)
            let reply = try await world.register()
            #expect(reply.errors == ["Invalid EnvironmentID"])
            #expect(try await world.center.store.infrastructures.count() == 0)
        }
    }

    private static let refusals: [(GraphQLObject, String)] = [
        (["name": ""], "name:"), (["name": .string(String(repeating: "x", count: 129))], "name:"),
        (["name": "a\nb"], "name:"), (["description": .string(String(repeating: "x", count: 4097))], "description:"),
        (["platformName": ""], "platformName:"), (["infraScope": "galaxy"], "infraScope: must be cluster or namespace"),
        (
            ["infraScope": "namespace", "infraNamespace": .null],
            "InfraNamespace parameter is required for the scope namespace"
        ),
        (["infraNamespace": "Litmus"], "infraNamespace:"), (["infraNamespace": "-a"], "infraNamespace:"),
        (["infraNamespace": "a: b"], "infraNamespace:"), (["serviceAccount": "a_b"], "serviceAccount:"),
        (["serviceAccount": "a..b"], "serviceAccount:"),
        (["nodeSelector": "disk"], "nodeSelector: 'disk' is not KEY=VALUE"),
        (["nodeSelector": "a=b,"], "nodeSelector: '' is not KEY=VALUE"),
        (["nodeSelector": "a=b,c=d=e"], "nodeSelector: 'c=d=e' is not KEY=VALUE"),
        (["nodeSelector": "=b"], "nodeSelector: '' in '=b' is no key of a label"),
        (["nodeSelector": "a=b c"], "nodeSelector: 'b c' in 'a=b c' is no value of a label"),
        (["nodeSelector": "a=b,a=c"], "nodeSelector: the key 'a' is given twice"),
        (["tolerations": [["operator": "Maybe", "key": "a"]]], "tolerations[0]: operator must be"),
        (["tolerations": [["effect": "NoSchedule"]]], "tolerations[0]: without a key, operator must be Exists"),
        (["tolerations": [.null, ["key": "a", "effect": "Never"]]], "tolerations[1]: effect must be"),
        (
            ["tolerations": [["key": "a", "effect": "NoSchedule", "tolerationSeconds": 3]]],
            "tolerations[0]: tolerationSeconds takes the effect NoExecute"
        ),
        (
            ["tolerations": [["key": "a", "operator": "Exists", "value": "b"]]],
            "tolerations[0]: with operator Exists there is no value"
        ),
    ]

    @Test func `what cannot be is refused, with what is wrong`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            for (change, expected) in Self.refusals {
                let reply = try await world.register("x", change)
                #expect(reply.errors.first?.hasPrefix(expected) == true, "\(change): \(reply.errors)")
                #expect(reply.codes == ["BAD_USER_INPUT"])
            }
            #expect(try await world.center.store.infrastructures.count() == 0)
        }
    }

    @Test func `an infrastructure of another project is not there`() async throws {
        try await CenterServer.run { world in
            let foreign = ChaosInfrastructure.sample(project: world.stranger.projectID)
            try await world.center.store.infrastructures.insert(foreign)
            let place = "projectID: \"\(world.projectID)\", infraID: \"\(foreign.id)\""
            for document in [
                "{ getInfra(\(place)) { name } }", "{ getInfraDetails(\(place)) { name } }",
                "{ getInfraManifest(\(place), upgrade: true) }", "mutation { deleteInfra(\(place)) }",
                "mutation { rotateInfraAccessKey(\(place)) { manifest } }",
                "mutation { getManifestWithInfraID(\(place), accessKey: \"\(foreign.accessKey)\") }",
            ] {
                let reply = try await world.graphQL(document)
                #expect(reply.errors.first?.hasPrefix("mongo: no documents in result") == true, "\(document)")
            }
            #expect(try await world.storedInfrastructure(foreign.id) == foreign)
        }
    }

    @Test func `a registration that was cut short is in its environment once it is confirmed`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            try await world.center.store.environments.update(
                .eq("environment_id", "test"), Update().unset("infra_ids"))
            _ = try await world.confirmed(infra)
            #expect(try await world.storedEnvironment()?.infraIDs == [infra.id])
        }
    }

    @Test func `the agent of a removed infrastructure gets what tells it to go, and nothing afterwards`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let key = try await world.confirmed(infra)
            _ = try await world.graphQL(
                "mutation { deleteInfra(projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\") }"
            ).succeeded()
            let stored = try #require(try await world.storedInfrastructure(infra.id))
            #expect(stored.isRemoved && !stored.isActive && stored.token == nil)
            let actions = (stored.commands ?? []).map(\.action)
            #expect(actions.map(\.requestType) == ["delete", "delete"])
            #expect(stored.commands?.allSatisfy { $0.openFor == infra.id && $0.state == .open } == true)
            let objects = try actions.map { try GraphQLValue(json: Array($0.k8sManifest.utf8)) }
            #expect(
                objects[0]["kind"].text == "ConfigMap" && objects[0]["metadata"]["name"].text == "subscriber-config")
            #expect(objects[1]["kind"].text == "Deployment")
            #expect(objects[1]["metadata"]["labels"]["app"].text == "subscriber")
            #expect(actions.allSatisfy { $0.namespace == "litmus" && $0.username == "owner" })

            let agents = world.center.agents
            let identity = infra.identity(key)
            #expect(try await agents.verify(identity, mayBeLeaving: true).id == infra.id)
            await #expect(throws: CenterError.unknownInfrastructure) { try await agents.verify(identity) }
            await #expect(throws: CenterError.wrongAccessKey) {
                try await agents.verify(infra.identity("wrong"), mayBeLeaving: true)
            }
            try await world.center.store.infrastructures.update(
                .eq("infra_id", infra.id), Update().set("commands", [DocumentValue]()))
            await #expect(throws: CenterError.unknownInfrastructure) {
                try await agents.verify(identity, mayBeLeaving: true)
            }
        }
    }

    @Test func `an infrastructure that nobody confirmed is removed without farewell`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            _ = try await world.graphQL(
                "mutation { deleteInfra(projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\") }"
            ).succeeded()
            #expect(try await world.storedInfrastructure(infra.id)?.commands == nil)
        }
    }

    @Test func `only owners see the token, and only before the registration is confirmed`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let document = "{ listInfras(projectID: \"\(world.projectID)\") { infras { token } } }"
            func token(_ person: Person) async throws -> String? {
                try await world.graphQL(document, as: person).succeeded()["listInfras", "infras", 0, "token"].text
            }
            #expect(try await token(world.owner) == infra.token)
            #expect(try await token(world.executor)?.isEmpty == true)
            #expect(try await token(world.viewer)?.isEmpty == true)
            _ = try await world.confirmed(infra)
            #expect(try await token(world.owner)?.isEmpty == true)
        }
    }
}

extension RegisteredInfra {
    func identity(_ key: String, version: String = "3.31.0") -> InfraIdentity {
        InfraIdentity(infraID: id, accessKey: key, version: version)
    }
}
