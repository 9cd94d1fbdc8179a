import ChaosAPI
import KubernetesAPI

/// What an engine and its pods looked like at one moment.
struct EngineObservation: Sendable {
    var engine: ChaosEngine
    /// Every pod with the engine's `chaosUID`.
    var pods: [Pod] = []
    /// What the runner needs; read only when it is to be made.
    var dependencies = Dependencies()
    var halt = HaltState.lifted
    var now: Timestamp

    struct Dependencies: Sendable, Equatable {
        var firstExperiment: ChaosExperiment?
        /// nil where it could not be found out.
        var hasServiceAccount: Bool?
    }

    /// The runner pod of this run. One of the same name that belongs to an engine deleted before is none.
    var runner: Pod? {
        pods.first { pod in
            pod.name == engine.runnerName && pod.metadata.controller?.uid == engine.uid
                && (engine.runnerUID.isEmpty || engine.runnerUID == pod.uid)
        }
    }
}

/// What one look at an engine means. Pure: no client, no clock, no `await`.
struct EngineStep: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        case change(EngineChange)
        case event(EventReason, warning: Bool = false, String)
        case createRunner
        /// Jobs and pods of the engine, in the background.
        case deleteChaos(Set<String>)
        case repairResults(ResultRepair)
    }

    /// In the order in which they are taken.
    var actions: [Action] = []
    /// When to look again although nothing changed.
    var requeue: Duration?

    init(actions: [Action] = [], requeue: Duration? = nil) {
        self.actions = actions
        self.requeue = requeue
    }

    /// Whether `init` will want to know the dependencies.
    static func needsDependencies(_ observed: EngineObservation) -> Bool {
        let engine = observed.engine
        return engine.desiredState == .active && !engine.metadata.isBeingDeleted && observed.runner == nil
            && engine.runnerUID.isEmpty && engine.engineStatus == .initialized
    }

    init(_ observed: EngineObservation, _ configuration: OperatorConfiguration) {
        let engine = observed.engine
        if engine.metadata.isBeingDeleted {
            if engine.metadata.finalizers.contains(ChaosEngine.finalizer) { self = Self.stop(observed, configuration) }
            return
        }
        if let halt = observed.halt.order, let step = Self.halted(observed, by: halt) {
            self = step
            return
        }
        switch (engine.desiredState, engine.engineStatus) {
        case (.active, nil): self = Self.start(observed)
        case (.active, .initialized): self = Self.run(observed, configuration)
        case (.active, .stopped), (.active, .completed): self = Self.restart(observed)
        case (.stop, .initialized): self = Self.stop(observed, configuration)
        case (.stop, .completed): self = Self.cleanUp(observed)
        case (.stop, nil):
            actions = [
                .change(
                    EngineChange(
                        status: .stopped, reason: "NotStarted",
                        message: "spec.engineState is stop: set it to active to run the experiments"))
            ]
        case (.stop, .stopped): break
        }
    }
}

// MARK: - Start

extension EngineStep {
    private static func start(_ observed: EngineObservation) -> EngineStep {
        let engine = observed.engine
        do throws(EngineFault) {
            try engine.validate()
        } catch {
            return EngineStep(actions: [
                .change(
                    EngineChange(
                        state: .stop, status: .stopped, reason: "InvalidEngine", message: error.description)),
                .event(.engineInvalid, warning: true, error.description),
            ])
        }
        return EngineStep(actions: [
            .change(
                EngineChange(
                    state: .active, status: .initialized, finalizer: true, reason: "", entries: .clear, runnerUID: "",
                    runStarted: observed.now)),
            .event(.engineInitialized, "Identifying app under test & launching \(engine.runnerName)"),
        ])
    }

    /// Pods of the former run go first, so that the new runner cannot be mistaken for the old.
    private static func restart(_ observed: EngineObservation) -> EngineStep {
        guard observed.pods.isEmpty else { return EngineStep(actions: deletion(observed.pods), requeue: .seconds(5)) }
        var step = start(observed)
        step.actions.insert(.event(.restartInProgress, "ChaosEngine is restarted"), at: min(1, step.actions.count))
        return step
    }
}

// MARK: - Run

