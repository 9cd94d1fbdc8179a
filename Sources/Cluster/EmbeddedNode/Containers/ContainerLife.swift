import KubernetesAPI

/// How a container ended.
struct Termination: Sendable, Hashable {
    var exitCode: Int
    var signal: Int?
    var reason: String
    var message: String
    var startedAt: Timestamp?
    var finishedAt: Timestamp
    var containerID: String

    var succeeded: Bool { exitCode == 0 }
}

/// What the node knows of one container of a pod.
struct ContainerLife: Sendable, Hashable {
    enum Role: Sendable, Hashable {
        case initial
        /// An init container with restart policy Always: runs as long as the pod.
        case sidecar
        case main
    }

    enum State: Sendable, Hashable {
        /// `retryAt` nil: as soon as its turn comes.
        case waiting(Waiting)
        case starting
        case running(id: String, since: Timestamp)
        case terminated(Termination)
    }

    struct Waiting: Sendable, Hashable {
        var reason: String
        var message = ""
        var retryAt: Timestamp?
        /// Nothing on this node will start it.
        var isFinal = false
    }

    var specification: Container
    var role: Role
    var state: State
    var lastTermination: Termination?
    var restartCount = 0
    /// Restarts that count for the back-off.
    var backoffRestarts = 0
    /// Starts that failed in a row before a process was there.
    var failedStarts = 0
    var passesStartup = false
    var passesReadiness = false
    /// A stop was asked for, with this grace.
    var stopGrace: Duration?

    var name: String { specification.name }
    var run: ContainerRun { ContainerRun(name: name, attempt: restartCount) }

    func has(_ probe: ProbeKind) -> Bool { !specification.json[probe.rawValue].isNull }

    var isRunning: Bool {
        if case .running = state { true } else { false }
    }

    var isAlive: Bool {
        switch state {
        case .running, .starting: true
        case .waiting, .terminated: false
        }
    }

    var termination: Termination? {
        if case .terminated(let termination) = state { termination } else { nil }
    }

    var isStarted: Bool { isRunning && (passesStartup || !has(.startup)) }

    var isReady: Bool {
        switch role {
        case .initial: termination?.succeeded ?? false
        case .main, .sidecar: isStarted && (passesReadiness || !has(.readiness))
        }
    }

    /// Whether the containers after this init container may start.
    var letsNextStart: Bool {
        switch role {
        case .initial: termination?.succeeded ?? false
        case .sidecar: isStarted
        case .main: true
        }
    }
}
