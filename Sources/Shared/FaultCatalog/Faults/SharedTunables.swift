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

    static let interval = Tunable(
        "CHAOS_INTERVAL", .secondsRange, default: "10", manifest: "10", "Pause between two rounds.")
    static let terminationOrder = Tunable(
        "POD_TERMINATION_ORDER", .choice(["random", "alphabetical", "reverse"]), default: "random",
        "The order of the chosen pods; without effect with TARGET_PODS.")
    static let pauseBetweenPods = Tunable(
        "INTER_POD_KILL_INTERVAL_SECONDS", .seconds, default: "0",
        "Further pause between two pods of a round with SEQUENCE=serial.")

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
