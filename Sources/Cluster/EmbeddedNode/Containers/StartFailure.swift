import ContainerRuntime
import KubernetesAPI

/// Why a container could not be started, as its status shows it.
struct StartFailure: Error, Sendable, Hashable {
    /// When it may succeed.
    enum Retry: Sendable, Hashable {
        /// Not while the pod and the node stay as they are.
        case never
        /// When an object that the pod refers to changes, and after the restart back-off.
        case later
        /// As a container that ended: by the restart policy.
        case byRestartPolicy
    }

    /// `ErrImagePull`, `CreateContainerConfigError`, `CreateContainerError`, `RunContainerError`, …
    var reason: String
    var message: String
    var retry: Retry

    init(reason: String, message: String, retry: Retry) {
        self.reason = reason
        self.message = message
        self.retry = retry
    }

    /// What the runtime's error means for the container.
    init(_ error: any Error) {
        switch error {
        case let failure as StartFailure: self = failure
        case let error as ContainerRuntimeError:
            let hasRun = ["ContainerCannotRun", "StartError", "RunContainerError"].contains(error.reason)
            self.init(reason: error.reason, message: error.message, retry: hasRun ? .byRestartPolicy : .later)
        case let status as Status:
            self.init(reason: "CreateContainerConfigError", message: status.message, retry: .later)
        default: self.init(reason: "CreateContainerError", message: "\(error)", retry: .later)
        }
    }

    static func configuration(_ message: String) -> StartFailure {
        StartFailure(reason: "CreateContainerConfigError", message: message, retry: .later)
    }
}
