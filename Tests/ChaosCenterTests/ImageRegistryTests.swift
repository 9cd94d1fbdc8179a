import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

struct ImageRegistryTests {
    private static let fields = """
        isDefault imageRegistryID projectID createdAt isRemoved
        imageRegistryInfo {
          isDefault imageRegistryName imageRepoName imageRegistryType secretName secretNamespace enableRegistry
        }
        """
    private static let own: GraphQLObject = [
        "isDefault": false, "imageRegistryName": "registry.example.com", "imageRepoName": "chaos",
        "imageRegistryType": "private", "secretName": "pull", "secretNamespace": "litmus", "enableRegistry": true,
    ]

    private static func get(_ world: CenterServer) async throws -> Reply {
        try await world.graphQL(
            "query ($projectID: String!) { getImageRegistry(projectID: $projectID) { \(fields) } }",
            ["projectID": .string(world.projectID)]
        ).succeeded()
    }

    private static func create(_ world: CenterServer, _ info: GraphQLObject = own) async throws -> Reply {
        try await world.graphQL(
            """
            mutation ($projectID: String!, $info: ImageRegistryInput!) {
              createImageRegistry(projectID: $projectID, imageRegistryInfo: $info) { \(fields) }
            }
            """, ["projectID": .string(world.projectID), "info": .object(info)])
    }

    private static func update(
        _ world: CenterServer, _ id: GraphQLValue, _ info: GraphQLObject = own, as person: Person? = nil
    ) async throws -> Reply {
        try await world.graphQL(
            """
            mutation ($id: String!, $projectID: String!, $info: ImageRegistryInput!) {
              updateImageRegistry(imageRegistryID: $id, projectID: $projectID, imageRegistryInfo: $info) { \(fields) }
            }
            """,
            ["id": id, "projectID": .string((person ?? world.owner).projectID), "info": .object(info)], as: person)
    }

    private static func remove(_ world: CenterServer, _ id: GraphQLValue) async throws -> Reply {
        try await world.graphQL(
            """
            mutation ($id: String!, $projectID: String!) {
              deleteImageRegistry(imageRegistryID: $id, projectID: $projectID)
            }
            """, ["id": id, "projectID": .string(world.projectID)])
    }

    @Test func `a project that has chosen none has the standard registry`() async throws {
        try await CenterServer.run { world in
            let reply = try await Self.get(world)
            let registry = reply["getImageRegistry"]
            #expect(registry["isDefault"].flag == true)
            #expect(registry["imageRegistryInfo"]["imageRegistryName"].text == "docker.io")
            #expect(registry["imageRegistryInfo"]["imageRepoName"].text == "litmuschaos")
            #expect(registry["imageRegistryInfo"]["imageRegistryType"].text == "public")
            #expect(registry["createdAt"].isNull)
            #expect(try await Self.get(world)["getImageRegistry"] == registry)
            let list = try await world.graphQL(
                "query ($p: String!) { listImageRegistry(projectID: $p) { \(Self.fields) } }",
                ["p": .string(world.projectID)]
            ).succeeded()
            #expect(list["listImageRegistry"].items == [registry])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a registry is created, changed, deleted and created again`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let made = try await Self.create(world).succeeded()
            let id = made["createImageRegistry", "imageRegistryID"]
            #expect(made["createImageRegistry", "imageRegistryInfo"] == .object(Self.own))
            #expect(try await Self.get(world)["getImageRegistry"] == made["createImageRegistry"])

            let again = try await Self.create(world)
            #expect(again.codes == ["CONFLICT"])
            #expect(again.errors.first?.contains(id.text ?? "?") == true, "\(again.errors)")

            var open = Self.own
            open["imageRegistryType"] = "public"
            open["secretName"] = .null
            _ = try await Self.update(world, id, open).succeeded()
            let changed = try await Self.get(world)["getImageRegistry"]
            #expect(changed["imageRegistryID"] == id)
            #expect(changed["imageRegistryInfo"]["imageRegistryType"].text == "public")
            #expect(changed["imageRegistryInfo"]["secretName"].isNull)

            let removed = try await Self.remove(world, id).succeeded()
            #expect(removed["deleteImageRegistry"].text == "successfully deleted image registry")
            #expect(try await Self.get(world)["getImageRegistry"]["isDefault"].flag == true)
            #expect(try await Self.remove(world, id).codes == ["NOT_FOUND"])

            world.clock.advance(by: 5)
            let second = try await Self.create(world).succeeded()
            #expect(second["createImageRegistry", "createdAt"].text == "1800000005000")
            #expect(try await Self.get(world)["getImageRegistry"] == second["createImageRegistry"])
        }
    }

    @Test func `the standard registry that is shown can be changed`() async throws {
        try await CenterServer.run { world in
            let id = try await Self.get(world)["getImageRegistry", "imageRegistryID"]
            _ = try await Self.update(world, id).succeeded()
            let registry = try await Self.get(world)["getImageRegistry"]
            #expect(registry["imageRegistryID"] == id)
            #expect(registry["imageRegistryInfo"] == .object(Self.own))
        }
    }

    @Test func `the registry of another project is not changed`() async throws {
        try await CenterServer.run { world in
            let made = try await Self.create(world).succeeded()
            let reply = try await Self.update(
                world, made["createImageRegistry", "imageRegistryID"], as: world.stranger)
            #expect(reply.codes == ["NOT_FOUND"])
            #expect(try await Self.get(world)["getImageRegistry"] == made["createImageRegistry"])
        }
    }

    @Test func `a registry that cannot be used is refused, and the field is named`() async throws {
        try await CenterServer.run { world in
            let wrong: [(String, GraphQLValue, String)] = [
                ("secretName", "", "imageRegistryInfo.secretName: a private registry needs the name of a secret"),
                (
                    "imageRegistryType", "open",
                    "imageRegistryInfo.imageRegistryType: 'open' is neither public nor private"
                ),
                ("imageRepoName", "a b", "imageRegistryInfo.imageRepoName must not contain white space"),
                (
                    "imageRegistryName", "",
                    "imageRegistryInfo: imageRegistryName and imageRepoName must not be empty"
                ),
            ]
            for (field, value, message) in wrong {
                var info = Self.own
                info[field] = value
                let reply = try await Self.create(world, info)
                #expect(reply.errors == [message])
            }
        }
    }
}
