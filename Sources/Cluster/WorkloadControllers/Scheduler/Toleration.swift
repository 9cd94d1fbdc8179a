import KubernetesAPI

/// core/v1 `Taint`.
struct Taint: Equatable {
    var key: String
    var value: String
    var effect: String

    init(json: JSON) {
        key = json["key"].string ?? ""
        value = json["value"].string ?? ""
        effect = json["effect"].string ?? ""
    }

    init(key: String, value: String = "", effect: String) {
        self.key = key
        self.value = value
        self.effect = effect
    }

    static let unschedulable = Taint(key: "node.kubernetes.io/unschedulable", effect: "NoSchedule")
}

extension Pod {
    func tolerates(_ taint: Taint) -> Bool {
        (spec["tolerations"].array ?? []).contains { toleration in
            let effect = toleration["effect"].string ?? ""
            guard effect.isEmpty || effect == taint.effect else { return false }
            let key = toleration["key"].string ?? ""
            if toleration["operator"].string == "Exists" { return key.isEmpty || key == taint.key }
            return key == taint.key && (toleration["value"].string ?? "") == taint.value
        }
    }

    /// The first taint of the node that keeps the pod away.
    func untoleratedTaint(of node: Node, effects: [String] = ["NoSchedule", "NoExecute"]) -> Taint? {
        (node.json["spec", "taints"].array ?? []).map(Taint.init).first {
            effects.contains($0.effect) && !tolerates($0)
        }
    }
}
