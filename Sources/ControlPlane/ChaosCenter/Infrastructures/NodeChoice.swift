import KubernetesAPI

/// The nodes that an infrastructure's own pods may run on, in the spellings of the API.
enum NodeChoice {
    /// - Parameter text: `k=v,k=v`; empty for any node.
    /// - Throws: `CenterError.invalid` that says which part is wrong.
    static func selector(_ text: String) throws -> [String: String] {
        guard !text.isEmpty else { return [:] }
        var selector: [String: String] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let (key, value) = try pair(part)
            guard selector.updateValue(value, forKey: key) == nil else {
                throw CenterError.invalid("nodeSelector: the key '\(key)' is given twice")
            }
        }
        return selector
    }

    private static func pair(_ part: Substring) throws -> (key: String, value: String) {
        let sides = part.split(separator: "=", omittingEmptySubsequences: false).map {
            String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let shown = part.prefix(400)
        guard sides.count == 2 else {
            throw CenterError.invalid("nodeSelector: '\(shown)' is not KEY=VALUE; write KEY=VALUE,KEY=VALUE")
        }
        guard KubernetesNames.isQualifiedName(sides[0]) else {
            throw CenterError.invalid("nodeSelector: '\(sides[0].prefix(400))' in '\(shown)' is no key of a label")
        }
        guard KubernetesNames.isLabelValue(sides[1]) else {
            throw CenterError.invalid("nodeSelector: '\(sides[1].prefix(400))' in '\(shown)' is no value of a label")
        }
        return (sides[0], sides[1])
    }
}

extension InfraToleration {
    private static let effects: Set = ["", "NoSchedule", "PreferNoSchedule", "NoExecute"]

    /// By the rules for tolerations of pods.
    /// - Parameter place: its number, for the message.
    /// - Throws: `CenterError.invalid`.
    func check(_ place: Int) throws {
        func fail(_ why: String) -> CenterError { .invalid("tolerations[\(place)]: \(why)") }
        let (key, value, effect) = (key ?? "", value ?? "", effect ?? "")
        guard ["", "Equal", "Exists"].contains(self.operator ?? "") else {
            throw fail("operator must be Equal or Exists")
        }
        guard Self.effects.contains(effect) else {
            throw fail("effect must be NoSchedule, PreferNoSchedule or NoExecute, or empty for all of them")
        }
        guard key.isEmpty || KubernetesNames.isQualifiedName(key) else { throw fail("key is no key of a taint") }
        guard !key.isEmpty || self.operator == "Exists" else { throw fail("without a key, operator must be Exists") }
        guard KubernetesNames.isLabelValue(value) else { throw fail("value is no value of a taint") }
        guard value.isEmpty || self.operator != "Exists" else { throw fail("with operator Exists there is no value") }
        guard tolerationSeconds == nil || effect == "NoExecute" else {
            throw fail("tolerationSeconds takes the effect NoExecute")
        }
    }

    /// As in a pod's specification.
    var json: JSON {
        var json: JSON = [:]
        let texts = [("key", key), ("operator", self.operator), ("effect", effect), ("value", value)]
        for case (let name, let text?) in texts where !text.isEmpty { json[name] = .string(text) }
        if let tolerationSeconds { json["tolerationSeconds"] = .int(Int64(tolerationSeconds)) }
        return json
    }
}
