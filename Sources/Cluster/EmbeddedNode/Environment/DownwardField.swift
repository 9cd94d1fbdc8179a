import KubernetesAPI

/// The downward API's `fieldRef`.
struct DownwardField: Sendable {
    let pod: Pod
    var podAddress = ""
    var hostAddress = ""

    /// - Returns: nil when the API offers no such field; a label or annotation that is absent is empty.
    func value(_ path: String) -> String? {
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace
        case "metadata.uid": return pod.uid
        case "metadata.labels": return Self.lines(pod.metadata.labels)
        case "metadata.annotations": return Self.lines(pod.metadata.annotations)
        case "spec.nodeName": return pod.nodeName
        case "spec.serviceAccountName": return pod.serviceAccountName
        case "status.podIP", "status.podIPs": return podAddress
        case "status.hostIP", "status.hostIPs": return hostAddress
        default: break
        }
        if let key = Self.key(path, of: "metadata.labels") { return pod.metadata.labels[key] ?? "" }
        if let key = Self.key(path, of: "metadata.annotations") { return pod.metadata.annotations[key] ?? "" }
        return nil
    }

    /// The key of `FIELD['KEY']`.
    private static func key(_ path: String, of field: String) -> String? {
        guard path.hasPrefix(field + "["), path.hasSuffix("]") else { return nil }
        let key = path.dropFirst(field.count + 1).dropLast()
        guard key.count > 2, let quote = key.first, quote == "'" || quote == "\"", key.last == quote else { return nil }
        return String(key.dropFirst().dropLast())
    }

    /// `key="value"` lines, sorted.
    private static func lines(_ map: [String: String]) -> String {
        map.sorted { $0.key < $1.key }.map { "\($0.key)=\(JSON.string($0.value))" }.joined(separator: "\n")
    }
}

/// The downward API's `resourceFieldRef`.
struct DownwardResource: Sendable {
    let pod: Pod
    let container: Container
    let capacity: NodeConfiguration.Capacity

    /// The amount in units of the divisor, rounded up; a missing limit is what the node has.
    func value(_ reference: JSON) -> String? {
        let parts = (reference["resource"].string ?? "").split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, ["limits", "requests"].contains(parts[0]) else { return nil }
        let name = reference["containerName"].string ?? container.name
        guard let source = (pod.containers + pod.initContainers + [container]).first(where: { $0.name == name })
        else { return nil }
        let resources = source.json["resources"]
        let divisor = Quantity(reference["divisor"])?.value ?? 1
        let own = Quantity(resources[parts[0]][parts[1]]) ?? Quantity(resources["limits"][parts[1]])
        let amount: Double
        switch (own?.value, parts[0], parts[1]) {
        case (let value?, _, _): amount = value
        case (nil, "limits", "cpu"): amount = Double(capacity.cores)
        case (nil, "limits", "memory"): amount = Double(capacity.memoryBytes)
        case (nil, _, _): amount = 0
        }
        // Less than a millionth over a unit is the arithmetic of doubles.
        let units = (amount / (divisor > 0 ? divisor : 1) - 1e-6).rounded(.up)
        return Int64(exactly: units).map(String.init)
    }
}
