extension FaultDescription {
    static let podDelete = FaultDescription(
        name: "pod-delete", category: "kubernetes", scope: .namespaced,
        summary: "Deletes pods of an application, again and again, and checks that they come back.",
        details: """
            In rounds, until the chaos duration is over, the pods to hit are chosen anew and deleted through the API; \
            their controller makes new ones. After each round, and at the end, the deleted pods must be gone and the \
            replacements ready. Nothing needs to be undone; a pod without a controller does not come back.
            """,
        tunables: [
            .duration(default: "30", manifest: "15"),
            .rampTime,
            Tunable(
                "FORCE", .boolean, default: "false", manifest: "true",
                "true kills at once (grace period 0); false lets the pod's own grace period run."),
            Tunable(
                "CHAOS_INTERVAL", .secondsRange, default: "10", manifest: "5", "Pause between two rounds of deletions."),
            .podsAffected,
            .targetContainer,
            .targetPods,
            .defaultHealthCheck,
            .nodeLabel,
            .sequence,
            .terminationOrder,
            .pauseBetweenPods,
        ] + Tunable.general,
        permissions: Permission.podFaults)
}
