import KubernetesAPI

extension Pod {
    /// Running, with every container ready.
    var isHealthy: Bool {
        phase == "Running" && !metadata.isBeingDeleted && !containerStatuses.isEmpty
            && containerStatuses.allSatisfy { $0.isReady && $0.terminated.isNull }
    }

    /// What keeps the pod from being healthy, for people.
    var ailment: String {
        if let waiting = containerStatuses.first(where: { !$0.waiting.isNull }) {
            let message = waiting.waiting["message"].string.map { ": \($0)" } ?? ""
            return
                "pod \(name): container \(waiting.name) is waiting (\(waiting.waiting["reason"].string ?? "")\(message))"
        }
        if let ended = containerStatuses.first(where: { !$0.terminated.isNull }) {
            return "pod \(name): container \(ended.name) is in terminated state"
        }
        if phase == "Running", let container = containerStatuses.first(where: { !$0.isReady }) {
            return "pod \(name): container \(container.name) is not ready"
        }
        return "pod \(name) is in \(phase.isEmpty ? "Pending" : phase) state"
    }
}
