import ChaosAPI
import KubernetesAPI

@testable import ChaosOperator

/// Engines and pods as the operator finds them.
enum Fixture {
    static let now = Timestamp(microseconds: 1_700_000_000_000_000)

    static func engine(
        _ state: EngineState? = .active, _ status: EngineStatus? = nil, spec: JSON = [:],
        change: (inout ChaosEngine) -> Void = { _ in }
    ) -> ChaosEngine {
        var engine = ChaosEngine(name: "e", namespace: "shop")
        engine.metadata.uid = "engine-uid"
        engine.metadata.resourceVersion = "7"
        engine.spec = [
            "chaosServiceAccount": "sa", "experiments": [["name": "pod-delete"], ["name": "pod-delete-2"]],
            "appinfo": ["appns": "shop", "applabel": "app=web", "appkind": "deployment"],
        ]
        engine.spec = engine.spec.merging(patch: spec)
        if let state { engine.desiredState = state }
        engine.engineStatus = status
        if status != nil { engine.runStarted = now }
        change(&engine)
        return engine
    }

    static func entry(_ name: String, _ status: ExperimentRunStatus, _ verdict: String) -> ExperimentStatus {
        ExperimentStatus(name: name, runner: "e-runner", pod: "e-runner", status: status, verdict: verdict, at: now)
    }

    /// An engine whose runner has been made.
    static func running(
        _ state: EngineState = .active, entries: [ExperimentStatus] = [], change: (inout ChaosEngine) -> Void = { _ in }
    ) -> ChaosEngine {
        engine(state, .initialized) {
            $0.runnerUID = "runner-uid"
            $0.experimentStatuses = entries
            $0.metadata.finalizers = [ChaosEngine.finalizer]
            change(&$0)
        }
    }

    static func runner(
        phase: String = "Running", container: JSON = ["ready": true, "state": ["running": [:]]], age: Duration = .zero,
        change: (inout Pod) -> Void = { _ in }
    ) -> Pod {
        var pod = Pod(name: "e-runner", namespace: "shop")
        pod.metadata.uid = "runner-uid"
        pod.metadata.labels = ["app": "e", "chaosUID": "engine-uid"]
        pod.metadata.ownerReferences = [OwnerReference(to: engine())]
        pod.metadata.creationTimestamp = now + (.zero - age)
        var status = container
        status["name"] = "chaos-runner"
        pod.json["status"] = ["phase": .string(phase), "containerStatuses": [status]]
        change(&pod)
        return pod
    }

    static func helper(ending: Bool = false) -> Pod {
        var pod = Pod(name: "helper", namespace: "shop")
        pod.metadata.uid = "helper-uid"
        pod.metadata.labels = ["chaosUID": "engine-uid"]
        pod.json["status"] = ["phase": "Running"]
        if ending { pod.metadata.deletionTimestamp = now }
        return pod
    }

    static func ended(_ exitCode: Int64, _ message: String = "") -> JSON {
        ["ready": false, "state": ["terminated": ["exitCode": .int(exitCode), "message": .string(message)]]]
    }

    static func step(
        _ engine: ChaosEngine, pods: [Pod] = [], account: Bool? = true, experiment: Bool = true,
        halt: HaltState = .lifted, at moment: Duration = .zero
    ) -> EngineStep {
        EngineStep(
            EngineObservation(
                engine: engine, pods: pods,
                dependencies: .init(
                    firstExperiment: experiment ? ChaosExperiment(name: "pod-delete", namespace: "shop") : nil,
                    hasServiceAccount: account), halt: halt, now: now + moment), OperatorConfiguration())
    }
}

extension EngineStep {
    /// What it writes into the engine, if it writes once.
    var change: EngineChange? {
        let changes = actions.compactMap { if case .change(let change) = $0 { change } else { nil } }
        return changes.count == 1 ? changes[0] : nil
    }

    var events: [EventReason] {
        actions.compactMap { if case .event(let reason, _, _) = $0 { reason } else { nil } }
    }

    var deletedPods: Set<String>? {
        actions.compactMap { if case .deleteChaos(let names) = $0 { names } else { nil } }.first
    }
}
