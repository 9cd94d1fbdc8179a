import ChaosAPI
import Faults
import KubernetesAPI
import Testing

@testable import ChaosRunner

@Suite struct PodDeletionsTests {
    private static let web = Target.Workload(kind: "deployment", namespace: "shop", name: "web", apiVersion: "apps/v1")

    private static func target(_ name: String, of parent: Target.Workload? = web) -> Target {
        Target(namespace: "shop", name: name, uid: name, parent: parent)
    }

    private let moment = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test("deletions are counted by the workload that makes the pods anew")
    func counted() throws {
        var deletions = PodDeletions()
        deletions.attempt(3)
        deletions.deleted([Self.target("a"), Self.target("b"), Self.target("lone", of: nil)], at: moment)
        deletions.replaced([Self.target("a"), Self.target("b"), Self.target("lone", of: nil)], at: moment)
        try deletions.check()
        let rows = deletions.injections
        #expect(rows.map(\.target.kind) == ["deployment", "pod"] && rows.map(\.target.name) == ["web", "lone"])
        #expect(rows.map(\.effect) == [.confirmed, .confirmed])
        #expect(
            rows.map(\.asked) == [2, 1] && rows.map(\.measured) == [2, 1] && rows.allSatisfy { $0.unit == "pods" })
        #expect(
            rows.map(\.sample) == [
                "2 of 2 deleted pods gone, with ready ones in their place", "the pod is gone",
            ])
        #expect(rows.allSatisfy { $0.injectedAt == moment && $0.revertedAt == nil })
    }

    @Test("what was not seen replaced is not claimed")
    func unproven() {
        var deletions = PodDeletions()
        deletions.deleted([Self.target("a"), Self.target("b"), Self.target("lone", of: nil)], at: moment)
        deletions.replaced([Self.target("a")], at: moment)
        let rows = deletions.injections
        #expect(rows.map(\.effect) == [.inconclusive, .inconclusive])
        #expect(rows.map(\.measured) == [1, 0])
        #expect(
            rows.map(\.sample) == [
                "1 of 2 deleted pods gone, with ready ones in their place", "its deletion was asked for",
            ])
    }

    @Test("when every pod was gone before it could be deleted, nothing was tested")
    func none() {
        var deletions = PodDeletions()
        deletions.attempt(2)
        deletions.deleted([], at: moment)
        let error = #expect(throws: FaultError.self) { try deletions.check() }
        #expect(error?.code == .chaosInject && error?.reason.contains("was gone before") == true)
        #expect(throws: Never.self) { try PodDeletions().check() }
    }
}

@Suite struct ReplacementCheckTests {
    private static func pod(_ name: String, ready: Bool = true, isBeingDeleted: Bool = false) -> Pod {
        var pod = Pod(name: name, namespace: "shop")
        pod.metadata.uid = name
        pod.metadata.labels = ["app": "web"]
        if isBeingDeleted { pod.metadata.deletionTimestamp = .now }
        pod.json["status"] = [
            "phase": "Running",
            "containerStatuses": [["name": "main", "ready": .bool(ready), "state": ["running": [:]]]],
        ]
        return pod
    }

    private static func check(allowsTerminating: Bool = false) throws -> ReplacementCheck {
        let state = try #require(
            WorkloadState(
                workload: .init(kind: "deployment", namespace: "shop", name: "web", apiVersion: "apps/v1"),
                json: ["spec": ["replicas": 2, "selector": ["matchLabels": ["app": "web"]]]]))
        return ReplacementCheck(deleted: ["old"], workloads: [state], allowsTerminating: allowsTerminating)
    }

    @Test("deleted pods must be gone, and as many others be ready as their workload wants")
    func missing() throws {
        let check = try Self.check()
        #expect(check.missing(in: [Self.pod("a"), Self.pod("b")]) == nil)
        #expect(check.missing(in: [Self.pod("a")]) == "deployment web has 1 of 2 ready pods")
        #expect(check.missing(in: [Self.pod("a"), Self.pod("b"), Self.pod("old")]) == "pod old is still there")
        #expect(
            check.missing(in: [Self.pod("a"), Self.pod("b", ready: false)]) == "pod b: container main is not ready")
    }

    @Test("between two rounds a deleted pod may be on its way out, at the end it may not")
    func terminating() throws {
        let pods = [Self.pod("a"), Self.pod("b"), Self.pod("old", isBeingDeleted: true)]
        #expect(try Self.check(allowsTerminating: true).missing(in: pods) == nil)
        #expect(try Self.check().missing(in: pods) == "pod old is still there")
    }
}
