import KubernetesAPI

/// core/v1 `NodeSelector`: terms of which one must match, each a list of requirements that must all hold.
struct NodeSelector {
    private let terms: [JSON]

    init(json: JSON) { terms = json["nodeSelectorTerms"].array ?? [] }

    func matches(_ node: Node) -> Bool {
        terms.contains { term in
            let labels = term["matchExpressions"].array ?? []
            let fields = term["matchFields"].array ?? []
            // An empty term selects nothing.
            guard !labels.isEmpty || !fields.isEmpty else { return false }
            return labels.allSatisfy { Self.holds($0, node.metadata.labels) }
                && fields.allSatisfy { Self.holds($0, ["metadata.name": node.name]) }
        }
    }

    private static func holds(_ requirement: JSON, _ labels: [String: String]) -> Bool {
        let key = requirement["key"].string ?? ""
        let values = requirement["values"].strings
        let value = labels[key]
        switch requirement["operator"].string {
        case "In": return value.map(values.contains) ?? false
        case "NotIn": return !(value.map(values.contains) ?? false)
        case "Exists": return value != nil
        case "DoesNotExist": return value == nil
        case "Gt": return compare(value, values, >)
        case "Lt": return compare(value, values, <)
        default: return false
        }
    }

    private static func compare(_ value: String?, _ values: [String], _ relation: (Int, Int) -> Bool) -> Bool {
        guard let value = value.flatMap(Int.init), let bound = values.first.flatMap(Int.init) else { return false }
        return relation(value, bound)
    }
}

extension Pod {
    /// Whether the node is one that `nodeSelector` and the required node affinity ask for.
    func accepts(_ node: Node) -> Bool {
        let labels = node.metadata.labels
        guard spec["nodeSelector"].stringMap.allSatisfy({ labels[$0.key] == $0.value }) else { return false }
        let required = spec["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]
        return required.isNull || NodeSelector(json: required).matches(node)
    }
}
