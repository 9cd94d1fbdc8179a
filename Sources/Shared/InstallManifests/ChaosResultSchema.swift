import KubernetesAPI

/// The schema of a ChaosResult.
enum ChaosResultSchema {
    private typealias S = StructuralSchema

    static var spec: JSON {
        S.object(["engine": S.string(), "experiment": S.string(), "instance": S.string()])
    }

    static var status: JSON {
        S.object([
            "experimentStatus": S.object([
                "phase": S.string("Running, Completed, Completed_With_Probe_Failure, Stopped or Error."),
                "verdict": S.string("Awaited, Pass, Fail, Stopped or Error."),
                "probeSuccessPercentage": S.string("Awaited, or 0 to 100."),
                "errorOutput": S.object(["errorCode": S.string(), "reason": S.string()]),
            ]),
            "seed": S.string("Repeats the choice of targets."),
            "probeStatuses": S.list(of: S.object()),
            "injections": S.list(of: injection, "What was done to each target, and what was felt of it."),
            "history": S.object([
                "passedRuns": S.integer(), "failedRuns": S.integer(), "stoppedRuns": S.integer(),
                "targets": S.list(of: S.object()),
            ]),
        ])
    }

    private static var injection: JSON {
        S.object([
            "target": S.object(
                [
                    "kind": S.string("Such as pod or node."), "namespace": S.string("Its namespace."),
                    "name": S.string("Its name."), "container": S.string("The container that was hit."),
                    "node": S.string("The node that it ran on."),
                ], "What was hit."),
            "action": S.string("What was done, such as: lose 30 % of egress on eth0."),
            "mechanism": S.string("By which means it was done."),
            "effect": S.string(
                "confirmed: the measured effect is the one asked for. not injected: the target did not feel it. "
                    + "inconclusive: there was too little to measure."),
            "asked": S.number("The effect that was asked for, in unit."),
            "measured": S.number("The effect that was measured, in unit; absent where nothing could be measured."),
            "unit": S.string("Such as %, cores, restarts or pods."),
            "sample": S.string("What the measured figure rests on."),
            "injectedAt": S.string("When it was applied, in RFC 3339 with milliseconds."),
            "revertedAt": S.string("When it was undone, in RFC 3339 with milliseconds; absent where it was not."),
            "remark": S.string("What else there is to say."),
        ])
    }
}
