import KubernetesAPI

/// What the pods of an experiment's Job tell of it. Pure.
enum JobProgress: Sendable, Hashable {
    /// No pod yet, or one that has not begun; and what it waits for.
    case pending(String)
    case running(pod: String)
    case finished(pod: String)
    /// The pod failed, and why.
    case failed(pod: String, String)

    /// - Parameter job: name of the Job and of the main container.
    init(pods: [Pod], job: String) {
        guard
            let pod = pods.max(by: {
                ($0.metadata.creationTimestamp?.microseconds ?? 0, $0.name) < (
                    $1.metadata.creationTimestamp?.microseconds ?? 0, $1.name
                )
            })
        else {
            self = .pending("the job \(job) has no pod yet")
            return
        }
        let main = pod.containerStatuses.first { $0.name == job }
        let terminated = main?.terminated ?? .null
        if pod.phase == "Failed" || !terminated.isNull && terminated["exitCode"].int != 0 {
            let message = terminated["message"].string ?? pod.json["status", "message"].string ?? ""
            let exit =
                terminated["exitCode"].int.map { "exit code \($0)" } ?? pod.json["status", "reason"].string ?? "Failed"
            self = .failed(pod: pod.name, message.isEmpty ? exit : "\(exit): \(message)")
        } else if pod.phase == "Succeeded" || !terminated.isNull {
            self = .finished(pod: pod.name)
        } else if pod.phase == "Running" {
            self = .running(pod: pod.name)
        } else {
            self = .pending(pod.ailment)
        }
    }

    var isOver: Bool {
        switch self {
        case .finished, .failed: true
        case .pending, .running: false
        }
    }
}
