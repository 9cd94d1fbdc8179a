import ChaosAPI
import Injection
import KubernetesAPI

/// The status of an order's pod, as a kubelet would write it of a helper that runs. Pure.
enum OrderStatus {
    /// Whoever sees it never begins the order anew.
    static func running(_ pod: Pod, at now: Timestamp) -> JSON {
        [
            "phase": "Running", "startTime": .string(now.description),
            "conditions": conditions(isReady: true, at: now),
            "containerStatuses": containers(
                pod, isReady: true, state: ["running": ["startedAt": .string(now.description)]]),
        ]
    }

    static func finished(_ pod: Pod, _ report: InjectionReport, reason: String, at now: Timestamp) -> JSON {
        let isDone = report.state == .reverted && report.isInterrupted != true
        let message = report.failure?.reason ?? (isDone ? "" : "told to end before its time")
        let started = pod.json["status", "startTime"].string ?? now.description
        return [
            "phase": isDone ? "Succeeded" : "Failed", "reason": isDone || reason.isEmpty ? .null : .string(reason),
            "message": message.isEmpty ? .null : .string(message),
            "conditions": conditions(isReady: false, at: now),
            "containerStatuses": containers(
                pod, isReady: false,
                state: [
                    "terminated": [
                        "exitCode": isDone ? 0 : 1, "reason": isDone ? "Completed" : "Error",
                        "message": message.isEmpty ? .null : .string(message),
                        "startedAt": .string(started), "finishedAt": .string(now.description),
                    ]
                ]),
        ]
    }

    private static func conditions(isReady: Bool, at now: Timestamp) -> JSON {
        .array(
            ["Initialized", "Ready", "ContainersReady"].map { type in
                [
                    "type": .string(type), "status": isReady || type == "Initialized" ? "True" : "False",
                    "lastTransitionTime": .string(now.description),
                ]
            })
    }

    private static func containers(_ pod: Pod, isReady: Bool, state: JSON) -> JSON {
        .array(
            pod.containers.map { container in
                [
                    "name": .string(container.name), "image": .string(container.image), "imageID": "",
                    "ready": .bool(isReady), "started": .bool(isReady), "restartCount": 0, "state": state,
                ]
            })
    }
}
