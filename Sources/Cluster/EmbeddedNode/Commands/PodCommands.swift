import ContainerRuntime
import Host
import KubernetesAPI

/// Runs commands in the containers of this node's pods, for `exec`.
public struct PodCommands: Sendable {
    private let runtime: any ContainerRuntime

    public init(runtime: any ContainerRuntime) { self.runtime = runtime }

    /// The container that a command is for, if it runs.
    /// - Throws: `Status` 400 when the container must be named, is none of the pod's or does not run.
    public func check(_ pod: Pod, _ options: ExecOptions) throws -> RunningContainerReference {
        let name = try ContainerChoice(pod).name(options.container, unknown: 400)
        guard !pod.nodeName.isEmpty else {
            throw Status.badRequest("pod \(pod.name) does not have a host assigned")
        }
        let statuses = ["containerStatuses", "initContainerStatuses"].flatMap { pod.json["status", $0].array ?? [] }
        let status = statuses.first { $0["name"].string == name } ?? .null
        guard !status["state", "running"].isNull, let id = status["containerID"].string else {
            throw Status.badRequest(
                "container \"\(name)\" in pod \"\(pod.name)\" is not running: \(Self.reason(pod, status["state"]))")
        }
        // RUNTIME://ID
        return RunningContainerReference(name: name, id: id.split(separator: "/").last.map(String.init) ?? id)
    }

    /// Starts a command. That it cannot be executed is told by the session's events, as over the network.
    public func start(
        _ options: ExecOptions, in container: RunningContainerReference
    ) async throws -> (session: any ExecSession, resize: @Sendable (Int, Int) -> Void) {
        do {
            let process = try await runtime.attach(
                id: container.id, command: options.command,
                streams: .init(
                    input: options.stdin, output: options.stdout, errorOutput: options.stderr, terminal: options.tty))
            let session = ProcessExecSession(process, options)
            return (session, { process.resize(columns: $0, rows: $1) })
        } catch let error as CancellationError {
            throw error
        } catch {
            return (FailedExecSession(Self.status(error, options, container)), { _, _ in })
        }
    }

    private static func reason(_ pod: Pod, _ state: JSON) -> String {
        for kind in ["waiting", "terminated"] {
            if let reason = state[kind, "reason"].string { return reason }
        }
        return pod.isFinished ? "the pod has ended (\(pod.phase))" : "it has not started yet"
    }

    private static func status(
        _ error: any Error, _ options: ExecOptions, _ container: RunningContainerReference
    ) -> Status {
        if let error = error as? HostError, error.operation == "execute" {
            let program = options.command.first ?? ""
            return Status.internalError(
                "error executing command in container: exec: \"\(program)\": \(error.reason.lowercased())")
        }
        if let error = error as? ContainerRuntimeError, error.reason == "ContainerNotFound" {
            return Status.internalError("container not found (\"\(container.name)\")")
        }
        return Status.internalError("error executing command in container: \(error)")
    }
}

/// A container of a pod that was seen running.
public struct RunningContainerReference: Sendable, Hashable {
    public var name: String
    /// The container runtime's.
    public var id: String
}
