import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

/// How access keys are checked and replaced.
struct InfraKeyTests {
    private static let mismatch = "ERROR:  accessID MISMATCH"

    @Test(arguments: Engine.allCases)
    func `an agent that crashed before it stored its new key is given the same one again`(
        _ engine: Engine
    ) async throws {
        try await CenterServer.run(engine) { world in
            try await world.environment()
            let infra = try await world.registered()
            let key = try await world.confirmed(infra)
            #expect(try await world.confirmed(infra) == key)
            // Both work until the new one is used.
            try await world.verify(infra.id, infra.accessKey)
            #expect(try await world.storedInfrastructure(infra.id)?.token != nil)
            try await world.verify(infra.id, key)
            #expect(await world.refusal(infra.id, infra.accessKey) == Self.mismatch)
            #expect(try await world.confirm(infra.id, infra.accessKey).errors == [Self.mismatch])
            let stored = try #require(try await world.storedInfrastructure(infra.id))
            #expect(stored.accessKey == key && stored.nextAccessKey == nil && stored.token == nil)
            // One that stored the key and not that it is confirmed asks with the new key.
            let reply = try await world.confirm(infra.id, key).succeeded()
            #expect(reply["confirmInfraRegistration", "newAccessKey"].text == key)
        }
    }

    @Test func `confirming with the new key uses it`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let key = try await world.confirmed(infra)
            let reply = try await world.confirm(infra.id, key).succeeded()
            #expect(reply["confirmInfraRegistration", "newAccessKey"].text == key)
            #expect(await world.refusal(infra.id, infra.accessKey) == Self.mismatch)
        }
    }

    @Test func `verifying a key writes nothing`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let key = try await world.confirmed(infra)
            try await world.verify(infra.id, key)
            let filter: Filter = .eq("infra_id", infra.id)
            let before = try await world.center.store.infrastructures.versioned(filter)?.version
            for _ in 0..<3 { try await world.verify(infra.id, key) }
            #expect(try await world.center.store.infrastructures.versioned(filter)?.version == before)
        }
    }

    @Test func `an agent confirms when it is of the same major version`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            for version in ["4.0.0", "2.14.0", "ci", ""] {
                let reply = try await world.confirm(infra.id, infra.accessKey, version: version)
                #expect(reply.errors == ["ERROR: INFRA VERSION MISMATCH (need 3.31.0 got \(version))"])
                #expect(reply.codes == ["UNAUTHENTICATED"])
            }
            #expect(try await world.storedInfrastructure(infra.id)?.isConfirmed == false)
            let key = try await world.confirmed(infra, version: "3.9.1")
            #expect(try await world.storedInfrastructure(infra.id)?.version == "3.9.1")
            try await world.verify(infra.id, key, version: "3.9.1")
            #expect(
                await world.refusal(infra.id, key, version: "2.1.0")
                    == "ERROR: infra VERSION MISMATCH (need 3.x.x got 2.1.0)")
            #expect(await world.refusal(infra.id, "wrong") == Self.mismatch)
            #expect(await world.refusal(infra.id, "") == Self.mismatch)
            #expect(await world.refusal("none", key)?.hasPrefix("mongo: no documents in result") == true)
        }
    }

    @Test func `a server of no release takes agents of the same build`() async throws {
        try await CenterServer.run(.sqlite, { $0.version = "ci" }) { world in
            try await world.environment()
            let infra = try await world.registered()
            let key = try await world.confirmed(infra, version: "ci")
            try await world.verify(infra.id, key, version: "ci")
            #expect(
                await world.refusal(infra.id, key, version: "3.31.0")
                    == "ERROR: infra VERSION MISMATCH (need ci got 3.31.0)")
        }
    }

    private func rotate(_ world: CenterServer, _ id: String) async throws -> RegisteredInfra {
        let reply = try await world.graphQL(
            "mutation { rotateInfraAccessKey(projectID: \"\(world.projectID)\", infraID: \"\(id)\") "
                + "{ token infraID name manifest } }"
        ).succeeded()["rotateInfraAccessKey"]
        #expect(reply["token"].text?.isEmpty == true && reply["name"].text == "cluster-1")
        return try RegisteredInfra(reply)
    }

    @Test func `a key is replaced when the new one is used, and who has the old one does not learn the new`()
        async throws
    {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let old = try await world.confirmed(infra)
            try await world.verify(infra.id, old)
            let rotated = try await rotate(world, infra.id)
            #expect(rotated.accessKey != old && rotated.setting("IS_INFRA_CONFIRMED") == "true")
            #expect(try await rotate(world, infra.id).accessKey == rotated.accessKey)
            try await world.verify(infra.id, old)
            let confirmed = try await world.confirm(infra.id, old).succeeded()
            #expect(confirmed["confirmInfraRegistration", "newAccessKey"].text == old)
            let manifest = try await world.graphQL(
                "mutation { getManifestWithInfraID(projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\", "
                    + "accessKey: \"\(old)\") }", token: ""
            ).succeeded()["getManifestWithInfraID"].text
            #expect(manifest?.contains(old) == true && manifest?.contains(rotated.accessKey) == false)

            try await world.verify(infra.id, rotated.accessKey)
            #expect(await world.refusal(infra.id, old) == Self.mismatch)
            #expect(try await rotate(world, infra.id).accessKey != rotated.accessKey)
        }
    }

    @Test(arguments: [true, false])
    func `a key that replaces one is in the manifest of owners only, until it is used`(
        _ isConfirmed: Bool
    ) async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            var old = infra.accessKey
            if isConfirmed {
                old = try await world.confirmed(infra)
                try await world.verify(infra.id, old)
            }
            let new = try await rotate(world, infra.id).accessKey
            func manifest(_ person: Person) async throws -> String {
                let place = "projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\""
                let reply = try await world.graphQL("{ getInfraManifest(\(place), upgrade: true) }", as: person)
                return try reply.succeeded()["getInfraManifest"].text ?? ""
            }
            let shown = try await manifest(world.executor)
            #expect(shown.contains(old) && !shown.contains(new))
            #expect(try await manifest(world.owner).contains(new))
            let used = try await world.confirm(infra.id, new).succeeded()
            let key = try #require(used["confirmInfraRegistration", "newAccessKey"].text)
            #expect(try await manifest(world.executor).contains(key))
        }
    }

    @Test func `rotating spares a key that an agent was given and has not used`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let key = try await world.confirmed(infra)
            #expect(try await rotate(world, infra.id).accessKey == key)
            try await world.verify(infra.id, key)
        }
    }

    @Test func `a manifest whose key leaked is replaced before its agent starts`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let rotated = try await rotate(world, infra.id)
            #expect(rotated.setting("IS_INFRA_CONFIRMED") == "false")
            // Somebody with the leaked key gets no other one.
            #expect(try await world.confirmed(infra) == infra.accessKey)
            let reply = try await world.confirm(infra.id, rotated.accessKey).succeeded()
            #expect(reply["confirmInfraRegistration", "newAccessKey"].text == rotated.accessKey)
            try await world.verify(infra.id, rotated.accessKey)
            #expect(await world.refusal(infra.id, infra.accessKey) == Self.mismatch)
        }
    }

    @Test func `agents that start at once are given one key`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let keys = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try await world.confirmed(infra) } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(keys.count == 1)
            let key = try #require(keys.first)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try await world.verify(infra.id, key) } }
                try await group.waitForAll()
            }
            #expect(try await world.storedInfrastructure(infra.id)?.accessKey == key)
        }
    }

    @Test func `who confirms is in the audit log of the project`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            _ = try await world.confirm(infra.id, "wrong")
            _ = try await world.confirmed(infra)
            let events = try await world.center.store.auditEvents.find(.eq("operation", "confirmInfraRegistration"))
            #expect(events.map(\.outcome) == [.succeeded])
            #expect(events.first?.infraID == infra.id && events.first?.projectID == world.projectID)
        }
    }
}
