import ControlPlaneTesting
import DocumentStore
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Probes of engines that become probes of the project.
struct InlineProbesTests {
    @Test(arguments: Engine.allCases)
    func `a probe is made once, and another content gets another name`(_ engine: Engine) async throws {
        try await ExperimentWorld.run(engine) { world in
            let store = world.center.store
            let projectID = world.projectID
            let probes = InlineProbes(store: store, projectID: projectID) { probe, name in
                probe["type"] == "other" ? nil : .sample(name, project: projectID, type: probe["type"].string ?? "")
            }
            let http: JSON = ["name": "up", "type": "httpProbe", "mode": "SOT"]
            let command: JSON = ["name": "up", "type": "cmdProbe", "mode": "SOT"]
            #expect(try await probes.adopt(http) == "up")
            // The mode is the fault's.
            #expect(try await probes.adopt(["name": "up", "type": "httpProbe", "mode": "EOT"]) == "up")
            let other = try #require(try await probes.adopt(command))
            #expect(other.hasPrefix("up-") && other.count == 9)
            #expect(try await probes.adopt(command) == other)
            #expect(try await probes.adopt(["name": "x", "type": "other"]) == nil)
            #expect(try await probes.adopt(["type": "httpProbe"]) == nil)
            let names = try await store.probes.find(Query(.project(projectID), sort: [.ascending("name")])).map(\.name)
            #expect(names == ["up", other])
            // Two at once are one.
            async let first = probes.adopt(["name": "new", "type": "httpProbe"])
            async let second = probes.adopt(["name": "new", "type": "httpProbe"])
            #expect(try await [first, second] == ["new", "new"])
        }
    }
}

extension StoredProbe {
    static func sample(_ name: String, project: String, type: String = "httpProbe") -> StoredProbe {
        StoredProbe(
            projectID: project, name: name, type: type, infrastructureType: "Kubernetes", createdAt: 1, updatedAt: 1,
            isRemoved: false)
    }
}
