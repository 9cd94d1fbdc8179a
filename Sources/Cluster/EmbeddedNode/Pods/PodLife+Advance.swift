import KubernetesAPI

extension PodLife {
    /// Compares what is with what should be and returns the next actions.
    mutating func advance(now: Timestamp) -> [PodAction] {
        var actions: [PodAction] = []
        if ending == nil { actions += checkDeadline(now: now) }
        if let ending { return actions + windDown(ending) }
        if isFinished { return actions + releaseFinished() }
        return actions + bringUp(now: now)
    }

    private mutating func checkDeadline(now: Timestamp) -> [PodAction] {
        guard let seconds = pod.spec["activeDeadlineSeconds"].int, !isFinished else { return [] }
        let deadline = startTime + .seconds(seconds)
        guard deadline <= now else { return wake(at: deadline, now: now) }
        ending = .deadlineExceeded
        hasExceededDeadline = true
        let message = "Pod was active on the node longer than the specified deadline"
        return [.event(PodEvent(reason: "DeadlineExceeded", message: message))]
    }

    // MARK: Going down

    private mutating func windDown(_ ending: Ending) -> [PodAction] {
        // The grace of a force delete is the least that lets a process notice.
        let grace = ending == .gone ? Duration.seconds(1) : gracePeriod
        var actions: [PodAction] = []
        for index in containers.indices where containers[index].isRunning {
            actions += stop(index, grace: grace, runsHook: ending != .gone)
        }
        guard !containers.contains(where: \.isAlive) else { return actions }
        switch sandbox {
        case .creating, .removing: break
        case .ready, .failed:
            sandbox = .removing
            actions.append(.removeSandbox)
        case .none, .removed:
            switch ending {
            case .deadlineExceeded: break
            case .deleted:
                isEnded = true
                actions.append(.finish)
            case .gone:
                isEnded = true
                actions.append(.end)
            }
        }
        return actions
    }

    /// A stop is repeated only with a shorter grace.
    private mutating func stop(_ index: Int, grace: Duration, runsHook: Bool) -> [PodAction] {
        let container = containers[index]
        if let earlier = container.stopGrace, earlier <= grace { return [] }
        containers[index].stopGrace = grace
        let isFirst = container.stopGrace == nil
        let killing = PodEvent(
            reason: "Killing", message: "Stopping container \(container.name)")
        let stop = PodAction.stop(container.run, grace: grace, runsHook: runsHook && isFirst)
        return isFirst ? [.event(killing), stop] : [stop]
    }

    /// What a pod that ran to its end still holds: sidecars, then the sandbox.
    private mutating func releaseFinished() -> [PodAction] {
        var actions: [PodAction] = []
        for index in containers.indices where containers[index].isRunning {
            actions += stop(index, grace: gracePeriod, runsHook: true)
        }
        guard !containers.contains(where: \.isAlive), sandbox == .ready else { return actions }
        sandbox = .removing
        return actions + [.removeSandbox]
    }

    // MARK: Coming up

    private mutating func bringUp(now: Timestamp) -> [PodAction] {
        switch sandbox {
        case .creating, .removing, .removed: return []
        case .none:
            sandbox = .creating
            return [.prepareSandbox]
        case .failed(let retryAt):
            guard retryAt <= now else { return wake(at: retryAt, now: now) }
            sandbox = .creating
            return [.prepareSandbox]
        case .ready: return startContainers(now: now)
        }
    }

    private mutating func startContainers(now: Timestamp) -> [PodAction] {
        var actions: [PodAction] = []
        var isInitialized = true
        for index in containers.indices {
            switch containers[index].role {
            case .initial, .sidecar:
                let wasPassed = isInitialized
                // A sidecar that ended is started again whatever comes after it; an init container has its turn once.
                if wasPassed || (containers[index].role == .sidecar && containers[index].restartCount > 0) {
                    actions += consider(index, now: now)
                }
                isInitialized = wasPassed && containers[index].letsNextStart
            case .main:
                if isInitialized { actions += consider(index, now: now) }
            }
        }
        return actions
    }

    /// Starts the container, now or when its back-off is over, if it should run.
    private mutating func consider(_ index: Int, now: Timestamp) -> [PodAction] {
        switch containers[index].state {
        case .starting, .running: return []
        case .waiting(let waiting):
            if waiting.isFinal { return [] }
            if let retryAt = waiting.retryAt, retryAt > now { return wake(at: retryAt, now: now) }
            return start(index)
        case .terminated(let termination):
            guard restarts(containers[index], after: termination) else { return [] }
            let delay = settings.backoff.delay(afterRestarts: containers[index].backoffRestarts)
            let retryAt = termination.finishedAt + delay
            guard retryAt > now else { return start(index) }
            return backOff(index, termination, delay: delay, until: retryAt, now: now)
        }
    }

    private mutating func start(_ index: Int) -> [PodAction] {
        var container = containers[index]
        if let termination = container.termination { container.lastTermination = termination }
        if container.lastTermination != nil, container.failedStarts == 0 {
            container.restartCount += 1
            container.backoffRestarts += 1
        }
        container.state = .starting
        containers[index] = container
        return [.start(container.run)]
    }

    private mutating func backOff(
        _ index: Int, _ termination: Termination, delay: Duration, until retryAt: Timestamp, now: Timestamp
    ) -> [PodAction] {
        let name = containers[index].name
        let id = "\(pod.name)_\(pod.namespace)(\(pod.uid))"
        containers[index].lastTermination = termination
        containers[index].state = .waiting(
            .init(
                reason: "CrashLoopBackOff",
                message: "back-off \(delay.shortText) restarting failed container=\(name) pod=\(id)", retryAt: retryAt))
        let event = PodEvent(
            reason: "BackOff", message: "Back-off restarting failed container \(name) in pod \(id)", isWarning: true)
        return [.event(event)] + wake(at: retryAt, now: now)
    }

    func restarts(_ container: ContainerLife, after termination: Termination) -> Bool {
        switch (container.role, pod.restartPolicy) {
        case (.sidecar, _): true
        case (.main, "Always"): true
        case (_, "Never"): false
        default: !termination.succeeded
        }
    }

    mutating func failed(_ run: ContainerRun, _ failure: StartFailure, now: Timestamp) -> [PodAction] {
        guard containers.contains(where: { $0.run == run }) else { return [] }
        let backoff = settings.backoff
        change(run) { container in
            switch failure.retry {
            case .byRestartPolicy:
                container.failedStarts = 0
                container.state = .terminated(
                    Termination(
                        exitCode: 128, signal: nil, reason: failure.reason, message: failure.message, startedAt: now,
                        finishedAt: now, containerID: ""))
            case .later, .never:
                container.failedStarts += 1
                container.state = .waiting(
                    .init(
                        reason: failure.reason, message: failure.message,
                        retryAt: now + backoff.delay(afterRestarts: container.failedStarts),
                        isFinal: failure.retry == .never))
            }
        }
        let message = failure.reason == "ErrImagePull" ? "Failed to pull image: " : "Error: "
        return [
            .event(
                PodEvent(
                    reason: "Failed", message: message + failure.message, isWarning: true))
        ]
    }
}

extension Duration {
    /// `10s`, `1m20s`, `5m0s`: as Go prints whole seconds.
    var shortText: String {
        let seconds = components.seconds
        return seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    }
}
