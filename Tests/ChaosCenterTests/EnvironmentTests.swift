import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

struct EnvironmentTests {
    private static let creation = """
        mutation createEnvironment($projectID: ID!, $request: CreateEnvironmentRequest!) {
          createEnvironment(projectID: $projectID, request: $request) { environmentID name type infraIDs isRemoved }
        }
        """
    private static let removal = """
        mutation ($projectID: ID!, $environmentID: ID!) {
          deleteEnvironment(projectID: $projectID, environmentID: $environmentID)
        }
        """
    private static let one = """
        query ($projectID: ID!, $environmentID: ID!) {
          getEnvironment(projectID: $projectID, environmentID: $environmentID) {
            environmentID name description tags type infraIDs createdAt updatedAt createdBy { username }
          }
        }
        """
    private static let listing = """
        query listEnvironments($projectID: ID!, $request: ListEnvironmentRequest) {
          listEnvironments(projectID: $projectID, request: $request) {
            totalNoOfEnvironments
            environments { environmentID name infraIDs }
          }
        }
        """

    private static func create(
        _ world: CenterServer, _ id: String, in project: String? = nil, as person: Person? = nil,
        _ more: GraphQLObject = [:]
    ) async throws -> Reply {
        var request: GraphQLObject = [
            "environmentID": .string(id), "name": .string(id.uppercased()), "type": "NON_PROD",
        ]
        for (name, value) in more { request[name] = value }
        return try await world.graphQL(
            creation, ["projectID": .string(project ?? world.projectID), "request": .object(request)], as: person)
    }

    private static func find(_ world: CenterServer, _ id: String) async throws -> Reply {
        try await world.graphQL(one, ["projectID": .string(world.projectID), "environmentID": .string(id)])
    }

    private static func remove(_ world: CenterServer, _ id: String) async throws -> Reply {
        try await world.graphQL(removal, ["projectID": .string(world.projectID), "environmentID": .string(id)])
    }

    /// The ids of a page, in its order.
    private static func ids(_ world: CenterServer, _ request: GraphQLObject) async throws -> [String] {
        let reply = try await world.graphQL(
            listing, ["projectID": .string(world.projectID), "request": .object(request)]
        ).succeeded()
        return (reply["listEnvironments", "environments"].items ?? []).compactMap { $0["environmentID"].text }
    }

    @Test(arguments: Engine.allCases)
    func `an environment is created, changed and deleted`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let made = try await Self.create(world, "shop", ["tags": ["a"]]).succeeded()
            #expect(made["createEnvironment", "name"].text == "SHOP")
            #expect(made["createEnvironment", "infraIDs"].items?.isEmpty == true)
            world.clock.advance(by: 10)
            let changed = try await world.graphQL(
                """
                mutation ($projectID: ID!, $request: UpdateEnvironmentRequest!) {
                  updateEnvironment(projectID: $projectID, request: $request)
                }
                """,
                [
                    "projectID": .string(world.projectID),
                    "request": ["environmentID": "shop", "description": "of the shop", "type": "PROD"],
                ]
            ).succeeded()
            #expect(changed["updateEnvironment"].text == "environment updated successfully")
            let found = try await Self.find(world, "shop").succeeded()
            #expect(found["getEnvironment", "name"].text == "SHOP")
            #expect(found["getEnvironment", "description"].text == "of the shop")
            #expect(found["getEnvironment", "type"].text == "PROD")
            #expect(found["getEnvironment", "tags"].items?.compactMap(\.text) == ["a"])
            #expect(found["getEnvironment", "createdAt"].text == "1800000000000")
            #expect(found["getEnvironment", "updatedAt"].text == "1800000010000")
            #expect(found["getEnvironment", "createdBy", "username"].text == "owner")

