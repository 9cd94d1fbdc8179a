extension Tunable {
    static func duration(default seconds: String, manifest: String?) -> Tunable {
        Tunable(
            "TOTAL_CHAOS_DURATION", .seconds, default: seconds, manifest: manifest, "How long the chaos lasts.")
    }

    static let rampTime = Tunable(
        "RAMP_TIME", .seconds, default: "0", manifest: "", "Pause before the chaos and after it.")
    static let defaultHealthCheck = Tunable(
        "DEFAULT_HEALTH_CHECK", .boolean, default: "true", manifest: "false",
        "Whether the application must be healthy before and after the chaos; the engine's defaultHealthCheck wins.")
    static let podsAffected = Tunable(
        "PODS_AFFECTED_PERC", .percentage, default: "0", manifest: "",
        "Share of the application's pods that are hit; at least one is.")
    static let targetContainer = Tunable(
        "TARGET_CONTAINER", .text, default: "", manifest: "",
        "Container that is hit; by default the pod's first. Without effect where whole pods are hit.")
    static let targetPods = Tunable(
        "TARGET_PODS", .list, default: "", manifest: "",
        "Pods that are hit, by name; then percentage and node label do not count.")
    static let nodeLabel = Tunable(
        "NODE_LABEL", .selector, default: "", manifest: "", "Only pods on nodes with this label are hit.")
    static let sequence = Tunable(
        "SEQUENCE", .choice(["parallel", "serial", "random"]), default: "parallel", manifest: "parallel",
        "Whether several pods are hit at once or one after another.")

    /// What every fault reads and no manifest sets: the engine, or the runner, does.
    static let general: [Tunable] = [
        Tunable(
            "RANDOMNESS", .boolean, default: "false",
            "Whether CHAOS_INTERVAL is an upper bound, or a range, to pick from."),
        Tunable("INSTANCE_ID", .text, default: "", "Suffix of the ChaosResult's name, to tell several runs apart."),
        Tunable(
            "STATUS_CHECK_DELAY", .seconds, default: "2",
            "Pause between two status checks where changes cannot be watched (statusCheckTimeouts.delay)."),
        Tunable(
            "STATUS_CHECK_TIMEOUT", .seconds, default: "180",
            "How long a status may take, such as a pod that must come back (statusCheckTimeouts.timeout)."),
        Tunable(
            "LITMUS_SEED", .integer, default: "",
            "Repeats the choice of targets of an earlier run: its seed stands in its ChaosResult."),
    ]
}

extension Permission {
    /// What the charts of the faults on pods grant (their set P1).
    static let podFaults: [Permission] = [
        Permission("", ["pods"], ["create", "delete", "get", "list", "patch", "update", "deletecollection"]),
        Permission("", ["events"], ["create", "get", "list", "patch", "update"]),
        Permission("", ["configmaps"], ["get", "list"]),
        Permission("", ["pods/log"], ["get", "list", "watch"]),
        Permission("", ["pods/exec"], ["get", "list", "create"]),
        Permission("apps", ["deployments", "statefulsets", "replicasets", "daemonsets"], ["list", "get"]),
        Permission("apps.openshift.io", ["deploymentconfigs"], ["list", "get"]),
        Permission("", ["replicationcontrollers"], ["get", "list"]),
        Permission("argoproj.io", ["rollouts"], ["list", "get"]),
        Permission("batch", ["jobs"], ["create", "list", "get", "delete", "deletecollection"]),
        Permission(
            "litmuschaos.io", ["chaosengines", "chaosexperiments", "chaosresults"],
            ["create", "list", "get", "patch", "update", "delete"]),
    ]
}
