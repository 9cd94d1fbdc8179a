import ChaosAPI

/// What to do about an error, for whoever reads the report.
enum ErrorAdvice {
    /// A sentence or two; for a code that is none of Litmus' own, where to look.
    static func text(for failure: ExperimentFailure, in engine: EngineReport) -> String {
        guard let code = ErrorCode(rawValue: failure.code) else {
            return failure.code.isEmpty ? lookAtLog(of: engine) : lookAtEvents(of: engine)
        }
        switch code {
        case .generic, .nonUserFriendly: return lookAtLog(of: engine)
        case .chaosResultCRUD:
            return "Allow the engine's service account to get, create, update and patch chaosresults in the namespace "
                + "\(engine.namespace)."
        case .statusChecks:
            return "Bring the application into health first, or give it more time with STATUS_CHECK_TIMEOUT. "
                + "DEFAULT_HEALTH_CHECK=false runs the fault without this check."
        case .targetSelection:
            return "Compare the engine's application (namespace, kind, label) and TARGET_PODS, TARGET_CONTAINER and "
                + "NODE_LABEL with what 'kubectl get pods -n NAMESPACE --show-labels' shows."
        case .experimentAborted: return "The run was stopped on request. Run it again for a verdict."
        case .helper, .helperPodFailed:
            return
                "See why the helper pod failed: 'kubectl get events -n \(engine.namespace)'. It needs to be allowed to "
                + "run privileged on the target's node."
        case .containerRuntime:
            return "Check that CONTAINER_RUNTIME and SOCKET_PATH fit the runtime of the target's node."
        case .chaosInject:
            return
                "The target was not under the chaos that was asked for, so the run says nothing about the application. "
                + "Check the tunables that pick interface, ports, hosts or container against the target."
        case .chaosRevert:
            return
                "The fault may still be in effect. Delete the target pod, whose replacement starts clean, and look at "
                + "its node before the next run."
        case .k8sProbeError, .cmdProbeError, .httpProbeError, .promProbeError:
            return
                "The probe could not be evaluated, which says nothing about the application. Check its inputs, and that "
                + "what it asks can be reached from the runner pod."
        case .k8sProbeFailure, .cmdProbeFailure, .httpProbeFailure, .promProbeFailure:
            return
                "The application did not keep what the probe expects of it. Compare the probe's description with the "
                + "timeline."
        case .timeout, .probeTimeout:
            return
                "Give it more time (STATUS_CHECK_TIMEOUT, the probe's probeTimeout), or find out what it waited for: "
                + lookAtLog(of: engine)
        }
    }

    private static func lookAtLog(of engine: EngineReport) -> String {
        "See the runner's log: 'kubectl logs -n \(engine.namespace) \(engine.name)-runner'. \(lookAtEvents(of: engine))"
    }

    private static func lookAtEvents(of engine: EngineReport) -> String {
        "See the engine's state and events: 'kubectl describe chaosengine -n \(engine.namespace) \(engine.name)'."
    }
}
