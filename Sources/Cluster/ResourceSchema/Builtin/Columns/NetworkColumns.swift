import KubernetesAPI

/// Columns of services and what lies behind and before them.
enum NetworkColumns {
    static let service: [PrinterColumn] = [
        .text("Type") { $0["spec", "type"] },
        .text("Cluster-IP") { Cell.orNone($0["spec", "clusterIP"]) },
        .text("External-IP", externalAddress),
        .text("Port(s)", ports),
        .text("Selector", wide: true) { Cell.selector($0["spec", "selector"]) },
    ]

    private static func externalAddress(_ service: JSON) -> JSON {
        let listed = service["spec", "externalIPs"].strings
        switch service["spec", "type"].string {
        case "ExternalName": return Cell.orNone(service["spec", "externalName"])
        case "LoadBalancer":
            let ingress = (service["status", "loadBalancer", "ingress"].array ?? [])
                .compactMap { $0["ip"].string ?? $0["hostname"].string }
            return Cell.list(ingress + listed, or: "<pending>")
        default: return Cell.list(listed)
        }
    }

    private static func ports(_ service: JSON) -> JSON {
        let ports = (service["spec", "ports"].array ?? []).map { port in
            let node = port["nodePort"].int ?? 0
            let number = port["port"].int ?? 0
            return "\(number)\(node > 0 ? ":\(node)" : "")/\(port["protocol"].string ?? "TCP")"
        }
        return Cell.list(ports)
    }

    static let endpoints: [PrinterColumn] = [
        .text("Endpoints") { object in
            let all = (object["subsets"].array ?? []).flatMap { subset in
                let addresses = (subset["addresses"].array ?? []).compactMap { $0["ip"].string }
                let ports = (subset["ports"].array ?? []).compactMap { $0["port"].int }
                return ports.isEmpty ? addresses : ports.flatMap { port in addresses.map { "\($0):\(port)" } }
            }
            return shortened(all)
        }
    ]

    static let endpointSlice: [PrinterColumn] = [
        .text("AddressType") { $0["addressType"] },
        .text("Ports") { slice in
            shortened((slice["ports"].array ?? []).map { $0["port"].int.map(String.init) ?? "*" }, absent: Cell.unset)
        },
        .text("Endpoints") { slice in
            shortened((slice["endpoints"].array ?? []).flatMap { $0["addresses"].strings }, absent: Cell.unset)
        },
    ]

    /// The first three, and how many more there are.
    private static func shortened(_ texts: [String], absent: JSON = Cell.none) -> JSON {
        guard texts.count > 3 else { return Cell.list(texts, or: absent) }
        return .string(texts.prefix(3).joined(separator: ",") + " + \(texts.count - 3) more...")
    }

    static let ingress: [PrinterColumn] = [
        .text("Class") { Cell.orNone($0["spec", "ingressClassName"]) },
        .text("Hosts") { ingress in
            let hosts = (ingress["spec", "rules"].array ?? []).compactMap { $0["host"].string }
            return Cell.list(hosts, or: "*")
        },
        .text("Address") { ingress in
            let addresses = (ingress["status", "loadBalancer", "ingress"].array ?? [])
                .compactMap { $0["ip"].string ?? $0["hostname"].string }
            return Cell.list(addresses, or: "")
        },
        .text("Ports") { ($0["spec", "tls"].array ?? []).isEmpty ? "80" : "80, 443" },
    ]

    static let policy: [PrinterColumn] = [
        .text("Pod-Selector") { Cell.selector($0["spec", "podSelector"]) }
    ]
}
