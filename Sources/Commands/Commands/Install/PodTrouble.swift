import KubernetesAPI

/// Why a pod of the platform does not become ready, as far as its status tells. Pure.
struct PodTrouble: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case image, configuration, crash, unschedulable, notReady
    }

    var pod: ObjectKey
    var kind: Kind
    /// The cluster's words.
    var reason: String
    var image: String
    var container: String

    private init(_ pod: Pod, _ kind: Kind, _ reason: String, _ container: ContainerStatus? = nil) {
        self.pod = pod.key
        self.kind = kind
        self.reason = reason
        self.container = container?.name ?? ""
        image = pod.containers.first { $0.name == container?.name }?.image ?? ""
    }

    /// nil for a pod that is ready, or that is only young.
    init?(_ pod: Pod) {
        // A value made at once: the optimiser of Swift 6.3 destroys what a failing initialiser had not set yet.
        guard let found = Self.find(in: pod) else { return nil }
        self = found
    }

    private static func find(in pod: Pod) -> PodTrouble? {
        guard !pod.metadata.isBeingDeleted, !pod.isReady else { return nil }
        for status in pod.containerStatuses {
            if let trouble = find(in: status, of: pod) { return trouble }
        }
        let unscheduled = (pod.json["status", "conditions"].array ?? []).first {
            $0["type"] == "PodScheduled" && $0["status"] == "False"
        }
        if let unscheduled {
            return PodTrouble(pod, .unschedulable, unscheduled["message"].string ?? "no node takes it")
        }
        guard pod.phase == "Running" else { return nil }
        return PodTrouble(pod, .notReady, "it runs, but its readiness probe fails")
    }

    private static func find(in status: ContainerStatus, of pod: Pod) -> PodTrouble? {
        let waiting = status.waiting["reason"].string ?? ""
        let words = status.waiting["message"].string ?? ""
        let reason = words.isEmpty ? waiting : "\(waiting): \(words)"
        switch waiting {
        case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull":
            return PodTrouble(pod, .image, reason, status)
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
            return PodTrouble(pod, .configuration, reason, status)
        case "CrashLoopBackOff":
            return PodTrouble(pod, .crash, reason, status)
        default: break
        }
        guard !status.terminated.isNull || status.restartCount > 1 else { return nil }
        let code = status.terminated["exitCode"].int ?? status.json["lastState", "terminated", "exitCode"].int
        return PodTrouble(
            pod, .crash, "it ended with exit code \(code ?? 0), \(status.restartCount) restarts", status)
    }

    /// Whether waiting longer is of no use: neither may a node come, nor is the pod only slow.
    var isLasting: Bool {
        switch kind {
        case .image, .configuration, .crash: true
        case .unschedulable, .notReady: false
        }
    }

    /// For people, with what to do.
    /// - Parameter log: the last lines that the container wrote.
    func text(log: String) -> String {
        let what =
            switch kind {
            case .image:
                """
                the image \(image) cannot be pulled (\(reason)).
                Build it with 'make image' and load it on the nodes or push it to a registry that they reach; \
                --image and --registry name it, --image-pull-secret gives the registry's credentials
                """
            case .configuration: "the container \(container) cannot be made: \(reason)"
            case .crash: "the container \(container) keeps ending: \(reason)"
            case .unschedulable:
                "no node takes the pod: \(reason). See --node-selector and --toleration"
            case .notReady: reason
            }
        let lines = log.isEmpty ? "" : "\nIts last lines:\n" + log.split(separator: "\n").map { "  \($0)\n" }.joined()
        return "pod \(pod): \(what)\(lines)"
    }
}
