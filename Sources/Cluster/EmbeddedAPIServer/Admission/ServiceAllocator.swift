import KubernetesAPI
import Synchronization

/// Gives services their cluster addresses and node ports, and takes them back.
final class ServiceAllocator: Sendable {
    /// What a service holds, or what was taken for a write that is not stored yet.
    struct Holding: Sendable, Hashable {
        var addresses: Set<UInt32> = []
        var ports: Set<Int> = []

        /// What a stored service holds.
        init(_ service: JSON?) {
            guard let service else { return }
            let spec = service["spec"]
            let addresses = spec["clusterIPs"].strings + [spec["clusterIP"].string ?? ""]
            self.addresses = Set(addresses.compactMap(AddressRange.number))
            ports = Set((spec["ports"].array ?? []).compactMap { $0["nodePort"].int }.filter { $0 > 0 })
            if let health = spec["healthCheckNodePort"].int, health > 0 { ports.insert(health) }
        }

        func subtracting(_ other: Holding) -> Holding {
            var result = self
            result.addresses.subtract(other.addresses)
            result.ports.subtract(other.ports)
            return result
        }
    }

    static let nodePorts = 30000...32767

    private let range: AddressRange
    private let held: Mutex<Holding>

    init(range: AddressRange) {
        self.range = range
        held = Mutex(Holding(nil))
    }

    /// Counts what a stored service holds.
    func adopt(_ service: JSON) {
        let holding = Holding(service)
        held.withLock { held in
            held.addresses.formUnion(holding.addresses)
            held.ports.formUnion(holding.ports)
        }
    }

    /// Fills in what a service lacks, keeping what its older version had.
    /// - Returns: what was newly taken; to be given back when the write fails.
    /// - Throws: `Status` 422 for an address or port that is taken or out of range.
    func complete(_ service: inout JSON, old: JSON?) throws -> Holding {
        if let old { Self.carryOver(from: old, to: &service) }
        let type = service["spec", "type"].string ?? "ClusterIP"
        if type == "ExternalName" {
            service["spec", "clusterIP"] = .null
            service["spec", "clusterIPs"] = .null
            service["spec", "ipFamilies"] = .null
            service["spec", "ipFamilyPolicy"] = .null
        }
        let before = Holding(old)
        let name = service["metadata", "name"].string ?? ""
        return try held.withLock { held in
            var taken = Holding(nil)
            do throws(FieldError) {
                if type != "ExternalName" { try assignAddress(&service, before, &held, &taken) }
                try assignPorts(
                    &service, needsPorts: ["NodePort", "LoadBalancer"].contains(type), before, &held, &taken)
            } catch {
                held = held.subtracting(taken)
                throw Status.invalid(kind: "Service", group: "", name: name, [error])
            }
            return taken
        }
    }

    func release(_ holding: Holding) { held.withLock { $0 = $0.subtracting(holding) } }

    private func assignAddress(
        _ service: inout JSON, _ before: Holding, _ held: inout Holding, _ taken: inout Holding
    ) throws(FieldError) {
        let wanted = service["spec", "clusterIP"].string ?? ""
        guard wanted != "None" else {
            service["spec", "clusterIPs"] = ["None"]
            return
        }
        let address: UInt32
        if wanted.isEmpty {
            guard let free = freeAddress(held) else {
                throw FieldError(
                    reason: "InternalError", field: "spec.clusterIPs",
                    detail: "Internal error: failed to allocate a serviceIP: range \(range) is full")
            }
            address = free
        } else {
            guard let number = AddressRange.number(wanted) else { return }
            guard before.addresses.contains(number) || range.contains(number) else {
                throw .invalid(
                    "spec.clusterIPs", .array([.string(wanted)]),
                    "failed to allocate IP \(wanted): the provided IP is not in the valid range. "
                        + "The range of valid IPs is \(range)")
            }
            guard before.addresses.contains(number) || !held.addresses.contains(number) else {
                throw .invalid(
                    "spec.clusterIPs", .array([.string(wanted)]),
                    "failed to allocate IP \(wanted): provided IP is already allocated")
            }
            address = number
        }
        if held.addresses.insert(address).inserted { taken.addresses.insert(address) }
        service["spec", "clusterIP"] = .string(AddressRange.text(address))
        service["spec", "clusterIPs"] = [.string(AddressRange.text(address))]
    }

    private func freeAddress(_ held: Holding) -> UInt32? {
        // The first address is the API server's own, and low ones are left to services that ask for theirs.
        let usable = range.size - 2
        let reserved = min(256, usable / 16 + 1)
        func isFree(_ offset: UInt32) -> Bool { !held.addresses.contains(range.first + 1 + offset) }
        for _ in 0..<64 {
            let offset = UInt32.random(in: min(reserved, usable - 1)..<usable)
            if isFree(offset) { return range.first + 1 + offset }
        }
        return (1..<usable).first(where: isFree).map { range.first + 1 + $0 }
    }

    private func assignPorts(
        _ service: inout JSON, needsPorts: Bool, _ before: Holding, _ held: inout Holding, _ taken: inout Holding
    ) throws(FieldError) {
        var ports = service["spec", "ports"].array ?? []
        let allocates = needsPorts && service["spec", "allocateLoadBalancerNodePorts"] != false
        for index in ports.indices {
            let wanted = ports[index]["nodePort"].int ?? 0
            guard needsPorts else {
                ports[index]["nodePort"] = .null
                continue
            }
            let field = "spec.ports[\(index)].nodePort"
            if wanted != 0 {
                guard Self.nodePorts.contains(wanted) else {
                    throw .invalid(
                        field, .int(Int64(wanted)),
                        "provided port is not in the valid range. The range of valid ports is 30000-32767")
                }
                guard before.ports.contains(wanted) || taken.ports.contains(wanted) || !held.ports.contains(wanted)
                else { throw .invalid(field, .int(Int64(wanted)), "provided port is already allocated") }
                if held.ports.insert(wanted).inserted { taken.ports.insert(wanted) }
            } else if allocates {
                guard let port = Self.nodePorts.shuffled().first(where: { !held.ports.contains($0) }) else {
                    throw FieldError(
                        reason: "InternalError", field: field, detail: "Internal error: no node port is left")
                }
                held.ports.insert(port)
                taken.ports.insert(port)
                ports[index]["nodePort"] = .int(Int64(port))
            }
        }
        if !ports.isEmpty { service["spec", "ports"] = .array(ports) }
    }

    /// A client that writes a service without the fields which the server filled in keeps them.
    private static func carryOver(from old: JSON, to service: inout JSON) {
        func isExternal(_ service: JSON) -> Bool { service["spec", "type"] == "ExternalName" }
        guard !isExternal(old), !isExternal(service) else { return }
        if service["spec", "clusterIP"].string ?? "" == "" {
            service["spec", "clusterIP"] = old["spec", "clusterIP"]
            service["spec", "clusterIPs"] = old["spec", "clusterIPs"]
        }
        guard ["NodePort", "LoadBalancer"].contains(service["spec", "type"].string ?? "") else { return }
        let before = old["spec", "ports"].array ?? []
        var ports = service["spec", "ports"].array ?? []
        for index in ports.indices where ports[index]["nodePort"].int ?? 0 == 0 {
            let port = ports[index]
            let same = before.first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }
            ports[index]["nodePort"] = same?["nodePort"] ?? .null
        }
        if !ports.isEmpty { service["spec", "ports"] = .array(ports) }
    }
}
