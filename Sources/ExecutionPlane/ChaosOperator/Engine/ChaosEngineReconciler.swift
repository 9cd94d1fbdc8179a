import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging

/// Reads what an engine looks like, asks `EngineStep` what that means, and does it; again until nothing is to be done.
/// Never waits: an abort that takes time is looked at again, so no engine holds up another.
struct ChaosEngineReconciler: Reconciler {
    let client: any APIClient
    let engines: Informer<ChaosEngine>
    let pods: Informer<Pod>
    let halt: HaltWatch
    let events: EventRecorder
    let configuration: OperatorConfiguration
    let time: TimeSource
    let logger: Logger

    static let podsByEngine = "engine"

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        // Each pass either acts on the engine, and so sees another one next, or ends; the bound is against mistakes.
        for _ in 0..<8 {
            guard let engine = engines.get(key) else { return .never }
            let observed = try await observe(engine)
            let step = EngineStep(observed, configuration)
            let isChanged = try await perform(step, observed)
            if isChanged { continue }
            return step.requeue.map { .after($0) } ?? .never
        }
        throw Status.internalError("the engine \(key) does not come to rest")
    }

    private func observe(_ engine: ChaosEngine) async throws -> EngineObservation {
        var observed = EngineObservation(
            engine: engine, pods: pods.list(index: Self.podsByEngine, engine.uid), now: time.wallClock())
        if engine.desiredState == .active, !engine.metadata.isBeingDeleted, halt.known != nil {
            observed.halt = try await halt.read()
            if observed.halt.order != nil { return observed }
        }
        guard EngineStep.needsDependencies(observed) else { return observed }
        let namespace = engine.namespace
        async let account = hasServiceAccount(engine)
        if let name = engine.experiments.first?.name, !name.isEmpty {
            observed.dependencies.firstExperiment = try await client.find(
                ChaosExperiment.self, namespace: namespace, name: name)
        }
        observed.dependencies.hasServiceAccount = await account
        // A pod of an earlier engine of the same name has another UID.
        if !observed.pods.contains(where: { $0.name == engine.runnerName }),
            let old = pods.get(ObjectKey(namespace: namespace, name: engine.runnerName))
        {
            observed.pods.append(old)
        }
        // Last, so that next to no time is left between this answer and the runner pod.
        observed.halt = try await halt.read()
        return observed
    }

    /// nil where the operator may not know; then the server will say.
    private func hasServiceAccount(_ engine: ChaosEngine) async -> Bool? {
        guard !engine.serviceAccount.isEmpty else { return nil }
        do {
            return try await client.find(
                ServiceAccount.self, namespace: engine.namespace, name: engine.serviceAccount) != nil
        } catch {
            return nil
        }
    }

    /// - Returns: whether the engine was changed, so that there may be more to do at once.
    private func perform(_ step: EngineStep, _ observed: EngineObservation) async throws -> Bool {
        let engine = observed.engine
        var isChanged = false
        for action in step.actions {
            switch action {
            case .change(let change): isChanged = try await write(change, engine) || isChanged
            case .event(let reason, let warning, let message):
                if warning {
                    events.warning(engine.reference, reason: reason.rawValue, message)
                } else {
                    events.normal(engine.reference, reason: reason.rawValue, message)
                }
            case .createRunner: isChanged = try await createRunner(observed) || isChanged
            case .deleteChaos(let names): try await deleteChaos(engine, names)
            case .repairResults(let repair): try await self.repair(engine, repair)
            }
        }
        return isChanged
    }

    /// Fails with a conflict when the engine is not what the step was decided on; then it is decided anew.
    private func write(_ change: EngineChange, _ engine: ChaosEngine) async throws -> Bool {
        var changed = engine
        change.apply(to: &changed, now: time.wallClock())
        guard changed != engine else { return false }
        var patch = JSON.mergePatch(from: engine.json, to: changed.json)
        patch["metadata", "resourceVersion"] = .string(engine.metadata.resourceVersion)
        do {
            if engine.metadata.isBeingDeleted {
                // The write may end the engine, so its answer must not find its way into the cache.
                _ = try await client.patch(
                    ChaosEngine.self, namespace: engine.namespace, name: engine.name, .merge(patch))
                return false
            }
            let written = try await engines.patch(engine.key, .merge(patch))
            logger.info(
                "engine changed",
                metadata: [
                    "engine": "\(engine.key)", "status": "\(written.engineStatus?.rawValue ?? "")",
                    "reason": "\(written.statusReason)",
                ])
            return true
        } catch let status as Status where status.isNotFound {
            // Its last finalizer went with this write, or somebody else's.
            return false
        }
    }

    private func createRunner(_ observed: EngineObservation) async throws -> Bool {
        let engine = observed.engine
        let created: Pod
        do {
            let pod = try RunnerPod.make(
                for: engine, image: configuration.runnerImage, platform: configuration.platform,
                firstExperiment: observed.dependencies.firstExperiment)
            created = try await pods.create(pod)
        } catch let status as Status where status.isAlreadyExists {
            created = try await client.get(Pod.self, namespace: engine.namespace, name: engine.runnerName)
            guard created.metadata.controller?.uid == engine.uid else {
                throw Status.conflict(Pod.type.gvr, name: created.name, "a pod of this name belongs to somebody else")
            }
        } catch let fault as EngineFault {
            return try await perform(EngineStep.invalid(fault, observed, configuration), observed)
        } catch let status as Status where [400, 403, 422].contains(status.code) {
            return try await perform(EngineStep.refused(status, observed, configuration), observed)
        }
        return try await write(EngineChange(reason: "", runnerUID: created.uid), engine)
    }

    /// Jobs first, so that they make no new pods.
    private func deleteChaos(_ engine: ChaosEngine, _ names: Set<String>) async throws {
        let labels = LabelSelector(matching: [ChaosLabel.engineUID: engine.uid])
        let grace = engine.terminationGracePeriodSeconds
        try await client.deleteCollection(
            Job.type.gvr, namespace: engine.namespace, list: ListOptions(labelSelector: labels),
            options: DeleteOptions(gracePeriodSeconds: grace, propagationPolicy: .background))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask {
                    try await client.delete(
                        Pod.self, namespace: engine.namespace, name: name,
                        options: DeleteOptions(gracePeriodSeconds: grace))
                }
            }
            try await group.waitForAll()
        }
    }

    private func repair(_ engine: ChaosEngine, _ repair: ResultRepair) async throws {
        let labels = LabelSelector(matching: [ChaosLabel.engineUID: engine.uid])
        for result in try await client.list(ChaosResult.self, namespace: engine.namespace, labels: labels) {
            do {
                try await client.amend(
                    ChaosResult.self, namespace: result.namespace, name: result.name, current: result
                ) { repair.apply(to: &$0) }
            } catch let status as Status where status.isNotFound {}
        }
    }
}
