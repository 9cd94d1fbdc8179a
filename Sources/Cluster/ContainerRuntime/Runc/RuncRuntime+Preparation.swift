import Foundation
import Host
import Logging

extension RuncRuntime {
    /// The steps in order: claim the id, remove what is left under it, choose addresses, make the network.
    nonisolated func makePrepared() async throws -> Prepared {
        let problems = Self.missingRequirements()
        guard problems.isEmpty, let layout = ControlGroupLayout.detect() else {
            throw ContainerRuntimeError(reason: "HostNotReady", message: problems.joined(separator: " "))
        }
        let id = configuration.clusterID
        let lock = try await registry.register(id)
        do {
            return try await prepare(id, lock, layout)
        } catch {
            try? await Self.forget(id, registry, ClusterRecord.read(registry.recordPath(id)))
            throw error
        }
    }

    private nonisolated func prepare(
        _ id: ClusterID, _ lock: FileLock, _ layout: ControlGroupLayout
    ) async throws -> Prepared {
        let former = ClusterRecord.read(registry.recordPath(id))
        let traces = former ?? ClusterRecord(id: id.description, stateDirectory: configuration.stateDirectory)
        try await ClusterRemoval(id: id, registry: registry, record: traces).run()
        // Also where the cluster's directory has moved.
        try FileTree.remove(configuration.stateDirectory + "/sandboxes")
        try ChildProcess.adoptOrphans()

        var record = try await claimSubnet()
        guard let subnet = record.subnet.flatMap({ IPv4Subnet($0) }) else {
            throw ContainerRuntimeError(reason: "NoSubnet", message: "no range of addresses was chosen")
        }
        let network = ClusterNetwork(id: id, subnet: subnet)
        async let needsForwardRules = ForwardRules.areNeeded()
        try await network.setUp(services: configuration.serviceSubnet)
        if await needsForwardRules {
            // Noted before it is done, so that whoever removes the cluster finds them.
            record.hasForwardRules = true
            try record.write(to: registry.recordPath(id))
            try await ForwardRules(bridge: id.bridge).add()
        }
        try FileTree.makeDirectories(configuration.stateDirectory + "/sandboxes")
        return Prepared(
            lock: lock, layout: layout, network: network, runc: try HostProgram.runc.path(),
            executable: FileTree.resolved(configuration.executable) ?? configuration.executable, record: record)
    }

    /// Chooses the range, notes it for others, and lets the device of the default route forward.
    private nonisolated func claimSubnet() async throws -> ClusterRecord {
        let id = configuration.clusterID
        let wanted = try configuration.subnet.map { text in
            guard let subnet = IPv4Subnet(text), (8...29).contains(subnet.prefix) else {
                throw ContainerRuntimeError(
                    reason: "InvalidSubnet",
                    message: "the pod subnet \"\(text)\" is not an IPv4 range like 10.128.0.0/22 (/8 to /29)")
            }
            return subnet
        }
        return try await registry.exclusively { [registry, configuration] in
            let others = registry.ids().filter { $0 != id }.compactMap { ClusterRecord.read(registry.recordPath($0)) }
            let taken = others.compactMap(\.subnet).compactMap { IPv4Subnet($0) } + SubnetChoice.routed()
            if let wanted, let clash = taken.first(where: wanted.overlaps) {
                throw ContainerRuntimeError(
                    reason: "SubnetInUse",
                    message: "the pod subnet \(wanted) overlaps \(clash), which this host already uses; choose another")
            }
            guard let subnet = wanted ?? SubnetChoice.choose(for: id, avoiding: taken) else {
                throw ContainerRuntimeError(
                    reason: "NoSubnet", message: "no free range in \(SubnetChoice.pool); configure a pod subnet")
            }
            let record = ClusterRecord(
                id: id.description, stateDirectory: configuration.stateDirectory, subnet: subnet.description)
            try record.write(to: registry.recordPath(id))
            if let device = ClusterNetwork.defaultDevice {
                try SharedSettings(registry).set("net/ipv4/conf/\(device)/forwarding", to: "1")
            }
            return record
        }
    }
}
