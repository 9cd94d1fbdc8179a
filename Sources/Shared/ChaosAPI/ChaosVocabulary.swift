/// Group and version of the chaos resources.
public enum ChaosAPIGroup {
    public static let name = "litmuschaos.io"
    public static let version = "v1alpha1"
}

/// Labels and annotations that tie the objects of a run together.
public enum ChaosLabel {
    /// UID of the ChaosEngine: on runner pod, jobs, experiment and helper pods, and ChaosResults.
    public static let engineUID = "chaosUID"
    /// Annotation of a ChaosResult: the seed that repeats the choice of targets.
    public static let seed = "litmuschaos.io/seed"
    /// Annotation of a ChaosResult: which run it shows, so that the last words of an earlier one do not end it.
    public static let run = "litmuschaos.io/run"
}

/// `spec.engineState`.
public enum EngineState: String, Sendable, CaseIterable {
    case active
    case stop
}

/// `status.engineStatus`.
public enum EngineStatus: String, Sendable, CaseIterable {
    case initialized
    case completed
    case stopped
}

/// `spec.jobCleanUpPolicy`.
public enum CleanUpPolicy: String, Sendable, CaseIterable {
    case delete
    case retain
}

/// `status.experiments[].status` of a ChaosEngine.
public enum ExperimentRunStatus: String, Sendable, CaseIterable {
    case waiting = "Waiting for Job Creation"
    case running = "Running"
    case completed = "Completed"
    case notFound = "ChaosExperiment Not Found"
    case aborted = "Forcefully Aborted"
    case skipped = "Skipped"
}

/// `status.experimentStatus.verdict` of a ChaosResult.
public enum Verdict: String, Sendable, CaseIterable, Codable {
    case awaited = "Awaited"
    case pass = "Pass"
    case fail = "Fail"
    case stopped = "Stopped"
    case error = "Error"

    /// Larger is worse; an experiment that is not over outweighs one that passed.
    public var severity: Int {
        switch self {
        case .pass: 0
        case .awaited: 1
        case .stopped: 2
        case .fail: 3
        case .error: 4
        }
    }
}

/// `status.experimentStatus.phase` of a ChaosResult.
public enum ResultPhase: String, Sendable, CaseIterable, Codable {
    case running = "Running"
    case completed = "Completed"
    /// Written by Litmus 3.0 betas only.
    case completedWithError = "Completed_With_Error"
    case completedWithProbeFailure = "Completed_With_Probe_Failure"
    case stopped = "Stopped"
    case error = "Error"
}

/// What became of a target (`status.history.targets[].chaosStatus`).
public enum TargetChaosStatus: String, Sendable, CaseIterable, Codable {
    case targeted
    case injected
    case reverted
}

/// Where an experiment is in its life; stands in the JSON of its errors.
public enum ExperimentPhase: String, Sendable, Codable {
    case preChaos = "PreChaos"
    case chaosInject = "ChaosInject"
    case postChaos = "PostChaos"
    case abort = "Abort"
}

/// `errorCode` of Litmus.
public enum ErrorCode: String, Sendable, CaseIterable, Codable {
    case nonUserFriendly = "NON_USER_FRIENDLY_ERROR"
    case generic = "GENERIC_ERROR"
    case chaosResultCRUD = "CHAOS_RESULT_CRUD_ERROR"
    case statusChecks = "STATUS_CHECKS_ERROR"
    case targetSelection = "TARGET_SELECTION_ERROR"
    case experimentAborted = "EXPERIMENT_ABORTED"
    case helper = "HELPER_ERROR"
    case helperPodFailed = "HELPER_POD_FAILED_ERROR"
    case containerRuntime = "CONTAINER_RUNTIME_ERROR"
    case chaosInject = "CHAOS_INJECT_ERROR"
    case chaosRevert = "CHAOS_REVERT_ERROR"
    case k8sProbeError = "K8S_PROBE_ERROR"
    case cmdProbeError = "CMD_PROBE_ERROR"
    case httpProbeError = "HTTP_PROBE_ERROR"
    case promProbeError = "PROM_PROBE_ERROR"
    case k8sProbeFailure = "K8S_PROBE_FAILURE"
    case cmdProbeFailure = "CMD_PROBE_FAILURE"
    case httpProbeFailure = "HTTP_PROBE_FAILURE"
    case promProbeFailure = "PROM_PROBE_FAILURE"
    case timeout = "TIMEOUT"
    case probeTimeout = "PROBE_TIMEOUT"
}

/// Reasons of the Events that operator, runner and experiments write.
public enum EventReason: String, Sendable, CaseIterable {
    // Operator, on the ChaosEngine.
    case engineInitialized = "ChaosEngineInitialized"
    case engineCompleted = "ChaosEngineCompleted"
    case engineStopped = "ChaosEngineStopped"
    case restartInProgress = "RestartInProgress"
    case operationFailed = "ChaosResourcesOperationFailed"
    /// Additive to Litmus: the engine cannot be run as it is written.
    case engineInvalid = "ChaosEngineInvalid"
    /// Additive to Litmus: something that the engine needs is missing; it is waited for.
    case engineWaiting = "ChaosEngineWaiting"
    /// Additive to Litmus: the runner pod failed, vanished or never started.
    case runnerFailed = "ChaosRunnerFailed"
    /// Additive to Litmus: chaos is halted, so the engine is aborted or not started.
    case halted = "ChaosHalted"
    /// Additive to Litmus, on the halt's ConfigMap: it is not written as it should be.
    case haltUnclear = "ChaosHaltUnclear"

    /// Additive to Litmus: what a lost helper had injected is undone.
    case helperUndone = "ChaosHelperUndone"
    /// Additive to Litmus: a helper ended without having undone what it injected; somebody is at it.
    case helperLost = "ChaosHelperLost"

    // Runner, on the ChaosEngine.
    case dependencyCheck = "ExperimentDependencyCheck"
    case jobCreate = "ExperimentJobCreate"
    case jobCleanUp = "ExperimentJobCleanUp"
    case experimentNotFound = "ExperimentNotFound"
    case envParseError = "EnvParseError"
    case sideCarPatchError = "SideCarPatchError"
    case watchNotPermitted = "ChaosContainerWatchNotPermitted"

    // Experiment, on the ChaosEngine.
    case preChaosCheck = "PreChaosCheck"
    case chaosInject = "ChaosInject"
    case postChaosCheck = "PostChaosCheck"
    case summary = "Summary"

    // Experiment, on the ChaosResult.
    case awaited = "Awaited"
    case pass = "Pass"
    case fail = "Fail"
    case error = "Error"
    case stopped = "Stopped"
    case abort = "Abort"

    public init(verdict: Verdict) {
        self =
            switch verdict {
            case .awaited: .awaited
            case .pass: .pass
            case .fail: .fail
            case .stopped: .stopped
            case .error: .error
            }
    }
}
