import KubernetesAPI

extension PodLife {
    /// The pod's phase, by the rules of a kubelet.
    var phase: String {
        if let settledPhase { return settledPhase }
        if hasExceededDeadline { return "Failed" }
        let policy = pod.restartPolicy
        let initial = containers.filter { $0.role == .initial }
        if policy == "Never", initial.contains(where: { $0.termination.map { !$0.succeeded } ?? false }) {
            return "Failed"
        }
        let main = containers.filter { $0.role == .main }
        if main.contains(where: { !$0.isRunning && $0.termination == nil && $0.lastTermination == nil }) {
            return "Pending"
        }
        if main.contains(where: \.isAlive) { return "Running" }
        let terminations = main.compactMap { $0.termination ?? $0.lastTermination }
        let allSucceeded = terminations.allSatisfy(\.succeeded)
        if ending != nil { return allSucceeded ? "Succeeded" : "Failed" }
        switch policy {
        case "Never": return allSucceeded ? "Succeeded" : "Failed"
        case "OnFailure": return allSucceeded ? "Succeeded" : "Running"
        default: return "Running"
        }
    }

    /// The whole `status` of the pod. Fields that others own are taken from the pod.
    /// - Parameter runtimeName: the scheme of container ids.
    mutating func status(runtimeName: String, now: Timestamp) -> JSON {
        var status: JSON = [
            "phase": .string(phase), "startTime": .string(startTime.description),
            "qosClass": .string(QualityOfService.of(pod)), "hostIP": .string(settings.hostAddress),
            "hostIPs": .array([["ip": .string(settings.hostAddress)]]),
        ]
        if !address.isEmpty {
            status["podIP"] = .string(address)
            status["podIPs"] = .array([["ip": .string(address)]])
        }
        if hasExceededDeadline {
            status["reason"] = "DeadlineExceeded"
            status["message"] = "Pod was active on the node longer than the specified deadline"
        }
        let initial = containers.filter { $0.role != .main }
        if !initial.isEmpty {
            status["initContainerStatuses"] = .array(initial.map { $0.status(runtimeName: runtimeName) })
        }
        let main = containers.filter { $0.role == .main }
        status["containerStatuses"] = .array(main.map { $0.status(runtimeName: runtimeName) })
        shownConditions = conditions(now: now)
        status["conditions"] = .array(shownConditions)
        return status
    }

    // MARK: Conditions

    private struct Condition {
        var type: String
        var isTrue: Bool
        var reason = ""
        var message = ""
    }

    private func conditions(now: Timestamp) -> [JSON] {
        let present = pod.json["status", "conditions"].array ?? []
        let own = ownConditions()
        let known = shownConditions + present
        let ownTypes = Set(own.map(\.type))
        let foreign = present.filter { !ownTypes.contains($0["type"].string ?? "") && $0["type"] != "PodScheduled" }
        let scheduled = present.first { $0["type"] == "PodScheduled" }
        return own.map { Self.json($0, present: known, now: now) } + foreign
            + [scheduled ?? Self.json(Condition(type: "PodScheduled", isTrue: true), present: known, now: now)]
    }

    private func ownConditions() -> [Condition] {
        let uninitialized = containers.filter { $0.role != .main && !$0.letsNextStart }.map(\.name)
        var initialized = Condition(type: "Initialized", isTrue: uninitialized.isEmpty)
        let unready = containers.filter { $0.role != .initial && !$0.isReady }.map(\.name)
        var containersReady = Condition(type: "ContainersReady", isTrue: unready.isEmpty)
        if phase == "Succeeded" {
            initialized.reason = "PodCompleted"
            containersReady = Condition(type: "ContainersReady", isTrue: false, reason: "PodCompleted")
        } else {
            if !uninitialized.isEmpty {
                initialized.reason = "ContainersNotInitialized"
                initialized.message = "containers with incomplete status: [\(uninitialized.joined(separator: " "))]"
            }
            if phase == "Failed" {
                containersReady = Condition(type: "ContainersReady", isTrue: false, reason: "PodFailed")
            } else if !unready.isEmpty {
                containersReady.reason = "ContainersNotReady"
                containersReady.message = "containers with unready status: [\(unready.joined(separator: " "))]"
            }
        }
        let hasSandbox = sandbox == .ready
        return [
            Condition(type: "PodReadyToStartContainers", isTrue: hasSandbox), initialized, ready(containersReady),
            containersReady,
        ]
    }

