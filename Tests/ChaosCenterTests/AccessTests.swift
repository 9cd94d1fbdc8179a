import Authentication
import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

/// Every operation, asked for by everyone.
struct AccessTests {
    /// Whether an answer is a refusal of who asks.
    private static func isRefusal(_ reply: Reply) -> Bool {
        reply.codes.contains("UNAUTHENTICATED") || reply.codes.contains("FORBIDDEN")
    }

    private static func document(_ operation: CenterOperation, project: String, infraID: String) throws -> String {
        // The field `infraID` is an id in some inputs, an identity in others; the identity's own field is given by it.
        var values = ["projectID": "\"\(project)\""]
        switch operation.access {
        case .agent(let path):
            let identity = "{infraID: \"\(infraID)\", accessKey: \"wrong\", version: \"3.0.0\"}"
            values[path.last ?? ""] = path.count == 1 && operation != .gitopsNotifier ? nil : identity
            if path == ["request"] { values["infraID"] = "\"\(infraID)\"" }
        default: values["infraID"] = "\"\(infraID)\""
        }
        return try OperationDocument(operation, values: values).text
    }

    @Test(arguments: CenterOperation.allCases)
    func `an operation is done for whom the table says, and refused to all others`(
        _ operation: CenterOperation
    ) async throws {
        try await CenterServer.run { world in
            let infrastructure = ChaosInfrastructure.sample(project: world.projectID)
            try await world.center.store.infrastructures.insert(infrastructure)
            let document = try Self.document(operation, project: world.projectID, infraID: infrastructure.id)
            // By HTTP the answer to a subscription is its first event.
            let events = Task {
                while !Task.isCancelled, operation == .getInfraEvents {
                    world.center.agents.events.publish(.live, infrastructure)
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            defer { events.cancel() }
            func refuses(_ person: Person?) async throws -> Bool {
                // Whether it is refused is known at once; those that are admitted may have to wait for an agent.
                let reply = try await world.ask(document, token: person?.token ?? "")
                #expect(
                    reply.status == 200 && reply.codes.allSatisfy { $0 != "GRAPHQL_VALIDATION_FAILED" },
                    "\(reply.errors)")
                return Self.isRefusal(reply)
            }
            let admitted: Set<ProjectRole>
            switch operation.access {
            case .anyone:
                #expect(try await !refuses(nil))
                #expect(try await !refuses(world.stranger))
                return
            case .anyUser:
                #expect(try await refuses(nil))
                #expect(try await !refuses(world.stranger))
                return
            case .agent, .accessKey:
                // A token does not replace the key.
                for person in [nil, world.owner, world.stranger] {
                    let reply = try await world.graphQL(document, token: person?.token ?? "")
                    #expect(reply.codes == ["UNAUTHENTICATED"], "\(reply.errors)")
                }
                return
            case .project(let roles), .projectOfInfrastructure(let roles, _): admitted = roles
            }
            #expect(try await refuses(nil))
            #expect(try await refuses(world.stranger))
            for (person, role) in [
                (world.viewer, ProjectRole.viewer), (world.executor, .executor), (world.owner, .owner),
            ] {
                #expect(try await refuses(person) == !admitted.contains(role), "\(role)")
            }
            let without = try await world.graphQL(document, token: "")
            #expect(without.errors.first?.contains("invalid Token") == true, "\(without.errors)")
            let foreign = try await world.graphQL(document, as: world.stranger)
            #expect(foreign.errors.first?.contains("permission_denied") == true, "\(foreign.errors)")
        }
    }

    @Test func `nothing is done for someone who has not changed the first password`() async throws {
        try await CenterServer.run { world in
            let admin = try await world.server.person("admin", TestServer.adminPassword)
            let made = try await world.server.post(
                "/create_user",
                ["username": "fresh", "password": "Initial@1", "role": "user", "email": "f@example.com"],
                token: admin.token)
            try made.expect(200)
            let token = try await world.server.login("fresh", "Initial@1").text("accessToken")
            let reply = try await world.graphQL("mutation { generateSSHKey { publicKey } }", token: token)
            #expect(reply.errors == ["permission_denied: change your initial password first"])
        }
    }
}

extension ChaosInfrastructure {
    /// A registered one.
    static func sample(id: String = "4f6c3a7e-0000-4000-8000-000000000001", project: String) -> ChaosInfrastructure {
        ChaosInfrastructure(
            id: id, name: "sample-\(id.suffix(4))", projectID: project, namespace: "litmus", platformName: "Others",
            serviceAccount: "litmus", scope: "cluster", environmentID: "test", accessKey: "key-of-\(id)",
            type: "Kubernetes",
            isRegistered: true, isConfirmed: true, isActive: false, startTime: "1800000000000", version: "3.31.0",
            createdAt: 1_800_000_000_000, updatedAt: 1_800_000_000_000, isRemoved: false)
    }
}