            let deleted = try await Self.remove(world, "shop").succeeded()
            #expect(deleted["deleteEnvironment"].text == "successfully deleted environment")
            #expect(try await Self.find(world, "shop").errors.first?.contains("no documents in result") == true)
            #expect(try await Self.remove(world, "shop").errors.first?.contains("no documents in result") == true)
            // Its id is free again.
            _ = try await Self.create(world, "shop").succeeded()
        }
    }

    @Test(arguments: Engine.allCases)
    func `the id of an environment is unique in its project, not in the installation`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            _ = try await Self.create(world, "shop").succeeded()
            let again = try await Self.create(world, "shop")
            #expect(again.errors.first?.contains("multiple write errors") == true, "\(again.errors)")
            #expect(again.codes == ["CONFLICT"])
            let other = try await Self.create(world, "shop", in: world.stranger.projectID, as: world.stranger)
            _ = try other.succeeded()
        }
    }

    @Test func `an environment with infrastructures is not deleted, and they are named`() async throws {
        try await CenterServer.run { world in
            _ = try await Self.create(world, "test").succeeded()
            _ = try await Self.create(world, "empty").succeeded()
            let store = world.center.store
            let infrastructure = ChaosInfrastructure.sample(project: world.projectID)
            try await store.infrastructures.insert(infrastructure)
            // Of another project, in an environment of the same id.
            try await store.infrastructures.insert(.sample(id: "other-0002", project: world.stranger.projectID))

            let shown = try await Self.find(world, "test").succeeded()
            #expect(shown["getEnvironment", "infraIDs"].items?.compactMap(\.text) == [infrastructure.id])
            let refused = try await Self.remove(world, "test")
            #expect(
                refused.errors == [
                    "environment 'test' has infrastructures: \(infrastructure.name). Delete them first"
                ])
            _ = try await Self.remove(world, "empty").succeeded()

            try await store.infrastructures.update(.eq("infra_id", infrastructure.id), Update().set("is_removed", true))
            _ = try await Self.remove(world, "test").succeeded()
        }
    }

    @Test func `an environment that was imported without a version can be deleted`() async throws {
        try await CenterServer.run { world in
            _ = try await Self.create(world, "old").succeeded()
            try await world.center.store.database.collection(named: "environment")
                .update(.eq("environment_id", "old"), Update().set("name", "Old"))
            _ = try await Self.remove(world, "old").succeeded()
        }
    }

    @Test func `environments are filtered, sorted and paged`() async throws {
        try await CenterServer.run { world in
            for (id, more) in [
                ("beta", ["description": "The Shop", "tags": ["red", "blue"]] as GraphQLObject),
                ("alpha", ["type": "PROD", "tags": ["green"]]), ("gamma", ["description": "50% off"]),
            ] {
                _ = try await Self.create(world, id, more).succeeded()
                world.clock.advance(by: 1)
            }
            _ = try await Self.create(world, "foreign", in: world.stranger.projectID, as: world.stranger).succeeded()

            #expect(try await Self.ids(world, [:]) == ["gamma", "alpha", "beta"])
            let sorted: [(field: GraphQLValue, ascending: GraphQLValue, [String])] = [
                ("NAME", true, ["alpha", "beta", "gamma"]), ("NAME", false, ["gamma", "beta", "alpha"]),
                ("TIME", true, ["beta", "alpha", "gamma"]), ("TIME", false, ["gamma", "alpha", "beta"]),
            ]
            for (field, ascending, expected) in sorted {
                #expect(
                    try await Self.ids(world, ["sort": ["field": field, "ascending": ascending]]) == expected,
                    "\(field) \(ascending)")
            }
            let filtered: [(GraphQLObject, [String])] = [
                (["name": "AL"], ["alpha"]), (["description": "shop"], ["beta"]), (["description": "%"], ["gamma"]),
                (["type": "PROD"], ["alpha"]), (["tags": ["blue", "green"]], ["alpha", "beta"]),
                (["name": "zeta"], []),
            ]
            for (filter, expected) in filtered {
                #expect(try await Self.ids(world, ["filter": .object(filter)]) == expected, "\(filter)")
            }
            #expect(try await Self.ids(world, ["environmentIDs": ["beta", "foreign"]]) == ["beta"])
            #expect(try await Self.ids(world, ["pagination": ["page": 1, "limit": 2]]) == ["beta"])
        }
    }

    @Test func `a page has fifteen environments where nobody says, and the number is that of all`() async throws {
        try await CenterServer.run { world in
            for number in 0..<17 { _ = try await Self.create(world, "e\(number)").succeeded() }
            let reply = try await world.graphQL(Self.listing, ["projectID": .string(world.projectID)]).succeeded()
            #expect(reply["listEnvironments", "environments"].items?.count == 15)
            #expect(reply["listEnvironments", "totalNoOfEnvironments"].number == 17)
        }
    }

    @Test func `texts that are empty or too long are refused, and the field is named`() async throws {
        try await CenterServer.run { world in
            let empty = try await Self.create(world, " ")
            #expect(empty.errors == ["request.environmentID must not be empty"])
            let long = try await Self.create(
                world, "a", ["description": .string(String(repeating: "x", count: 10_001))])
            #expect(long.errors == ["request.description is longer than 10000 characters"])
            let none = try await world.graphQL(
                "mutation ($p: ID!) { createEnvironment(projectID: $p) { name } }", ["p": .string(world.projectID)])
            #expect(none.errors == ["request is missing"])
        }
    }
}
