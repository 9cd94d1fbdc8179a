import Foundation
import Host

/// Removes every trace of a cluster from the machine, whoever left it: processes, namespaces, mounts, devices, rules,
/// control groups, directories. Idempotent; the registry's entry itself stays.
struct ClusterRemoval: Sendable {
    var id: ClusterID
    var registry: ClusterRegistry
    var record: ClusterRecord?

    /// Does as much as it can, whatever fails, and throws the first failure at the end. Not disturbed by cancellation.
    func run() async throws {
        let failures = await Task { await removeAll() }.value
        if let first = failures.first { throw first }
    }

    private func removeAll() async -> [any Error] {
        // Processes first: they hold everything else.
        var failures = await collecting { try await killProcesses() }
        failures += await withTaskGroup(of: [any Error].self) { group in
            group.addTask { await collecting { try await removeFiles() } }
            group.addTask { await collecting { try await removeControlGroups() } }
            if geteuid() == 0 {
                group.addTask { await collecting { await removeDevices() } }
                group.addTask { await collecting { try await removeRules() } }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return failures
    }

    private func collecting(_ step: () async throws -> Void) async -> [any Error] {
        do {
            try await step()
            return []
        } catch {
            return [error]
        }
    }

    private func killProcesses() async throws {
        await MarkedProcesses.killAll(of: id)
        guard let layout = ControlGroupLayout.detect() else { return }
        let group = ControlGroup(layout: layout, path: id.controlGroup)
        try await group.killAll()
        Orphans.reap(in: group)
    }

    private func removeFiles() async throws {
        let sandboxes = record?.stateDirectory.map { $0 + "/sandboxes" }
        let directory = registry.directory(id)
        try await KernelThread.run {
            try MountTable.detachAll(under: directory)
            if let sandboxes {
                try MountTable.detachAll(under: sandboxes)
                try FileTree.remove(sandboxes)
            }
            for name in FileTree.names(in: directory) where name != "lock" && name != "cluster.json" {
                try FileTree.remove(directory + "/" + name)
            }
        }
    }

    private func removeControlGroups() async throws {
        guard let layout = ControlGroupLayout.detect() else { return }
        let group = ControlGroup(layout: layout, path: id.controlGroup)
        try await KernelThread.run { try group.remove() }
    }

    private func removeDevices() async {
        let subnet = record?.subnet.flatMap { IPv4Subnet($0) }
        if let subnet, FileTree.exists("/sys/class/net/" + id.bridge) {
            await IPRoute.batchIgnoringErrors(["link delete group \(ClusterNetwork.group(subnet))"])
        }
        let devices = IPRoute.devices().filter(id.ownsDevice)
        // The bridge last: its routes vanish with it.
        let ordered = devices.filter { $0 != id.bridge } + devices.filter { $0 == id.bridge }
        if !ordered.isEmpty { await IPRoute.batchIgnoringErrors(ordered.map { "link delete \($0)" }) }
    }

    private func removeRules() async throws {
        let found = await Nftables.tables().filter { id.ownsTable($0.name) }.map { "\($0.family) \($0.name)" }
        // One may be deleted by its maker meanwhile, and one that is not there must not keep the others.
        let script = Set(found + ["inet \(id.table)"]).map { "add table \($0)\ndelete table \($0)\n" }.joined()
        try await Nftables.run(script)
        if record?.hasForwardRules == true { await ForwardRules(bridge: id.bridge).remove() }
    }
}

/// Processes that carry the cluster's id in their environment: those that run without control groups of their own.
enum MarkedProcesses {
    static let variable = "LITMUS_CLUSTER_ID"

    static func killAll(of id: ClusterID) async {
        for _ in 0..<50 {
            let processes = find(id).compactMap { try? ChildProcess.existing(pid: $0) }
            if processes.isEmpty { return }
            for process in processes { try? process.signal(SIGKILL) }
            for process in processes { _ = try? await process.wait() }
        }
    }

    /// Finds them by the environment they started with; never this process itself.
    static func find(_ id: ClusterID) -> [Int32] {
        let marker = Array("\(variable)=\(id)".utf8)
        return FileTree.names(in: "/proc").compactMap(Int32.init).filter { pid in
            guard pid != getpid(), let environment = try? FileTree.read("/proc/\(pid)/environ") else { return false }
            return environment.split(separator: 0).contains { $0.elementsEqual(marker) }
        }
    }
}
