/// Tunables of the helper pods that act on the nodes of the targets.
extension Tunable {
    static let helperImage = Tunable(
        "LIB_IMAGE", .text, default: FaultDescription.defaultHelperImage, manifest: FaultDescription.defaultImage,
        "Image of the helper pods.")
    static let containerRuntime = Tunable(
        "CONTAINER_RUNTIME", .choice(["docker", "containerd", "crio"]), default: "containerd", manifest: "containerd",
        "The cluster's container runtime. Checked, but not needed: targets are found through /proc.")
    static let socketPath = Tunable(
        "SOCKET_PATH", .text, default: "/run/containerd/containerd.sock", manifest: "/run/containerd/containerd.sock",
        "The runtime's socket. Not needed: targets are found through /proc.")

    /// What faults with helpers read and no manifest sets.
    static let helper: [Tunable] = [
        Tunable(
            "LIB_IMAGE_PULL_POLICY", .choice(["Always", "IfNotPresent", "Never"]), default: "Always",
            "Pull policy of the helper pods; the runner sets that of the ChaosExperiment."),
        Tunable(
            "TERMINATION_GRACE_PERIOD_SECONDS", .integer, default: "0",
            "Seconds that a helper pod gets to undo the chaos; the runner sets the engine's "
                + "terminationGracePeriodSeconds."),
        Tunable(
            "SET_HELPER_DATA", .boolean, default: "true",
            "Whether helper pods get annotations, pull secrets and resources of the experiment's pod."),
        Tunable(
            "CHAOS_SERVICE_ACCOUNT", .text, default: "",
            "Service account of the helper pods; by default the experiment's. The runner sets the engine's."),
    ]
}
