import Foundation
import Host
import Logging

extension RuncRuntime {
    public func start(_ specification: ContainerSpecification) async throws -> RunningContainer {
        let current = try await requirePrepared()
        let id = try Self.checkedName(specification.id)
        guard let sandbox = try await sandboxes[specification.sandbox]?.value else {
            throw ContainerRuntimeError(
                reason: "CreateContainerError", message: "the pod \(specification.sandbox) has no sandbox")
        }
        guard containers[id] == nil else {
            throw ContainerRuntimeError(reason: "CreateContainerError", message: "the container \(id) exists already")
        }
        let state = try await uninterrupted { try await self.launch(specification, in: sandbox, current) }
        // The sandbox may have been removed while the container was starting.
        guard sandboxes[specification.sandbox] != nil else {
            try? await uninterrupted { try await self.tearDown(sandbox, containers: [id], current) }
            throw ContainerRuntimeError(reason: "RunContainerError", message: "the pod was removed meanwhile")
        }
        containers[id] = state
        return RunningContainer(id: id, pid: state.process.pid)
    }

    private nonisolated func launch(
        _ specification: ContainerSpecification, in sandbox: SandboxState, _ current: Prepared
    ) async throws -> ContainerState {
        let lower: String
        switch specification.program {
        case .host, .builtin: lower = "/"
        case .directory(let path): lower = path
        }
        guard FileTree.exists(lower) else {
            throw ContainerRuntimeError(
                reason: "CreateContainerError", message: "the root file system \(lower) does not exist")
        }
        let root = ContainerRoot(directory: sandbox.directory + "/" + specification.id, lower: lower)
        let group = sandbox.controlGroup.child(specification.id)
        do {
            let log = try LogFile.open(specification.logPath)
            try root.create(for: sandbox)
            switch specification.program {
            case .builtin(let role, let arguments):
                let process = try await startBuiltin(
                    specification, arguments: ["litmus", role] + arguments + specification.arguments, root, group, log,
                    sandbox, current)
                return ContainerState(
                    specification: specification, process: process, controlGroup: group, root: root)
            case .host, .directory:
                let process = try await startRunc(specification, root, group, log, sandbox, current)
                return ContainerState(
                    specification: specification, process: process, controlGroup: group, root: root,
                    runcState: runcRoot + "/" + specification.id)
            }
        } catch {
            try? await group.killAll()
            try? group.remove()
            try? FileTree.remove(runcRoot + "/" + specification.id)
            try? root.remove()
            if let error = error as? ContainerRuntimeError { throw error }
            throw ContainerRuntimeError(reason: "RunContainerError", message: "\(error)")
        }
    }

    private nonisolated func startBuiltin(
        _ specification: ContainerSpecification, arguments: [String], _ root: ContainerRoot, _ group: ControlGroup,
        _ log: Descriptor, _ sandbox: SandboxState, _ current: Prepared
    ) async throws -> ChildProcess {
        try group.create(specification.resources.limits(processes: configuration.processLimit))
        // The file may have been replaced by a newer build since we started; this name always leads to what runs here.
        let executable = FileTree.exists(current.executable) ? current.executable : "/proc/self/exe"
        var request = SpawnRequest(
            executable: executable, arguments: arguments,
            environment: specification.fullEnvironment(hostname: sandbox.specification.hostname))
        request.directory = specification.directory
        request.standardOutput = log
        request.standardError = log
        request.parentDeathSignal = SIGKILL
        request.namespaces = sandbox.namespacePaths
        request.controlGroupFiles = group.joinFiles
        request.mounts = try BuiltinMounts.plan(
            specification, root: root, executable: current.executable, table: try MountTable.read())
        request.user = specification.spawnUser
        request.capabilities = specification.isPrivileged ? nil : specification.capabilities
        return try await Spawner.shared.spawn(request)
    }

    private nonisolated func startRunc(
        _ specification: ContainerSpecification, _ root: ContainerRoot, _ group: ControlGroup, _ log: Descriptor,
        _ sandbox: SandboxState, _ current: Prepared
    ) async throws -> ChildProcess {
        let bundle = RuncBundle(
            specification, root: root.mountPoint, controlGroup: group, sandbox: sandbox,
            processLimit: configuration.processLimit)
        try FileTree.write(try bundle.json(), to: root.directory + "/config.json")
        let pidFile = root.directory + "/pid"
        let errorFile = root.directory + "/runc.log"
        var request = SpawnRequest(
            executable: current.runc,
            arguments: [
                "runc", "--root", runcRoot, "--log", errorFile, "--log-format", "json", "run", "-d", "--bundle",
                root.directory, "--pid-file", pidFile, specification.id,
            ], environment: ["PATH=\(HostProgram.searchPath)", "LC_ALL=C"])
        request.standardOutput = log
        request.standardError = log
        request.mounts = MountPlan(mounts: [root.mount])
        let runc = try await Spawner.shared.spawn(request)
        let (exit, _) = try await runc.wait(killingAfter: .seconds(60))
        guard exit?.code == 0, let pid = Int32(try FileTree.readText(pidFile)) else {
            throw ContainerRuntimeError(
                reason: "ContainerCannotRun",
                message: RuncLog.lastError(errorFile) ?? "runc ended with \(exit?.code ?? 255)")
        }
        return try ChildProcess.existing(pid: pid)
    }
}
