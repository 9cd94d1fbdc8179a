import ChaosAPI
import ClusterTesting
import KubernetesAPI
import Testing

@Suite struct ChaosResourceTests {
    @Test("a result is named after engine, experiment and instance")
    func resultName() {
        #expect(ChaosResult.name(engine: "e", experiment: "pod-delete") == "e-pod-delete")
        #expect(ChaosResult.name(engine: "e", experiment: "pod-delete", instance: "7") == "e-pod-delete-7")
        #expect(ChaosResult.name(engine: "", experiment: "pod-delete") == "pod-delete")
    }

    @Test("fields that no type knows survive a change")
    func unknownFields() {
        var engine = ChaosEngine(json: [
            "spec": ["annotationCheck": "false", "engineState": "active"], "status": ["custom": 1],
        ])
        engine.desiredState = .stop
        engine.engineStatus = .completed
        #expect(engine.json["spec", "annotationCheck"] == "false")
        #expect(engine.json["status", "custom"] == 1)
        #expect(engine.json["spec", "engineState"] == "stop")
    }

    @Test("helpers' annotations become targets, others stay; a key without slash is no target")
    func annotations() {
        var result = ChaosResult(name: "r", namespace: "n")
        result.metadata.annotations = [
            "pod/web-0": "Injected", "pod/web-1": "reverted", "note": "injected", "kubectl.kubernetes.io/x": "y",
        ]
        result.foldTargetAnnotations()
        #expect(result.history.targets.map(\.name) == ["web-0", "web-1"])
        #expect(result.history.targets.map(\.chaosStatus) == ["injected", "reverted"])
        #expect(result.metadata.annotations == ["note": "injected", "kubectl.kubernetes.io/x": "y"])
    }

    @Test("the worst verdict of the experiments is the engine's")
    func worstVerdict() {
        var engine = ChaosEngine(name: "e", namespace: "n")
        engine.experimentStatuses = [("a", "Pass"), ("b", "Fail"), ("c", "N/A")].map {
            ExperimentStatus(name: $0, runner: "r", pod: "p", status: .completed, verdict: $1, at: .now)
        }
        engine.summarizeVerdict()
        #expect(engine.verdict == .fail)
    }

    @Test("amending keeps what another writer changed in between")
    func amendConflict() async throws {
        let cluster = InMemoryCluster(types: [ChaosEngine.type])
        let old = try await cluster.create(ChaosEngine(name: "e", namespace: "n"))
        _ = try await cluster.patch(ChaosEngine.self, namespace: "n", name: "e", .merge(["status": ["other": "x"]]))
        let result = try await cluster.amend(ChaosEngine.self, namespace: "n", name: "e", current: old) {
            $0.engineStatus = .initialized
            return true
        }
        #expect(result.json["status"] == ["other": "x", "engineStatus": "initialized"])
    }

    static let differences: [(JSON, JSON)] = [
        (["a": 1, "b": ["c": 2, "d": 3]], ["a": 1, "b": ["c": 2]]),
        (["a": ["x": 1]], ["a": "text"]), (["a": [1, 2]], ["a": [2]]), ([:], ["a": ["b": ["c": true]]]),
    ]

    @Test("a merge patch of the difference turns one into the other", arguments: differences)
    func difference(old: JSON, new: JSON) {
        #expect(old.merging(patch: JSON.mergePatch(from: old, to: new)) == new)
    }
}
