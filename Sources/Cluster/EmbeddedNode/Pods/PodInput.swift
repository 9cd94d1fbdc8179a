import ContainerRuntime
import KubernetesAPI

/// One run of a container: which, and how many there were before.
struct ContainerRun: Sendable, Hashable {
    var name: String
    var attempt: Int
}

/// What happens to a pod on this node.
enum PodInput: Sendable {
    case changed(Pod)
    /// The object no longer exists.
    case gone
    case sandboxReady(address: String)
    case sandboxFailed(reason: String, message: String)
    case sandboxRemoved
    case started(ContainerRun, id: String)
    case failedToStart(ContainerRun, StartFailure)
    /// `message` is the container's termination message.
    case exited(ContainerRun, ContainerExit, message: String)
    case probed(ContainerRun, ProbeKind, isPassing: Bool)
    /// An object that the pod refers to changed.
    case dependenciesChanged
    case timer
}

/// What is to be done for a pod.
enum PodAction: Sendable, Hashable {
    /// Make the sandbox and fill the volumes.
    case prepareSandbox
    case start(ContainerRun)
    /// Ends a container: preStop hook, SIGTERM, and SIGKILL when `grace` has passed since the beginning.
    case stop(ContainerRun, grace: Duration, runsHook: Bool)
    case removeSandbox
    case refreshVolumes
    /// Write the last status and delete the object; nothing follows.
    case finish
    /// The object is gone; nothing follows.
    case end
    case event(PodEvent)
    case wake(after: Duration)
}

/// An Event about a pod or one of its containers.
struct PodEvent: Sendable, Hashable {
    var reason: String
    var message: String
    var isWarning = false
}

/// Which of a container's probes.
enum ProbeKind: String, Sendable, Hashable, CaseIterable {
    case startup = "startupProbe"
    case liveness = "livenessProbe"
    case readiness = "readinessProbe"

    /// As Events name it.
    var title: String {
        switch self {
        case .startup: "Startup"
        case .liveness: "Liveness"
        case .readiness: "Readiness"
        }
    }
}
