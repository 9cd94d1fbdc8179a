import ClusterTesting
import KubernetesAPI
import Testing

@testable import WorkloadControllers

@Suite("Revisions of a workload")
struct RevisionHistoryTests {
    private let cluster = InMemoryCluster()

    private func keep(_ set: DaemonSet, _ image: String, used: Set<String> = []) async throws {
        try await RevisionHistory(client: cluster)
            .keep(set, template: Fixture.template(image: image), name: "web-\(image)", used: used)
    }

    private func numbers() async throws -> [String: Int] {
        let all = try await cluster.list(ControllerRevision.self, namespace: "ns")
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.number) })
    }

    @Test("a template that comes back is the newest revision again")
    func comesBack() async throws {
        let set = try await cluster.create(Fixture.workload(DaemonSet.self))
        for image in ["v1", "v2", "v1"] { try await keep(set, image) }
        #expect(try await numbers() == ["web-v1": 3, "web-v2": 2])
        try await keep(set, "v1")
        #expect(try await numbers() == ["web-v1": 3, "web-v2": 2])
    }

    @Test("an undo replaces the whole template, and pods are made of it as it was")
    func undo() async throws {
        let set = try await cluster.create(Fixture.workload(DaemonSet.self))
        try await keep(set, "v1")
        let kept = try await cluster.get(ControllerRevision.self, namespace: "ns", name: "web-v1")
        #expect(kept.json["data", "spec", "template", "$patch"] == "replace")
        let template = try await RevisionHistory(client: cluster).template(namespace: "ns", name: "web-v1")
        #expect(template == Fixture.template(image: "v1"))
    }

    @Test("the oldest revisions beyond the limit go, but none that pods still have")
    func limit() async throws {
        var object = Fixture.workload(DaemonSet.self)
        object.json["spec", "revisionHistoryLimit"] = 1
        let set = try await cluster.create(object)
        for image in ["v1", "v2", "v3", "v4"] { try await keep(set, image, used: ["web-v1"]) }
        #expect(try await Set(numbers().keys) == ["web-v1", "web-v3", "web-v4"])
    }
}
