import KubernetesAPI

/// Columns of pods, with the one-word summary that `kubectl get pods` shows as STATUS.
enum PodColumns {
    static let pod: [PrinterColumn] = [
        .text("Ready") { .string(PodSummary($0).ready) },
        .text("Status") { .string(PodSummary($0).status) },
        .text("Restarts", at: { .string(PodSummary($0).restarts(now: $1)) }),
        .text("IP", wide: true) { Cell.orNone($0["status", "podIP"]) },
        .text("Node", wide: true) { Cell.orNone($0["spec", "nodeName"]) },
        .text("Nominated Node", wide: true) { Cell.orNone($0["status", "nominatedNodeName"]) },
        .text("Readiness Gates", wide: true, readinessGates),
    ]

    private static func readinessGates(_ pod: JSON) -> JSON {
        let gates = pod["spec", "readinessGates"].array ?? []
        guard !gates.isEmpty else { return Cell.none }
        let conditions = pod["status", "conditions"].array ?? []
        let open = gates.count { gate in
            conditions.contains { $0["type"] == gate["conditionType"] && $0["status"] == "True" }
        }
        return .string("\(open)/\(gates.count)")
    }
}

/// What a pod's status comes down to.
struct PodSummary {
    /// Such as `Running`, `Init:0/1`, `CrashLoopBackOff`, `Completed`, `Terminating`.
    private(set) var status: String
    private(set) var readyContainers = 0
    private(set) var containers: Int
    private var restartCount = 0
    private var lastRestart: Timestamp?

    /// `1/2`.
    var ready: String { "\(readyContainers)/\(containers)" }

    /// `0`, or `3 (5m ago)`.
    func restarts(now: Timestamp) -> String {
        guard restartCount > 0, let lastRestart else { return String(restartCount) }
        return "\(restartCount) (\(Age.text(now - lastRestart)) ago)"
    }

    init(_ pod: JSON) {
        let state = pod["status"]
        containers = pod["spec", "containers"].array?.count ?? 0
        status = state["phase"].string ?? ""
        if let reason = state["reason"].string, !reason.isEmpty { status = reason }
        if status.isEmpty { status = "Unknown" }
        if Self.holds(pod, "PodScheduled", "False", reason: "SchedulingGated") { status = "SchedulingGated" }
        let isInitializing = readInitContainers(pod)
        if !isInitializing || Self.holds(pod, "Initialized", "True") { readContainers(pod) }
        readDeletion(pod)
    }

    /// - Returns: whether init containers are still to run.
    private mutating func readInitContainers(_ pod: JSON) -> Bool {
        let specs = pod["spec", "initContainers"].array ?? []
        let sidecars = Set(specs.filter { $0["restartPolicy"] == "Always" }.compactMap { $0["name"].string })
        containers += sidecars.count
        for (index, container) in (pod["status", "initContainerStatuses"].array ?? []).enumerated() {
            let isSidecar = sidecars.contains(container["name"].string ?? "")
            count(container, ready: isSidecar && container["ready"].bool == true)
            let terminated = container["state", "terminated"]
            if !terminated.isNull && terminated["exitCode"].int == 0 { continue }
            if isSidecar && container["started"].bool == true { continue }
            if !terminated.isNull {
                status = "Init:\(Self.reason(terminated))"
            } else if let reason = container["state", "waiting", "reason"].string, !reason.isEmpty,
                reason != "PodInitializing"
            {
                status = "Init:\(reason)"
            } else {
                status = "Init:\(index)/\(specs.count)"
            }
            return true
        }
        return false
    }

    private mutating func readContainers(_ pod: JSON) {
        restartCount = 0
        lastRestart = nil
        var isRunning = false
        for container in (pod["status", "containerStatuses"].array ?? []).reversed() {
            let state = container["state"]
            if let reason = state["waiting", "reason"].string, !reason.isEmpty {
                status = reason
            } else if !state["terminated"].isNull {
                status = Self.reason(state["terminated"])
            } else if container["ready"].bool == true && !state["running"].isNull {
                isRunning = true
            }
            count(container, ready: container["ready"].bool == true && !state["running"].isNull)
        }
        if status == "Completed" && isRunning {
            status = Self.holds(pod, "Ready", "True") ? "Running" : "NotReady"
        }
    }

    private mutating func readDeletion(_ pod: JSON) {
        guard !pod["metadata", "deletionTimestamp"].isNull else { return }
        if pod["status", "reason"] == "NodeLost" {
            status = "Unknown"
        } else if !["Succeeded", "Failed"].contains(pod["status", "phase"].string ?? "") {
            status = "Terminating"
        }
    }

    private mutating func count(_ container: JSON, ready: Bool) {
        restartCount += container["restartCount"].int ?? 0
        if ready { readyContainers += 1 }
        if let end = container["lastState", "terminated", "finishedAt"].string.flatMap(Timestamp.init) {
            lastRestart = max(lastRestart ?? end, end)
        }
    }

    private static func reason(_ terminated: JSON) -> String {
        if let reason = terminated["reason"].string, !reason.isEmpty { return reason }
        if let signal = terminated["signal"].int, signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(terminated["exitCode"].int ?? 0)"
    }

    private static func holds(_ pod: JSON, _ type: String, _ value: String, reason: String? = nil) -> Bool {
        (pod["status", "conditions"].array ?? []).contains {
            $0["type"].string == type && $0["status"].string == value
                && (reason == nil || $0["reason"].string == reason)
        }
    }
}