extension EngineStep {
    private static func run(_ observed: EngineObservation, _ configuration: OperatorConfiguration) -> EngineStep {
        let engine = observed.engine
        if let runner = observed.runner, engine.runnerUID.isEmpty {
            return EngineStep(actions: [.change(EngineChange(runnerUID: runner.uid))])
        }
        switch RunnerState(observed.runner, restarts: configuration.runnerRestarts) {
        case .absent:
            if engine.runnerUID.isEmpty, engine.experimentStatuses.isEmpty { return launch(observed, configuration) }
            if engine.statusReason == undoing { return complete(observed, configuration) }
            // Why it was deleted stands in the status, if it was the operator.
            guard engine.statusReason.isEmpty else {
                return fail(observed, configuration, engine.statusReason, engine.statusMessage)
            }
            return fail(
                observed, configuration, "RunnerVanished",
                "the runner pod \(engine.runnerName) was deleted while it ran")
        case .starting(let why, let since, let isBroken):
            let limit = isBroken ? configuration.imageTimeout : configuration.startTimeout
            let age = observed.now - since
            guard age < limit else {
                return fail(
                    observed, configuration, "RunnerNotStarted",
                    "the runner pod \(engine.runnerName) did not start within \(limit.components.seconds) s: \(why)")
            }
            var step = EngineStep(requeue: limit - age)
            if isBroken {
                step.waiting(engine, "RunnerNotStarted", "the runner pod \(engine.runnerName) waits: \(why)")
            }
            return step
        case .running:
            // What was waited for has come.
            return engine.statusReason.isEmpty ? EngineStep() : EngineStep(actions: [.change(EngineChange(reason: ""))])
        case .ending:
            // On a node that died nobody ever says that it has ended.
            guard let runner = observed.runner, isOverdue(runner, observed.now, configuration) else {
                return EngineStep(requeue: .seconds(5))
            }
            guard engine.statusReason.isEmpty || engine.statusReason == undoing else {
                return fail(observed, configuration, engine.statusReason, engine.statusMessage)
            }
            return fail(
                observed, configuration, "RunnerVanished",
                "the runner pod \(runner.name) was deleted while it ran, and node \(runner.nodeName) does not say that "
                    + "it has ended")
        case .completed: return complete(observed, configuration)
        case .failed(let why):
            // A runner that was given up ends by the operator's signal; that is not why.
            if observed.runner?.metadata.isBeingDeleted == true, !engine.statusReason.isEmpty {
                return fail(observed, configuration, engine.statusReason, engine.statusMessage)
            }
            return fail(observed, configuration, "RunnerFailed", "the runner pod \(engine.runnerName) failed: \(why)")
        }
    }

    private static func launch(_ observed: EngineObservation, _ configuration: OperatorConfiguration) -> EngineStep {
        let engine = observed.engine
        let waited = engine.runStarted.map { observed.now - $0 } ?? .zero
        let mayWait = waited < configuration.dependencyTimeout
        if case .unreadable(let why) = observed.halt { return haltUnreadable(why, observed, configuration) }
        // A pod of an older engine of this name would be taken for ours.
        if let old = observed.pods.first(where: { $0.name == engine.runnerName }) {
            return EngineStep(actions: deletion([old]), requeue: .seconds(1))
        }
        if observed.dependencies.hasServiceAccount == false {
            let message =
                "there is no service account \(engine.serviceAccount) in namespace \(engine.namespace): "
                + "'\(Status.accountCommand)' makes it, with the permissions that its faults need"
            guard mayWait else { return fail(observed, configuration, "ServiceAccountNotFound", message) }
            var step = EngineStep(requeue: .milliseconds(500))
            step.waiting(engine, "ServiceAccountNotFound", message)
            return step
        }
        let name = engine.experiments.first?.name ?? ""
        if observed.dependencies.firstExperiment == nil, mayWait {
            var step = EngineStep(requeue: configuration.dependencyTimeout - waited)
            step.waiting(
                engine, "ExperimentNotFound",
                "there is no ChaosExperiment \(name) in namespace \(engine.namespace): apply the fault's manifest there"
            )
            return step
        }
        // A ChaosExperiment that does not come is reported by the runner, as one in the middle of the list is.
        return EngineStep(actions: [.createRunner])
    }

    /// Says once what is waited for.
    mutating func waiting(_ engine: ChaosEngine, _ reason: String, _ message: String) {
        guard engine.statusReason != reason || engine.statusMessage != message else { return }
        actions += [
            .change(EngineChange(reason: reason, message: message)),
            .event(.operationFailed, warning: true, "(chaos start) Unable to get chaos resources: \(message)"),
        ]
    }

    /// The server refused the runner pod.
    static func refused(
        _ status: Status, _ observed: EngineObservation, _ configuration: OperatorConfiguration
    ) -> EngineStep {
        let engine = observed.engine
        let waited = engine.runStarted.map { observed.now - $0 } ?? .zero
        let isPermission = status.isForbidden
        let reason = isPermission ? "RunnerForbidden" : "RunnerRefused"
        var message = "the runner pod \(engine.runnerName) cannot be made: \(status.message)"
        // As opposed to a quota or a policy of the namespace.
        if isPermission, status.message.contains("service account") || status.message.contains("serviceaccount") {
            message += ": '\(Status.accountCommand)' makes the account, with the permissions that its faults need"
        }
        // A wrong pod stays wrong; a permission, a quota or an account may still come.
        if !isPermission || waited >= configuration.dependencyTimeout {
            return fail(observed, configuration, reason, message)
        }
        var step = EngineStep(requeue: .milliseconds(500))
        step.waiting(engine, reason, message)
        return step
    }

