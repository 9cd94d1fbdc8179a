import KubernetesAPI

/// What a helper's pod tells those who do not read its measurements. Pure.
public struct HelperPodState: Sendable {
    public let pod: Pod

    public init(_ pod: Pod) { self.pod = pod }

    private var report: JSON {
        pod.metadata.annotations[HelperContract.reportAnnotation].flatMap { try? JSON(parsing: $0) } ?? .null
    }

    /// An order that a node agent carries out; its container is never started. One whose label and annotation contradict
    /// each other, or that a kubelet could start, is none: it would be undone on another node than it was injected.
    public var isForNodeAgent: Bool {
        guard let label = pod.metadata.labels[HelperContract.nodeLabel],
            let node = pod.metadata.annotations[HelperContract.nodeAnnotation], !node.isEmpty
        else { return false }
        return label == HelperContract.nodeLabelValue(node) && pod.nodeName.isEmpty
            && pod.spec["schedulerName"].string == HelperContract.nodeAgentScheduler
    }

    /// Where it injects; empty where that is not known.
    public var node: String {
        isForNodeAgent ? pod.metadata.annotations[HelperContract.nodeAnnotation] ?? "" : pod.nodeName
    }

    /// Whether it said that nothing of it is left on the node.
    public var isUndone: Bool {
        let report = report
        return report["state"].string == "reverted" || report["isUndone"].bool == true
    }

    /// Whether something that it did may still be in force on its node, for all that is known.
    public var mayBeInForce: Bool {
        pod.metadata.finalizers.contains(HelperContract.finalizer) && !isUndone && !hasNeverBegun
    }

    /// Whether it is certain that it has touched nothing, and never will.
    public var hasNeverBegun: Bool {
        guard report.isNull else { return false }
        // The agent writes that it has begun before it does; what has no node is begun by nobody.
        if isForNodeAgent || pod.nodeName.isEmpty {
            return pod.metadata.isBeingDeleted && ["", "Pending"].contains(pod.phase)
        }
        let reason = pod.json["status", "reason"].string ?? ""
        let statuses = pod.containerStatuses
        if statuses.isEmpty { return pod.phase == "Failed" && Self.isRefusal(reason) }
        // A kubelet that evicts may say so before it knows what it has started.
        let isLastWord = pod.isFinished && reason != "Evicted"
        guard isLastWord || pod.metadata.isBeingDeleted || pod.isFinished else { return false }
        return statuses.allSatisfy { status in
            !status.waiting.isNull && status.restartCount == 0 && status.json["lastState"].object?.isEmpty ?? true
                && (isLastWord || Self.waitReasons.contains(status.waiting["reason"].string ?? ""))
        }
    }

    /// Without its image, or with a configuration that is wrong, no container starts.
    private static let waitReasons: Set = [
        "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
        "RegistryUnavailable", "CreateContainerConfigError",
    ]

    /// Reasons of a kubelet that did not admit the pod.
    private static func isRefusal(_ reason: String) -> Bool {
        reason.hasPrefix("OutOf") || reason.hasPrefix("Outof")
            || ["NodeAffinity", "MatchNodeSelector", "UnexpectedAdmissionError", "HostPort", "NodePorts", "AppArmor"]
                .contains(reason)
    }

    /// Lets the pod go, as it was seen: whatever changed it meanwhile, such as an agent that begins, makes this a conflict.
    public var release: Patch {
        let others = pod.metadata.finalizers.filter { $0 != HelperContract.finalizer }
        return .merge([
            "metadata": [
                "finalizers": JSON(others), "resourceVersion": .string(pod.metadata.resourceVersion),
            ]
        ])
    }

    /// Whether its process has ended, as far as the node has told.
    public var hasEnded: Bool {
        pod.isFinished
            || !pod.containerStatuses.isEmpty && pod.containerStatuses.allSatisfy { !$0.terminated.isNull }
    }
}
