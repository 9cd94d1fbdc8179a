import Foundation
import Host
import Logging

extension RuncRuntime {
    public func createSandbox(_ specification: SandboxSpecification) async throws -> Sandbox {
        let current = try await requirePrepared()
        let uid = try Self.checkedName(specification.uid)
        if let existing = sandboxes[uid] {
            return Sandbox(uid: uid, address: try await existing.value.visibleAddress)
        }
        let address = try takeAddress(for: specification)
        podAddresses[uid] = address
        let creation = Task { try await makeSandbox(specification, address, current) }
        sandboxes[uid] = creation
        do {
            return Sandbox(uid: uid, address: try await creation.value.visibleAddress)
        } catch {
            try? await removeSandbox(uid: uid)
            throw ContainerRuntimeError(
                reason: "FailedCreatePodSandBox", message: "cannot create the pod's sandbox: \(error)")
        }
    }

    private func takeAddress(for specification: SandboxSpecification) throws -> IPv4Address? {
        if specification.usesHostNetwork { return nil }
        guard let address = addresses?.take() else {
            throw ContainerRuntimeError(
                reason: "FailedCreatePodSandBox", message: "all addresses of the pod subnet are in use")
        }
        return address
    }

    private nonisolated func makeSandbox(
        _ specification: SandboxSpecification, _ address: IPv4Address?, _ current: Prepared
    ) async throws -> SandboxState {
        let state = sandboxState(specification, address, current)
        try FileTree.makeDirectories(state.directory, mode: 0o700)
        try await state.namespaces.create(
            hostname: String(specification.hostname.prefix(63)), network: address != nil,
            settings: ClusterNetwork.settings)
        if let address { try await current.network.attach(address, namespace: state.namespaces.network) }
        return state
    }

    private nonisolated func sandboxState(
        _ specification: SandboxSpecification, _ address: IPv4Address?, _ current: Prepared
    ) -> SandboxState {
        let id = configuration.clusterID
        return SandboxState(
            specification: specification, address: address,
            namespaces: NamespaceFiles(directory: registry.directory(id) + "/pods/" + specification.uid),
            controlGroup: ControlGroup(layout: current.layout, path: id.controlGroup).child(specification.uid),
            directory: configuration.stateDirectory + "/sandboxes/" + specification.uid,
            visibleAddress: (address ?? current.network.gateway).description)
    }

    public func removeSandbox(uid: String) async throws {
        guard let current = prepared else { return }
        let uid = try Self.checkedName(uid)
        let creation = sandboxes.removeValue(forKey: uid)
        let created = try? await creation?.value
        let ids = containers.filter { $0.value.specification.sandbox == uid }.map(\.key)
        for id in ids { containers[id] = nil }
        // A sandbox that failed half-way has an address all the same.
        let address = podAddresses.removeValue(forKey: uid)
        let unknown = SandboxSpecification(uid: uid, namespace: "", name: "", hostname: "")
        let state = created ?? sandboxState(unknown, address, current)
        defer { if let address { addresses?.giveBack(address) } }
        try await uninterrupted { try await self.tearDownPersistently(state, containers: ids, current) }
    }

    /// A container that was starting may still be mounting its file system while it is killed.
    private nonisolated func tearDownPersistently(
        _ state: SandboxState, containers ids: [String], _ current: Prepared
    ) async throws {
        for _ in 0..<4 {
            do {
                return try await tearDown(state, containers: ids, current)
            } catch {
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        try await tearDown(state, containers: ids, current)
    }

    nonisolated func tearDown(
        _ state: SandboxState, containers ids: [String], _ current: Prepared
    ) async throws {
        try await state.controlGroup.killAll()
        async let link: Void = detach(state.address, current)
        try await KernelThread.run {
            Orphans.reap(in: state.controlGroup)
            try state.namespaces.remove()
            for id in ids { try FileTree.remove(self.runcRoot + "/" + id) }
            try state.controlGroup.remove()
            try FileTree.remove(state.directory)
        }
        await link
    }

    private nonisolated func detach(_ address: IPv4Address?, _ current: Prepared) async {
        if let address { await current.network.detach(address) }
    }

    /// Where `runc` keeps its state of this cluster.
    nonisolated var runcRoot: String { registry.directory(configuration.clusterID) + "/runc" }

    /// Ids become parts of paths.
    static func checkedName(_ name: String) throws -> String {
        let isSafe = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        guard isSafe, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 200 else {
            throw ContainerRuntimeError(
                reason: "InvalidID", message: "\"\(name)\" cannot be the id of a pod or container on this node")
        }
        return name
    }
}
