extension FaultDescription {
    static let podCPUHog = FaultDescription(
        name: "pod-cpu-hog", category: "kubernetes", scope: .namespaced,
        summary: "Keeps processors busy from inside an application's containers, within their limits.",
        details: """
            Workers of stress-ng run in a control group below the container's own, so that the container's requests and \
            limits hold for both together and the application competes with them. When the chaos duration is over they \
            are killed and their control group is removed.
            """,
        tunables: [
            .duration(default: "60", manifest: "60"),
            Tunable(
                "CPU_CORES", .integerRange, default: "0", manifest: "1",
                "Number of busy workers in each container; 0 is one for each processor of the node."),
            Tunable(
                "CPU_LOAD", .percentage, default: "100", manifest: "100", "How busy each worker keeps a processor."),
            .podsAffected,
            .rampTime,
            .helperImage,
            Tunable(
                "STRESS_IMAGE", .text, default: "", manifest: "alexeiled/stress-ng:latest-ubuntu",
                "Without effect; older engines set it."),
            .containerRuntime,
            .socketPath,
            Tunable(
                "TARGET_CONTAINER", .list, default: "", manifest: "",
                "Containers that are hit, by name, or all; by default the pod's first."),
            .targetPods,
            .defaultHealthCheck,
            .nodeLabel,
            .sequence,
        ] + Tunable.helper + Tunable.general,
        permissions: Permission.podFaults, usages: [.runtimeAPI])
}
