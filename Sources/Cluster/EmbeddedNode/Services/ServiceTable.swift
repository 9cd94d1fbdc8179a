import KubernetesAPI

/// Services with their ready endpoints: what rules, names and variables are made of. Pure.
struct ServiceTable: Sendable, Hashable {
    struct Endpoint: Sendable, Hashable {
        var address: String
        /// The pod's host name in a headless Service.
        var hostname: String
    }

    struct Target: Sendable, Hashable {
        var address: String
        var port: Int
    }

    struct Port: Sendable, Hashable {
        var name: String
        /// `tcp`, `udp` or `sctp`.
        var networkProtocol: String
        var port: Int
        var nodePort: Int?
        /// Sorted, each once.
        var targets: [Target]
    }

    struct Entry: Sendable, Hashable {
        var key: ObjectKey
        /// Empty: headless.
        var clusterIP: String
        /// Another name, of a Service of type ExternalName.
        var externalName: String
        var keepsClients: Bool
        var publishesNotReady: Bool
        var ports: [Port]
        /// Ready ones, or all with `publishNotReadyAddresses`. Sorted.
        var endpoints: [Endpoint]
    }

    /// Sorted by namespace and name.
    var entries: [Entry] = []

    init() {}

    init(services: [Service], slices: [EndpointSlice]) {
        let byService = Dictionary(grouping: slices) { slice in
            ObjectKey(
                namespace: slice.namespace, name: slice.metadata.labels["kubernetes.io/service-name"] ?? slice.name)
        }
        entries = services.map { Entry($0, slices: byService[$0.key] ?? []) }
            .sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }
    }

    subscript(key: ObjectKey) -> Entry? { entries.first { $0.key == key } }
}

extension ServiceTable.Entry {
    init(_ service: Service, slices: [EndpointSlice]) {
        let spec = service.json["spec"]
        key = service.key
        clusterIP = service.clusterIP == "None" ? "" : service.clusterIP
        externalName = spec["type"] == "ExternalName" ? spec["externalName"].string ?? "" : ""
        keepsClients = spec["sessionAffinity"] == "ClientIP"
        publishesNotReady = spec["publishNotReadyAddresses"].bool ?? false
        let ready = slices.filter { $0.json["addressType"] != "IPv6" }
            .map { ($0, Self.endpoints(of: $0, includingNotReady: spec["publishNotReadyAddresses"].bool ?? false)) }
        endpoints = Set(ready.flatMap(\.1)).sorted { ($0.address, $0.hostname) < ($1.address, $1.hostname) }
        ports = service.ports.map { port in
            var targets: Set<ServiceTable.Target> = []
            for (slice, endpoints) in ready {
                guard let number = Self.targetPort(of: port, in: slice) else { continue }
                for endpoint in endpoints { targets.insert(.init(address: endpoint.address, port: number)) }
            }
            return ServiceTable.Port(
                name: port["name"].string ?? "", networkProtocol: (port["protocol"].string ?? "TCP").lowercased(),
                port: port["port"].int ?? 0, nodePort: port["nodePort"].int.flatMap { $0 > 0 ? $0 : nil },
                targets: targets.sorted { ($0.address, $0.port) < ($1.address, $1.port) })
        }
    }

    /// Slice ports are matched by name, as they are made.
    private static func targetPort(of port: JSON, in slice: EndpointSlice) -> Int? {
        let ports = slice.json["ports"].array ?? []
        let match = ports.first {
            ($0["name"].string ?? "") == (port["name"].string ?? "")
                && ($0["protocol"].string ?? "TCP") == (port["protocol"].string ?? "TCP")
        }
        return match?["port"].int
    }

    private static func endpoints(
        of slice: EndpointSlice, includingNotReady: Bool
    ) -> [ServiceTable.Endpoint] {
        (slice.json["endpoints"].array ?? []).flatMap { endpoint -> [ServiceTable.Endpoint] in
            guard includingNotReady || endpoint["conditions", "ready"].bool ?? true else { return [] }
            return endpoint["addresses"].strings.map {
                ServiceTable.Endpoint(address: $0, hostname: endpoint["hostname"].string ?? "")
            }
        }
    }
}

/// `NAME_SERVICE_HOST`, `NAME_SERVICE_PORT` and the older link variables.
struct ServiceVariables: Sendable {
    let table: ServiceTable
    let apiServer: NodeConfiguration.Endpoint?

    func all(namespace: String, linksAll: Bool) -> [(name: String, value: String)] {
        let kubernetes = ObjectKey(namespace: "default", name: "kubernetes")
        var variables: [(name: String, value: String)] = []
        for entry in table.entries where entry.key != kubernetes && !entry.clusterIP.isEmpty {
            if linksAll, entry.key.namespace == namespace { variables += Self.variables(of: entry) }
        }
        if let entry = table[kubernetes], !entry.clusterIP.isEmpty { variables += Self.variables(of: entry) }
        if let apiServer {
            variables.removeAll { ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"].contains($0.name) }
            variables.append(("KUBERNETES_SERVICE_HOST", apiServer.host))
            variables.append(("KUBERNETES_SERVICE_PORT", String(apiServer.port)))
        }
        return variables
    }

    private static func variables(of entry: ServiceTable.Entry) -> [(name: String, value: String)] {
        func upper(_ text: String) -> String { String(text.uppercased().map { $0 == "-" ? "_" : $0 }) }
        let prefix = upper(entry.key.name)
        guard let first = entry.ports.first else { return [] }
        var variables = [
            ("\(prefix)_SERVICE_HOST", entry.clusterIP), ("\(prefix)_SERVICE_PORT", String(first.port)),
        ]
        for port in entry.ports where !port.name.isEmpty {
            variables.append(("\(prefix)_SERVICE_PORT_\(upper(port.name))", String(port.port)))
        }
        func url(_ port: ServiceTable.Port) -> String { "\(port.networkProtocol)://\(entry.clusterIP):\(port.port)" }
        variables.append(("\(prefix)_PORT", url(first)))
        for port in entry.ports {
            let link = "\(prefix)_PORT_\(port.port)_\(upper(port.networkProtocol))"
            variables += [
                (link, url(port)), ("\(link)_PROTO", port.networkProtocol), ("\(link)_PORT", String(port.port)),
                ("\(link)_ADDR", entry.clusterIP),
            ]
        }
        return variables.map { (name: $0.0, value: $0.1) }
    }
}
