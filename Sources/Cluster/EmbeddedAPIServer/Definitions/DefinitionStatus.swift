import KubernetesAPI
import ResourceSchema

/// The status of a CustomResourceDefinition: whether its names are free, and whether it is served.
enum DefinitionStatus {
    static func isTrue(_ type: String, of definition: JSON) -> Bool {
        (definition["status", "conditions"].array ?? []).contains {
            $0["type"].string == type && $0["status"] == "True"
        }
    }

    /// The definition with its status computed.
    /// - Parameter others: the other definitions of the cluster.
    static func complete(_ definition: JSON, others: [JSON], now: Timestamp) -> JSON {
        var result = definition
        let names = definition["spec", "names"]
        let conflict = conflict(definition, others: others)
        let accepted = condition(
            "NamesAccepted", conflict == nil, reason: conflict?.reason ?? "NoConflicts",
            message: conflict?.message ?? "no conflicts found")
        let established = condition(
            "Established", conflict == nil, reason: conflict == nil ? "InitialNamesAccepted" : "NotAccepted",
            message: conflict == nil ? "the initial names have been accepted" : "not all names are accepted")
        for condition in [accepted, established] { set(condition, in: &result, now: now) }
        if conflict == nil { result["status", "acceptedNames"] = names }
        if result["status", "acceptedNames"].isNull { result["status", "acceptedNames"] = ["plural": "", "kind": ""] }
        let stored = result["status", "storedVersions"].strings
        if let version = CustomResourceParser.storageVersion(of: definition), !stored.contains(version) {
            result["status", "storedVersions"] = JSON(stored + [version])
        }
        return result
    }

    /// Marks the definition as going away with all its objects.
    static func terminating(_ definition: JSON, now: Timestamp) -> JSON {
        var result = definition
        let text = "CustomResource deletion is in progress"
        set(condition("Terminating", true, reason: "InstanceDeletionInProgress", message: text), in: &result, now: now)
        return result
    }

    private static func condition(_ type: String, _ isTrue: Bool, reason: String, message: String) -> JSON {
        [
            "type": .string(type), "status": isTrue ? "True" : "False", "reason": .string(reason),
            "message": .string(message),
        ]
    }

    private static func set(_ condition: JSON, in definition: inout JSON, now: Timestamp) {
        var conditions = definition["status", "conditions"].array ?? []
        var condition = condition
        let index = conditions.firstIndex { $0["type"] == condition["type"] }
        let old = index.map { conditions[$0] }
        let isSame = old?["status"] == condition["status"]
        condition["lastTransitionTime"] =
            isSame ? old?["lastTransitionTime"] ?? .string(now.description) : .string(now.description)
        if let index { conditions[index] = condition } else { conditions.append(condition) }
        definition["status", "conditions"] = .array(conditions)
    }

    private static func conflict(_ definition: JSON, others: [JSON]) -> (reason: String, message: String)? {
        let group = definition["spec", "group"]
        let taken = others.filter {
            $0["spec", "group"] == group && $0["metadata", "name"] != definition["metadata", "name"]
                && isTrue("NamesAccepted", of: $0)
        }.map { $0["status", "acceptedNames"] }
        let names = definition["spec", "names"]
        func words(_ names: JSON) -> [String] {
            [names["plural"].string, names["singular"].string].compactMap(\.self).filter { !$0.isEmpty }
                + names["shortNames"].strings
        }
        let takenWords = Set(taken.flatMap(words))
        let takenKinds = Set(taken.flatMap { [$0["kind"].string ?? "", $0["listKind"].string ?? ""] })
        let checks: [(String, [String], Set<String>)] = [
            ("PluralConflict", [names["plural"].string ?? ""], takenWords),
            ("SingularConflict", [names["singular"].string ?? ""], takenWords),
            ("ShortNamesConflict", names["shortNames"].strings, takenWords),
            ("KindConflict", [names["kind"].string ?? ""], takenKinds),
            ("ListKindConflict", [names["listKind"].string ?? ""], takenKinds),
        ]
        for (reason, wanted, taken) in checks {
            if let word = wanted.first(where: { !$0.isEmpty && taken.contains($0) }) {
                return (reason, "\"\(word)\" is already in use")
            }
        }
        return nil
    }
}
