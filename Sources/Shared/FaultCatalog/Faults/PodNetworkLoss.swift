extension FaultDescription {
    static let podNetworkLoss = FaultDescription(
        name: "pod-network-loss", category: "kubernetes", scope: .namespaced,
        summary: "Loses a share of the packets of an application's pods.",
        details: """
            Rules in the pod's network namespace drop packets on one interface: all of them or those to some peers and \
            ports, the given share at random. When the chaos duration is over the rules are removed; those of other \
            faults on the same pod stay.
            """,
        tunables: [
            .targetContainer,
            .helperImage,
            .networkInterface,
            Tunable(
                "TC_IMAGE", .text, default: "", manifest: "gaiadocker/iproute2", "Without effect; older engines set it."
            ),
            Tunable(
                "NETWORK_PACKET_LOSS_PERCENTAGE", .percentage, default: "100", manifest: "100",
                "Share of the packets that are lost; a single value may have decimals (0.5)."),
            .duration(default: "60", manifest: "60"),
            .rampTime,
            .podsAffected,
            .defaultHealthCheck,
            .targetPods,
            .nodeLabel,
            .containerRuntime,
            .destinationIPs,
            .destinationHosts,
            .socketPath,
            .sequence,
        ] + Tunable.networkConditions + Tunable.helper + Tunable.general,
        permissions: Permission.podFaults, usages: [.runtimeAPI])
}
