import Foundation
import Testing

extension RealKubernetes {
    /// What scripts of Litmus' users rely on: names, labels, statuses and events, as upstream's operator and runner
    /// leave them.
    struct ContractTests {
        private struct Engine: Decodable {
            struct Metadata: Decodable {
                var uid: String
                var finalizers: [String]?
            }

            struct Spec: Decodable { var engineState: String }

            struct Status: Decodable {
                struct Experiment: Decodable {
                    var name: String
                    var runner: String
                    var experimentPod: String
                    var status: String
                    var verdict: String
                    var lastUpdateTime: String
                }

                var engineStatus: String
                var experiments: [Experiment]
            }

            var metadata: Metadata
            var spec: Spec
            var status: Status
        }

        @Test("a finished engine, its pods, its result and its events read as upstream's do")
        func finished() async throws {
            try await ChaosNamespace.with("contract") { namespace in
                try await namespace.start(try await namespace.engine("pod-delete", duration: 4))
                try await namespace.wait(for: ".status.engineStatus", of: "chaosengine/chaos") { $0 == "completed" }
                let text = try await namespace.get("get", "chaosengine", "chaos", "-o", "json")
                let engine = try JSONDecoder().decode(Engine.self, from: Data(text.utf8))
                #expect(engine.spec.engineState == "stop")
                let entry = try #require(engine.status.experiments.first)
                #expect(engine.status.experiments.count == 1)
                #expect(entry.name == "pod-delete" && entry.runner == "chaos-runner")
                // A built-in experiment runs inside the runner.
                #expect(entry.experimentPod == "chaos-runner")
                #expect(entry.status == "Completed" && entry.verdict == "Pass", "\(text)")
                #expect(entry.lastUpdateTime.hasSuffix("Z"))
                try await checkRunner(namespace, uid: engine.metadata.uid)
                try await checkResult(namespace, uid: engine.metadata.uid)
                try await checkEvents(namespace)
            }
        }

        private func checkRunner(_ namespace: ChaosNamespace, uid: String) async throws {
            let runner = try await namespace.get(
                "get", "pod", "chaos-runner", "-o",
                "jsonpath={.metadata.labels.app}|{.metadata.labels.chaosUID}"
                    + "|{.metadata.labels.app\\.kubernetes\\.io/component}|{.spec.restartPolicy}"
                    + "|{.spec.containers[0].name}|{.metadata.ownerReferences[0].kind}|{.spec.serviceAccountName}"
                    + "|{.spec.containers[0].env[*].name}")
            #expect(
                runner.hasPrefix(
                    "chaos|\(uid)|chaos-runner|OnFailure|chaos-runner|ChaosEngine|pod-delete-sa"
                        + "|CHAOSENGINE TARGETS EXPERIMENT_LIST CHAOS_SVC_ACC CHAOS_NAMESPACE"), "\(runner)")
        }

        private func checkResult(_ namespace: ChaosNamespace, uid: String) async throws {
            let result = try await namespace.get(
                "get", "chaosresult", "chaos-pod-delete", "-o",
                "jsonpath={.metadata.labels.chaosUID}|{.spec.engine}|{.spec.experiment}"
                    + "|{.status.experimentStatus.phase}|{.status.experimentStatus.verdict}"
                    + "|{.status.experimentStatus.probeSuccessPercentage}|{.status.history.passedRuns}"
                    + "|{.status.history.targets[0].kind}/{.status.history.targets[0].name}"
                    + "/{.status.history.targets[0].chaosStatus}")
            #expect(result == "\(uid)|chaos|pod-delete|Completed|Pass|100|1|deployment/victim/targeted", "\(result)")
        }

        private func checkEvents(_ namespace: ChaosNamespace) async throws {
            let events = try await namespace.get(
                "get", "events", "--field-selector", "involvedObject.kind=ChaosEngine", "-o",
                "jsonpath={range .items[*]}{.source.component} {.reason}: {.message}{\"\\n\"}{end}")
            for expected in [
                "chaos-operator ChaosEngineInitialized: Identifying app under test & launching chaos-runner",
                "chaos-runner ExperimentDependencyCheck: Experiment resources validated for Chaos Experiment: pod-delete",
                "ChaosInject: Injecting pod-delete chaos on application pod",
                "chaos-operator ChaosEngineCompleted: ChaosEngine completed, will delete or retain the resources "
                    + "according to jobCleanUpPolicy",
            ] {
                #expect(events.contains(expected), "no \(expected) among\n\(events)")
            }
        }

        @Test("an engine that is stopped ends as stopped, its packets flow, and it can be run again")
        func aborted() async throws {
            try await ChaosNamespace.with("abort") { namespace in
                try await namespace.start(try await namespace.engine("pod-network-loss", duration: 120))
                try await namespace.wait(
                    for: ".status.history.targets[0].chaosStatus", of: "chaosresult/chaos-pod-network-loss"
                ) { $0 == "injected" }
                #expect(try await namespace.reaches("victim") == false, "the loss of 100 % is not felt")
                try await namespace.get(
                    "patch", "chaosengine", "chaos", "--type=merge", "-p", #"{"spec":{"engineState":"stop"}}"#)
                try await namespace.wait(for: ".status.engineStatus", of: "chaosengine/chaos", within: .seconds(30)) {
                    $0 == "stopped"
                }
                #expect(try await namespace.reaches("victim"), "packets are lost after the abort")
                let entry = try await namespace.get(
                    "get", "chaosengine", "chaos", "-o",
                    "jsonpath={.status.experiments[0].status}|{.status.experiments[0].verdict}")
                #expect(entry == "Forcefully Aborted|Stopped")
                let left = try await namespace.get("get", "pods", "-l", "app!=victim,app!=bystander", "-o", "name")
                #expect(left.isEmpty, "\(left)")
                try await namespace.get(
                    "patch", "chaosengine", "chaos", "--type=merge", "-p", #"{"spec":{"engineState":"active"}}"#)
                try await namespace.wait(
                    for: ".status.engineStatus", of: "chaosengine/chaos", within: .seconds(30)
                ) { $0 == "initialized" }
            }
        }

        @Test("an engine that is deleted while it injects goes, and its chaos with it")
        func deleted() async throws {
            try await ChaosNamespace.with("deletion") { namespace in
                try await namespace.start(try await namespace.engine("pod-network-loss", duration: 120))
                try await namespace.wait(
                    for: ".status.history.targets[0].chaosStatus", of: "chaosresult/chaos-pod-network-loss"
                ) { $0 == "injected" }
                try await namespace.get("delete", "chaosengine", "chaos", "--timeout=40s")
                #expect(try await namespace.reaches("victim"))
            }
        }
    }
}