    /// `Ready` is `ContainersReady` and all readiness gates.
    private func ready(_ containersReady: Condition) -> Condition {
        var ready = containersReady
        ready.type = "Ready"
        guard ready.isTrue else { return ready }
        let present = pod.json["status", "conditions"].array ?? []
        let gates = (pod.spec["readinessGates"].array ?? []).compactMap { $0["conditionType"].string }
        for gate in gates where !present.contains(where: { $0["type"].string == gate && $0["status"] == "True" }) {
            return Condition(
                type: "Ready", isTrue: false, reason: "ReadinessGatesNotReady",
                message: "the status of pod readiness gate \"\(gate)\" is not \"True\", but False")
        }
        return ready
    }

    private static func json(_ condition: Condition, present: [JSON], now: Timestamp) -> JSON {
        let status: JSON = condition.isTrue ? "True" : "False"
        let before = present.first { $0["type"].string == condition.type }
        let since = before?["status"] == status ? before?["lastTransitionTime"].string : nil
        var json: JSON = [
            "type": .string(condition.type), "status": status, "lastTransitionTime": .string(since ?? now.description),
        ]
        if !condition.reason.isEmpty { json["reason"] = .string(condition.reason) }
        if !condition.message.isEmpty { json["message"] = .string(condition.message) }
        return json
    }
}

extension ContainerLife {
    /// The element of `containerStatuses`.
    func status(runtimeName: String) -> JSON {
        func reference(_ id: String) -> String { id.isEmpty || id.contains("://") ? id : "\(runtimeName)://\(id)" }
        func terminated(_ termination: Termination) -> JSON {
            var termination = termination
            termination.containerID = reference(termination.containerID)
            return ["terminated": termination.json]
        }
        var id = ""
        var status: JSON = [
            "name": .string(name), "image": .string(specification.image), "imageID": .string(specification.image),
            "restartCount": .int(Int64(restartCount)), "ready": .bool(isReady), "started": .bool(isStarted),
        ]
        switch state {
        case .waiting(let waiting):
            var json: JSON = ["reason": .string(waiting.reason)]
            if !waiting.message.isEmpty { json["message"] = .string(waiting.message) }
            status["state"] = ["waiting": json]
            id = lastTermination?.containerID ?? ""
        case .starting:
            status["state"] = ["waiting": ["reason": "ContainerCreating"]]
            id = lastTermination?.containerID ?? ""
        case .running(let running, let since):
            status["state"] = ["running": ["startedAt": .string(since.description)]]
            id = running
        case .terminated(let termination):
            status["state"] = terminated(termination)
            id = termination.containerID
        }
        status["lastState"] = lastTermination.map(terminated) ?? .object([:])
        if !id.isEmpty { status["containerID"] = .string(reference(id)) }
        return status
    }
}

/// The quality of service class of a pod.
enum QualityOfService {
    static func of(_ pod: Pod) -> String {
        var hasAny = false
        var isGuaranteed = true
        for container in pod.containers + pod.initContainers {
            let limits = container.json["resources", "limits"]
            let requests = container.json["resources", "requests"]
            for name in ["cpu", "memory"] {
                let limit = Quantity(limits[name])?.value
                let request = Quantity(requests[name])?.value ?? limit
                if limit != nil || request != nil { hasAny = true }
                if limit == nil || request != limit { isGuaranteed = false }
            }
        }
        guard hasAny else { return "BestEffort" }
        return isGuaranteed ? "Guaranteed" : "Burstable"
    }
}