    /// The engine was changed into one that cannot be run.
    static func invalid(
        _ fault: EngineFault, _ observed: EngineObservation, _ configuration: OperatorConfiguration
    ) -> EngineStep {
        fail(observed, configuration, "InvalidEngine", fault.description)
    }

    private static func complete(_ observed: EngineObservation, _ configuration: OperatorConfiguration) -> EngineStep {
        let engine = observed.engine
        let isOpen =
            engine.experimentStatuses.count < engine.experiments.count
            || engine.experimentStatuses.contains { $0.isOpen }
        if isOpen {
            return fail(
                observed, configuration, "RunnerEndedEarly",
                "the runner pod \(engine.runnerName) ended before all experiments had a verdict; its log says why")
        }
        if let step = awaitUndoing(observed, configuration) { return step }
        let left = leftBehind(observed)
        return EngineStep(actions: [
            .change(
                EngineChange(
                    state: .stop, status: .completed, finalizer: false, reason: left == nil ? "" : podsRemain,
                    message: left ?? "", entries: .keep)),
            .event(
                .engineCompleted,
                "ChaosEngine completed, will delete or retain the resources according to jobCleanUpPolicy"),
        ])
    }

    /// Ends a run that cannot go on: first whatever still injects, then the results, then the engine.
    static func fail(
        _ observed: EngineObservation, _ configuration: OperatorConfiguration, _ reason: String, _ message: String
    ) -> EngineStep {
        let alive = alive(observed).filter { !isOverdue($0, observed.now, configuration) }
        if !alive.isEmpty, !alive.allSatisfy(\.metadata.isBeingDeleted) {
            let cause = EngineStep.Action.change(EngineChange(reason: reason, message: message))
            return EngineStep(actions: [cause] + deletion(alive), requeue: .seconds(5))
        }
        if !alive.isEmpty { return EngineStep(requeue: .seconds(5)) }
        let message = message + (leftBehind(observed).map { "; \($0)" } ?? "")
        return EngineStep(actions: [
            .repairResults(.failed(message)),
            .change(
                EngineChange(
                    state: .stop, status: .completed, finalizer: false, reason: reason, message: message,
                    entries: .fail(message))),
            .event(.runnerFailed, warning: true, message),
            .event(
                .engineCompleted,
                "ChaosEngine completed, will delete or retain the resources according to jobCleanUpPolicy"),
        ])
    }

    /// Pods that may still inject, or have left something in force. A runner that is over is none, and stays for whoever
    /// wants to read its log.
    static func alive(_ observed: EngineObservation) -> [Pod] {
        observed.pods.filter { pod in
            !pod.isFinished && !(pod.name == observed.runner?.name && pod.hasEndedRunner)
                || HelperPodState(pod).mayBeInForce
        }
    }
}

// MARK: - End

extension EngineStep {
    /// `status.reason` of an engine that was given up while pods of it were still there.
    static let podsRemain = "PodsRemain"

    static func deletion(_ pods: [Pod]) -> [Action] {
        [.deleteChaos(Set(pods.filter { !$0.metadata.isBeingDeleted }.map(\.name)))]
    }

    /// Abort and deletion: pods get their time to revert, then the results and the engine are closed.
    private static func stop(_ observed: EngineObservation, _ configuration: OperatorConfiguration) -> EngineStep {
        let engine = observed.engine
        let remaining = observed.pods.filter { !isOverdue($0, observed.now, configuration) }
        guard remaining.isEmpty else {
            return EngineStep(actions: deletion(remaining) + sayUndoing(observed), requeue: .seconds(2))
        }
        let isHalted = engine.statusReason == Halt.statusReason
        var change = EngineChange(status: .stopped, finalizer: false, reason: isHalted ? nil : "", entries: .abort)
        if let stuck = observed.pods.first {
            change.reason = podsRemain
            change.message = "the pod \(stuck.name) does not end; what it injected may still be in force"
            if isHalted { change.message += " (\(engine.statusMessage))" }
        }
        var actions: [Action] = [.deleteChaos([]), .repairResults(.stopped), .change(change)]
        if !engine.runnerUID.isEmpty || !engine.experimentStatuses.isEmpty {
            actions.append(.event(.engineStopped, "Chaos resources deleted successfully"))
        }
        return EngineStep(actions: actions)
    }

    static func isOverdue(_ pod: Pod, _ now: Timestamp, _ configuration: OperatorConfiguration) -> Bool {
        guard let deadline = pod.metadata.deletionTimestamp else { return false }
        return now - deadline > configuration.abortTimeout
    }

    private static func cleanUp(_ observed: EngineObservation) -> EngineStep {
        guard observed.engine.jobCleanUpPolicy == .delete else { return EngineStep() }
        let pods = observed.pods.filter {
            !$0.metadata.isBeingDeleted && $0.metadata.labels["app"] == observed.engine.name
        }
        return pods.isEmpty ? EngineStep() : EngineStep(actions: deletion(pods))
    }
}
