import Foundation
import Host
import Logging

extension RuncRuntime {
    public func wait(id: String) async throws -> ContainerExit {
        let container = try find(id)
        if let exit = container.exit { return exit }
        let ended = try await container.process.wait()
        return note(ended, of: id, container)
    }

    /// Reads the reason once, while the control group is there.
    private func note(_ ended: ProcessExit?, of id: String, _ container: ContainerState) -> ContainerExit {
        if let exit = containers[id]?.exit { return exit }
        let wasKilledForMemory = ended?.code != 0 && container.controlGroup.outOfMemoryKills() > 0
        let exit = ContainerExit(code: ended?.code, signal: ended?.signal, wasOutOfMemory: wasKilledForMemory)
        containers[id]?.exit = exit
        return exit
    }

    public func signal(id: String, _ signal: Int32) async throws {
        try find(id).process.signal(signal)
    }

    public func remove(id: String) async throws {
        guard let container = containers[id] else { return }
        try container.process.signal(SIGKILL)
        _ = note(try await container.process.wait(), of: id, container)
        guard containers.removeValue(forKey: id) != nil else { return }
        try await uninterrupted { try await self.discard(container) }
    }

    nonisolated func discard(_ container: ContainerState) async throws {
        try await container.controlGroup.killAll()
        try await KernelThread.run {
            Orphans.reap(in: container.controlGroup)
            try container.controlGroup.remove()
            if let state = container.runcState { try FileTree.remove(state) }
            try container.root.remove()
        }
    }

    public func execute(id: String, command: [String], timeout: Duration) async throws -> ExecutionResult {
        try await Execution.run(try await request(id: id, command: command), timeout: timeout)
    }

    public func attach(
        id: String, command: [String], streams: AttachedProcess.Streams
    ) async throws -> AttachedProcess {
        var request = try await request(id: id, command: command)
        if streams.terminal { request.describeTerminal() }
        return try await AttachedProcess.start(request, streams)
    }

    /// A command in the container's namespaces and control group, with its environment, user and capabilities.
    private func request(id: String, command: [String]) async throws -> SpawnRequest {
        let container = try find(id)
        guard !container.process.hasEnded, let program = command.first else {
            throw ContainerRuntimeError(
                reason: "ContainerNotRunning",
                message: command.isEmpty ? "no command was given" : "the container \(id) is not running")
        }
        let hostname = try await sandboxes[container.specification.sandbox]?.value.specification.hostname ?? ""
        var request = SpawnRequest(
            executable: program, arguments: command,
            environment: container.specification.fullEnvironment(hostname: hostname))
        var kinds: NamespaceKinds = [.mount, .network, .ipc, .uts]
        if container.runcState != nil && !container.specification.usesHostPID { kinds.insert(.pid) }
        request.join = SpawnRequest.Join(process: container.process.pid, kinds: kinds)
        request.directory = container.specification.directory
        request.parentDeathSignal = SIGKILL
        request.controlGroupFiles = container.controlGroup.joinFiles
        request.user = container.specification.spawnUser
        request.capabilities = container.specification.isPrivileged ? nil : container.specification.capabilities
        return request
    }

    private func find(_ id: String) throws -> ContainerState {
        guard let container = containers[id] else {
            throw ContainerRuntimeError(reason: "ContainerNotFound", message: "there is no container \(id)")
        }
        return container
    }
}

extension SpawnRequest {
    /// What programs at a terminal want to know.
    mutating func describeTerminal() {
        if !environment.contains(where: { $0.hasPrefix("TERM=") }) { environment.append("TERM=xterm") }
    }
}

/// Runs a command of a probe.
enum Execution {
    /// A command that cannot be executed is a result, not an error: 127 not found, 126 not executable, as a shell says.
    static func run(_ request: SpawnRequest, timeout: Duration) async throws -> ExecutionResult {
        do {
            let result = try await Tool.run(request, timeout: timeout)
            return ExecutionResult(
                exitCode: result.exit.code, output: result.output, errorOutput: result.errorOutput,
                timedOut: result.timedOut)
        } catch let error as HostError where error.operation == "execute" {
            return ExecutionResult(
                exitCode: error.code == ENOENT ? 127 : 126, output: [], errorOutput: Array("\(error)\n".utf8))
        }
    }
}
