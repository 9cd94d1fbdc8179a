import ChaosAPI
import KubernetesAPI

extension Pod {
    /// Whether the runner's container ended for good, whatever containers run beside it.
    var hasEndedRunner: Bool {
        containerStatuses.contains { $0.name == RunnerPod.containerName && $0.terminated["exitCode"].int == 0 }
    }
}

/// What a runner pod's status means for its engine. Pure.
enum RunnerState: Sendable, Hashable {
    /// There is no pod.
    case absent
    /// Not running yet: what it waits for, since when, and whether that is an error of its image or configuration.
    case starting(String, since: Timestamp, isBroken: Bool)
    case running
    /// It ended by itself with exit code 0.
    case completed
    /// It will not end by itself any more, and why.
    case failed(String)
    /// Somebody deleted it; it still has its grace period.
    case ending

    init(_ pod: Pod?, restarts limit: Int) {
        guard let pod else {
            self = .absent
            return
        }
        let status = pod.containerStatuses.first { $0.name == RunnerPod.containerName }
        let terminated = status?.terminated ?? .null
        if pod.phase != "Failed", terminated["exitCode"].int == 0 {
            self = .completed
        } else if pod.phase == "Succeeded" {
            self = .completed
        } else if pod.phase == "Failed" {
            self = .failed(Self.failure(of: pod, terminated))
        } else if pod.metadata.isBeingDeleted {
            self = .ending
        } else if let status, status.restartCount >= limit {
            let last = status.json["lastState", "terminated"]
            self = .failed(
                "it failed \(status.restartCount) times: \(Self.failure(of: pod, terminated.isNull ? last : terminated))"
            )
        } else if pod.phase == "Running",
            status?.isRunning ?? false || !terminated.isNull || (status?.restartCount ?? 0) > 0
        {
            self = .running
        } else {
            self = Self.starting(pod, status)
        }
    }

    private static func starting(_ pod: Pod, _ status: ContainerStatus?) -> RunnerState {
        let since = pod.metadata.creationTimestamp ?? Timestamp(microseconds: 0)
        if let waiting = status?.waiting, !waiting.isNull {
            let reason = waiting["reason"].string ?? ""
            let message = waiting["message"].string ?? ""
            let isBroken = !["ContainerCreating", "PodInitializing", ""].contains(reason)
            return .starting(message.isEmpty ? reason : "\(reason): \(message)", since: since, isBroken: isBroken)
        }
        let unscheduled = (pod.json["status", "conditions"].array ?? []).first {
            $0["type"].string == "PodScheduled" && $0["status"].string == "False"
        }
        if let unscheduled {
            let reason = unscheduled["reason"].string ?? "Unschedulable"
            return .starting(
                "\(reason): \(unscheduled["message"].string ?? "no node takes it")", since: since, isBroken: false)
        }
        return .starting("it is \(pod.phase.isEmpty ? "Pending" : pod.phase)", since: since, isBroken: false)
    }

    private static func failure(of pod: Pod, _ terminated: JSON) -> String {
        let message = terminated["message"].string ?? pod.json["status", "message"].string ?? ""
        var cause = terminated["exitCode"].int.map { "exit code \($0)" } ?? pod.json["status", "reason"].string ?? ""
        if let reason = terminated["reason"].string, reason != "Error" { cause += " (\(reason))" }
        return [cause, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
