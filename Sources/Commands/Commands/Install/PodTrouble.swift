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
    var image = ""
    var container = ""

    /// nil for a pod that is ready, or that is only young.
    init?(_ pod: Pod) {
        guard !pod.metadata.isBeingDeleted, !pod.isReady else { return nil }
        self.pod = pod.key
        for status in pod.containerStatuses {
            let waiting = status.waiting["reason"].string ?? ""
            let words = status.waiting["message"].string ?? ""
            reason = words.isEmpty ? waiting : "\(waiting): \(words)"
            container = status.name
            image = pod.containers.first { $0.name == status.name }?.image ?? ""
            switch waiting {
            case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull":
                kind = .image
                return
            case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
                kind = .configuration
                return
            case "CrashLoopBackOff":
                kind = .crash
                return
            default: break
            }
            if !status.terminated.isNull || status.restartCount > 1 {
                let code = status.terminated["exitCode"].int ?? status.json["lastState", "terminated", "exitCode"].int
                reason = "it ended with exit code \(code ?? 0), \(status.restartCount) restarts"
                kind = .crash
                return
            }
        }
        let unscheduled = (pod.json["status", "conditions"].array ?? []).first {
            $0["type"] == "PodScheduled" && $0["status"] == "False"
        }
        if let unscheduled {
            kind = .unschedulable
            reason = unscheduled["message"].string ?? "no node takes it"
            return
        }
        guard pod.phase == "Running" else { return nil }
        kind = .notReady
        reason = "it runs, but its readiness probe fails"
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
