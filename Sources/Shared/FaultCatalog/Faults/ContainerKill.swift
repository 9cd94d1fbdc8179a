extension FaultDescription {
    static let containerKill = FaultDescription(
        name: "container-kill", category: "kubernetes", scope: .namespaced,
        summary: "Kills a container of an application's pods, again and again, and checks that it is restarted.",
        details: """
            In rounds, until the chaos duration is over, the first process of the container gets SIGKILL, or SIGTERM and, \
            when its grace is over, SIGKILL. After each round the container must have been restarted and be ready. \
            Nothing needs to be undone: the pod's restart policy starts the container again, or leaves it stopped.
            """,
        tunables: [
            .targetContainer,
            .rampTime,
            .targetPods,
            .interval,
            Tunable(
                "SIGNAL", .choice(["SIGKILL", "SIGTERM"]), default: "SIGKILL", manifest: "SIGKILL",
                "Signal to the container's first process."),
            .socketPath,
            .containerRuntime,
            .duration(default: "20", manifest: "20"),
            .podsAffected,
            .nodeLabel,
            .defaultHealthCheck,
            .helperImage,
            .sequence,
            Tunable(
                "CONTAINER_API_TIMEOUT", .seconds, default: "-1",
                "How long a container may take to end after SIGTERM before SIGKILL; -1 is STATUS_CHECK_TIMEOUT."),
            .terminationOrder,
            .pauseBetweenPods,
        ] + Tunable.helper + Tunable.general,
        permissions: Permission.podFaults, usages: [.runtimeAPI])
}
