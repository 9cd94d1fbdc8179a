import ContainerRuntime
import KubernetesAPI

/// The life of one pod on this node: what is known, and what is to be done next.
///
/// Pure: no client, no runtime, no clock. `handle` takes what happened and returns what to do; doing it twice does no
/// harm. `PodWorker` is the shell around it.
struct PodLife: Sendable {
    enum SandboxState: Sendable, Hashable {
        case none
        case creating
        case failed(retryAt: Timestamp)
        case ready
        case removing
        case removed
    }

    enum Ending: Sendable, Hashable {
        case deleted
        case gone
        case deadlineExceeded
    }

    /// What a pod's life depends on besides the pod.
    struct Settings: Sendable, Hashable {
        var backoff = RestartBackoff()
        var hostAddress = ""
    }

    var pod: Pod
    let settings: Settings
    var sandbox = SandboxState.none
    var sandboxFailures = 0
    var address: String
    var containers: [ContainerLife]
    var ending: Ending?
    var startTime: Timestamp
    /// The pod's work here is over; every further input is ignored.
    var isEnded = false
    /// Stays true when the pod is deleted after that.
    var hasExceededDeadline = false
    /// The phase that the pod ended with in an earlier life of this node.
    let settledPhase: String?
    /// The conditions that were last shown: newer than the pod's, whose status comes back later.
    var shownConditions: [JSON] = []
    private var nextWake: Timestamp?

    /// - Parameter pod: its status tells what an earlier life of this node left.
    init(pod: Pod, settings: Settings, now: Timestamp) {
        self.pod = pod
        self.settings = settings
        address = pod.podIP
        startTime = pod.json["status", "startTime"].string.flatMap(Timestamp.init) ?? now
        containers = Self.containers(of: pod, now: now)
        settledPhase = pod.isFinished ? pod.phase : nil
        if pod.isFinished { sandbox = .removed }
        if pod.metadata.isBeingDeleted { ending = .deleted }
    }

    /// Mounting fails for want of objects that come a moment later.
    private static let sandboxBackoff = RestartBackoff(base: .milliseconds(500), maximum: .seconds(60))

    var gracePeriod: Duration {
        let spec = pod.spec["terminationGracePeriodSeconds"].int ?? 30
        return .seconds(pod.metadata.deletionGracePeriodSeconds ?? spec)
    }

    /// Whether all containers ended and none will start again.
    var isFinished: Bool { phase == "Succeeded" || phase == "Failed" }

    mutating func handle(_ input: PodInput, now: Timestamp) -> [PodAction] {
        guard !isEnded else { return [] }
        var actions = take(input, now: now)
        actions += advance(now: now)
        return actions
    }

    private mutating func take(_ input: PodInput, now: Timestamp) -> [PodAction] {
        switch input {
        case .changed(let newer): return podChanged(to: newer)
        case .gone: ending = .gone
        case .sandboxReady(let address):
            self.address = address
            sandboxFailures = 0
            if sandbox == .creating { sandbox = .ready }
        case .sandboxFailed(let reason, let message): return sandboxFailed(reason, message, now: now)
        case .sandboxRemoved: sandbox = .removed
        case .started(let run, let id):
            change(run) { container in
                container.state = .running(id: id, since: now)
                container.failedStarts = 0
            }
        case .failedToStart(let run, let failure): return failed(run, failure, now: now)
        case .exited(let run, let exit, let message):
            let resetAfter = settings.backoff.resetAfter
            change(run) { $0.end(exit, message: message, now: now, resetAfter: resetAfter) }
        case .probed(let run, let kind, let isPassing): return probed(run, kind, isPassing)
        case .dependenciesChanged: return dependenciesChanged(now: now)
        case .timer: nextWake = nil
        }
        return []
    }

    /// Changes the container of this run, unless a later run has begun.
    mutating func change(_ run: ContainerRun, _ body: (inout ContainerLife) -> Void) {
        guard let index = containers.firstIndex(where: { $0.run == run }) else { return }
        body(&containers[index])
    }

    private mutating func podChanged(to newer: Pod) -> [PodAction] {
        let before = pod.metadata
        pod = newer
        if newer.metadata.isBeingDeleted, ending != .gone { ending = .deleted }
        let isShown = before.labels != newer.metadata.labels || before.annotations != newer.metadata.annotations
        return isShown && sandbox == .ready ? [.refreshVolumes] : []
    }

    private mutating func sandboxFailed(_ reason: String, _ message: String, now: Timestamp) -> [PodAction] {
        guard sandbox == .creating else { return [] }
        sandboxFailures += 1
        sandbox = .failed(retryAt: now + Self.sandboxBackoff.delay(afterRestarts: sandboxFailures))
        return [.event(PodEvent(reason: reason, message: message, isWarning: true))]
    }

    private mutating func dependenciesChanged(now: Timestamp) -> [PodAction] {
        if case .failed = sandbox { sandbox = .failed(retryAt: now) }
        for index in containers.indices {
            if case .waiting(var waiting) = containers[index].state, containers[index].failedStarts > 0,
                !waiting.isFinal
            {
                waiting.retryAt = now
                containers[index].state = .waiting(waiting)
            }
        }
        return sandbox == .ready ? [.refreshVolumes] : []
    }

    private mutating func probed(_ run: ContainerRun, _ kind: ProbeKind, _ isPassing: Bool) -> [PodAction] {
        guard let container = containers.first(where: { $0.run == run }), container.isRunning else { return [] }
        switch kind {
        case .readiness: change(run) { $0.passesReadiness = isPassing }
        case .startup where isPassing: change(run) { $0.passesStartup = true }
        case .liveness where isPassing: break
        case .startup, .liveness: return kill(container, because: kind)
        }
        return []
    }

    private mutating func kill(_ container: ContainerLife, because kind: ProbeKind) -> [PodAction] {
        guard container.stopGrace == nil, ending == nil else { return [] }
        let own = container.specification.json[kind.rawValue]["terminationGracePeriodSeconds"].int
        let grace = own.map { Duration.seconds($0) } ?? gracePeriod
        change(container.run) { $0.stopGrace = grace }
        let word = kind == .liveness ? "liveness" : "startup"
        let message = "Container \(container.name) failed \(word) probe, will be restarted"
        return [
            .event(PodEvent(reason: "Killing", message: message)),
            .stop(container.run, grace: grace, runsHook: true),
        ]
    }

    /// Asks to be woken at `moment`, unless an earlier wake-up is on its way.
    mutating func wake(at moment: Timestamp, now: Timestamp) -> [PodAction] {
        if let nextWake, nextWake > now, nextWake <= moment { return [] }
        nextWake = moment
        return [.wake(after: max(moment - now, .zero))]
    }
}

extension ContainerLife {
    /// Takes note of the container's end.
    mutating func end(_ exit: ContainerExit, message: String, now: Timestamp, resetAfter: Duration) {
        guard case .running(let id, let since) = state else { return }
        if now - since >= resetAfter { backoffRestarts = 0 }
        let code = exit.code.map(Int.init) ?? 137
        let reason =
            switch exit {
            case _ where exit.code == nil: "ContainerStatusUnknown"
            case _ where exit.wasOutOfMemory: "OOMKilled"
            case _ where code == 0: "Completed"
            default: "Error"
            }
        state = .terminated(
            Termination(
                exitCode: code, signal: exit.signal.map(Int.init), reason: reason, message: message, startedAt: since,
                finishedAt: now, containerID: id))
        passesStartup = false
        passesReadiness = false
        stopGrace = nil
    }
}
