import KubernetesAPI

/// The names of the cluster: what its name server answers. Pure; the Kubernetes DNS specification, version 1.1.
struct ClusterZone: Sendable, Hashable {
    /// Such as `cluster.local`.
    let domain: String
    /// Seconds. Short, because endpoints come and go.
    let ttl: UInt32 = 5

    /// - Returns: nil when the name is not the cluster's, so that the host's resolvers know.
    func answer(_ query: DNSQuery, in table: ServiceTable) -> DNSAnswer? {
        let name = query.labels.map { $0.lowercased() }
        if let address = Self.reverseAddress(name) { return pointer(to: address, name, in: table) }
        let zone = domain.split(separator: ".").map(String.init)
        guard name.count >= zone.count, Array(name.suffix(zone.count)) == zone else { return nil }
        let found = records(Array(name.dropLast(zone.count)), full: name.joined(separator: "."), in: table)
        guard let found else { return negative(.nameError) }
        let matching = found.filter { record in
            query.type == DNSType.any || query.type == record.type || record.type == DNSType.canonicalName
        }
        guard !matching.isEmpty else { return negative(.noError) }
        return DNSAnswer(answers: matching, additional: matching.flatMap { addresses(ofTarget: $0, in: table) })
    }

    private func negative(_ code: DNSAnswer.Code) -> DNSAnswer {
        let authority = DNSRecord(
            name: domain, ttl: ttl,
            data: .startOfAuthority(server: "ns.dns.\(domain)", contact: "hostmaster.\(domain)"))
        return DNSAnswer(code: code, authority: [authority])
    }

    /// - Parameter name: the labels before the domain.
    /// - Returns: all records of the name; nil when there is no such name, empty when there are only names below it.
    private func records(_ name: [String], full: String, in table: ServiceTable) -> [DNSRecord]? {
        switch name.last {
        case nil: return []
        case "svc": return serviceRecords(name.dropLast(), full: full, in: table)
        case "pod": return podRecords(name.dropLast(), full: full)
        default: return nil
        }
    }

    private func serviceRecords(_ name: ArraySlice<String>, full: String, in table: ServiceTable) -> [DNSRecord]? {
        guard let namespace = name.last else { return [] }
        let below = Array(name.dropLast())
        guard let service = below.last else {
            return table.entries.contains { $0.key.namespace == namespace } ? [] : nil
        }
        guard let entry = table[ObjectKey(namespace: namespace, name: service)] else { return nil }
        switch below.count {
        case 1: return ownRecords(of: entry, full: full)
        case 2: return hostRecords(below[0], of: entry, full: full)
        case 3: return portRecords(name: below[0], networkProtocol: below[1], of: entry, full: full)
        default: return nil
        }
    }

    private func ownRecords(of entry: ServiceTable.Entry, full: String) -> [DNSRecord]? {
        if !entry.externalName.isEmpty {
            return [DNSRecord(name: full, ttl: ttl, data: .canonicalName(entry.externalName))]
        }
        guard entry.clusterIP.isEmpty else {
            return [DNSRecord(name: full, ttl: ttl, data: .address(entry.clusterIP))]
        }
        // A headless Service without ready endpoints has no name, so that clients wait instead of failing.
        guard !entry.endpoints.isEmpty else { return nil }
        return uniqueAddresses(entry.endpoints).map { DNSRecord(name: full, ttl: ttl, data: .address($0)) }
    }

    private func uniqueAddresses(_ endpoints: [ServiceTable.Endpoint]) -> [String] {
        Set(endpoints.map(\.address)).sorted()
    }

    /// `POD.SERVICE.NAMESPACE.svc`, by the pod's host name, or by its address with dashes.
    private func hostRecords(_ host: String, of entry: ServiceTable.Entry, full: String) -> [DNSRecord]? {
        // `_tcp` stands above the names of ports.
        if host.hasPrefix("_") { return entry.ports.contains { "_\($0.networkProtocol)" == host } ? [] : nil }
        let matching = entry.endpoints.filter { $0.label == host }
        guard !matching.isEmpty else { return nil }
        return uniqueAddresses(matching).map { DNSRecord(name: full, ttl: ttl, data: .address($0)) }
    }

    private func portRecords(
        name: String, networkProtocol: String, of entry: ServiceTable.Entry, full: String
    ) -> [DNSRecord]? {
        let port = entry.ports.first { "_\($0.name)" == name && "_\($0.networkProtocol)" == networkProtocol }
        guard let port, !port.name.isEmpty else { return nil }
        let service = "\(entry.key.name).\(entry.key.namespace).svc.\(domain)"
        func record(_ number: Int, _ target: String) -> DNSRecord {
            DNSRecord(
                name: full, ttl: ttl,
                data: .service(priority: 0, weight: 100, port: UInt16(clamping: number), target: target))
        }
        if !entry.clusterIP.isEmpty { return [record(port.port, service)] }
        let records = entry.endpoints.flatMap { endpoint in
            port.targets.filter { $0.address == endpoint.address }.map {
                record($0.port, "\(endpoint.label).\(service)")
            }
        }
        return records.isEmpty ? nil : records
    }

    /// `A-B-C-D.NAMESPACE.pod`.
    private func podRecords(_ name: ArraySlice<String>, full: String) -> [DNSRecord]? {
        guard name.count == 2, let first = name.first else { return name.count < 2 ? [] : nil }
        let address = first.map { $0 == "-" ? "." : $0 }
        guard Self.isAddress(String(address)) else { return nil }
        return [DNSRecord(name: full, ttl: ttl, data: .address(String(address)))]
    }

    /// The address that a service record's target has, saving the asker a question.
    private func addresses(ofTarget record: DNSRecord, in table: ServiceTable) -> [DNSRecord] {
        guard case .service(_, _, _, let target) = record.data, target.hasSuffix(".\(domain)") else { return [] }
        let labels = target.dropLast(domain.count + 1).split(separator: ".").map(String.init)
        return records(labels, full: target, in: table) ?? []
    }

    // MARK: Addresses to names

    private func pointer(to address: String, _ name: [String], in table: ServiceTable) -> DNSAnswer? {
        var names: [String] = []
        for entry in table.entries {
            let service = "\(entry.key.name).\(entry.key.namespace).svc.\(domain)"
            if entry.clusterIP == address { names.append(service) }
            for endpoint in entry.endpoints where endpoint.address == address && entry.clusterIP.isEmpty {
                names.append("\(endpoint.label).\(service)")
            }
        }
        guard !names.isEmpty else { return nil }
        let full = name.joined(separator: ".")
        return DNSAnswer(answers: names.map { DNSRecord(name: full, ttl: ttl, data: .pointer($0)) })
    }

    private static func reverseAddress(_ name: [String]) -> String? {
        guard name.count == 6, name[4] == "in-addr", name[5] == "arpa" else { return nil }
        let address = name.prefix(4).reversed().joined(separator: ".")
        return isAddress(address) ? address : nil
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension ServiceTable.Endpoint {
    /// The endpoint's label below its Service.
    fileprivate var label: String {
        hostname.isEmpty ? String(address.map { $0 == "." ? "-" : $0 }) : hostname.lowercased()
    }
}
