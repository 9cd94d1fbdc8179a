import KubernetesAPI

extension PodLife {
    /// The containers of the specification, with what the pod's status says of an earlier life of this node.
    ///
    /// Nothing survives the node's process, so a container that ran then is one that was lost: it ended with 137 and
    /// reason `ContainerStatusUnknown`, and the restart policy decides what follows.
    static func containers(of pod: Pod, now: Timestamp) -> [ContainerLife] {
        let initial = pod.initContainers.map { container in
            (container, container.json["restartPolicy"].string == "Always" ? ContainerLife.Role.sidecar : .initial)
        }
        let all = initial + pod.containers.map { ($0, ContainerLife.Role.main) }
        let reason = initial.isEmpty ? "ContainerCreating" : "PodInitializing"
        let statuses = ["initContainerStatuses", "containerStatuses"].flatMap { pod.json["status", $0].array ?? [] }
        let byName = Dictionary(
            statuses.map(ContainerStatus.init).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var lives = all.map { container, role in
            var life = ContainerLife(specification: container, role: role, state: .waiting(.init(reason: reason)))
            if let status = byName[container.name] { life.recover(from: status, now: now) }
            return life
        }
        // A new sandbox needs its init containers again, as far as anything still starts in it.
        let mainRestarts = lives.contains { life in
            guard life.role == .main else { return false }
            guard let termination = life.termination else { return true }
            return pod.restartPolicy == "Always" || (pod.restartPolicy == "OnFailure" && !termination.succeeded)
        }
        if mainRestarts, !pod.isFinished {
            for index in lives.indices where lives[index].role == .initial {
                guard let termination = lives[index].termination, termination.succeeded else { continue }
                lives[index].lastTermination = termination
                lives[index].state = .waiting(.init(reason: "PodInitializing"))
            }
        }
        return lives
    }
}

extension ContainerLife {
    fileprivate mutating func recover(from status: ContainerStatus, now: Timestamp) {
        restartCount = status.restartCount
        backoffRestarts = status.restartCount
        let last = status.json["lastState", "terminated"]
        if !last.isNull { lastTermination = Termination(json: last) }
        if !status.terminated.isNull {
            state = .terminated(Termination(json: status.terminated))
        } else if status.isRunning {
            let startedAt = status.json["state", "running", "startedAt"].string.flatMap(Timestamp.init)
            backoffRestarts = 0
            state = .terminated(
                Termination(
                    exitCode: 137, signal: nil, reason: "ContainerStatusUnknown",
                    message: "The container could not be located when the node started again", startedAt: startedAt,
                    finishedAt: now, containerID: status.containerID))
        }
    }
}

extension Termination {
    /// Reads `state.terminated`; the container id keeps its scheme.
    init(json: JSON) {
        self.init(
            exitCode: json["exitCode"].int ?? 0, signal: json["signal"].int, reason: json["reason"].string ?? "",
            message: json["message"].string ?? "", startedAt: json["startedAt"].string.flatMap(Timestamp.init),
            finishedAt: json["finishedAt"].string.flatMap(Timestamp.init) ?? Timestamp(microseconds: 0),
            containerID: json["containerID"].string ?? "")
    }

    /// `state.terminated`.
    var json: JSON {
        var json: JSON = [
            "exitCode": .int(Int64(exitCode)), "reason": .string(reason),
            "finishedAt": .string(finishedAt.description),
            "startedAt": .string((startedAt ?? finishedAt).description),
        ]
        if let signal { json["signal"] = .int(Int64(signal)) }
        if !message.isEmpty { json["message"] = .string(message) }
        if !containerID.isEmpty { json["containerID"] = .string(containerID) }
        return json
    }
}
