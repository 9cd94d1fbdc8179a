import KubernetesAPI

/// Amounts by resource name, in base units: cores, bytes, pieces.
struct Resources: Equatable {
    var amounts: [String: Double] = [:]

    init(_ amounts: [String: Double] = [:]) { self.amounts = amounts }

    init(json: JSON) {
        amounts = (json.object ?? [:]).compactMapValues { Quantity($0)?.value }
    }

    static func + (left: Resources, right: Resources) -> Resources {
        Resources(left.amounts.merging(right.amounts, uniquingKeysWith: +))
    }

    func maximum(_ other: Resources) -> Resources { Resources(amounts.merging(other.amounts, uniquingKeysWith: max)) }
}

extension Pod {
    /// What the pod asks for: the sum of its containers and sidecars, or more if an init container needs more at its
    /// time, and the overhead.
    var requests: Resources {
        let request = { (container: Container) in Resources(json: container.json["resources", "requests"]) }
        var sidecars = Resources()
        var initPeak = Resources()
        for container in initContainers {
            if container.json["restartPolicy"].string == "Always" {
                sidecars = sidecars + request(container)
                initPeak = initPeak.maximum(sidecars)
            } else {
                initPeak = initPeak.maximum(sidecars + request(container))
            }
        }
        let running = containers.map(request).reduce(sidecars, +)
        return running.maximum(initPeak) + Resources(json: spec["overhead"])
    }

    /// Ports of the node that the pod takes.
    var hostPorts: [HostPort] {
        containers.flatMap { container in
            (container.json["ports"].array ?? []).compactMap { port in
                let usesHostNetwork = spec["hostNetwork"].bool ?? false
                guard let number = (port["hostPort"].int ?? (usesHostNetwork ? port["containerPort"].int : nil)),
                    number > 0
                else { return nil }
                return HostPort(
                    number: number, protocolName: port["protocol"].string ?? "TCP",
                    address: port["hostIP"].string ?? "")
            }
        }
    }
}

struct HostPort: Equatable {
    var number: Int
    var protocolName: String
    /// Empty: all addresses.
    var address: String

    func conflicts(with other: HostPort) -> Bool {
        let isAny = { (address: String) in address.isEmpty || address == "0.0.0.0" }
        return number == other.number && protocolName == other.protocolName
            && (isAny(address) || isAny(other.address) || address == other.address)
    }
}
