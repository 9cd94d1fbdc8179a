import KubernetesAPI

/// What must hold of a CustomResourceDefinition beside its schemas.
enum CustomResourceValidation {
    static func errors(of crd: JSON) -> [FieldError] {
        let spec = crd["spec"]
        return names(crd, spec) + versions(spec) + scope(spec)
    }

    private static func names(_ crd: JSON, _ spec: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        let group = spec["group"].string ?? ""
        let names = spec["names"]
        let plural = names["plural"].string ?? ""
        let name = crd["metadata", "name"].string ?? ""
        if group.isEmpty {
            errors.append(.required("spec.group"))
        } else if let problem = DNSName.subdomainProblem(group) {
            errors.append(.invalid("spec.group", spec["group"], problem))
        } else if !group.contains(".") {
            errors.append(.invalid("spec.group", spec["group"], "should be a domain with at least one dot"))
        }
        if plural.isEmpty {
            errors.append(.required("spec.names.plural"))
        } else if let problem = DNSName.rfc1035Problem(plural) {
            errors.append(.invalid("spec.names.plural", names["plural"], problem))
        }
        if names["kind"].string?.isEmpty ?? true {
            errors.append(.required("spec.names.kind"))
        } else if let kind = names["kind"].string, let problem = DNSName.rfc1035Problem(kind.lowercased()) {
            errors.append(
                .invalid(
                    "spec.names.kind", names["kind"], "may have mixed case, but should otherwise match: \(problem)"))
        }
        for (index, short) in names["shortNames"].strings.enumerated() {
            if let problem = DNSName.rfc1035Problem(short) {
                errors.append(.invalid("spec.names.shortNames[\(index)]", .string(short), problem))
            }
        }
        if name != "\(plural).\(group)" {
            let detail = "must be spec.names.plural+\".\"+spec.group"
            errors.append(.invalid("metadata.name", .string(name), detail))
        }
        return errors
    }

    private static func versions(_ spec: JSON) -> [FieldError] {
        let versions = spec["versions"].array ?? []
        guard !versions.isEmpty else {
            return [.required("spec.versions", "must have at least one version")]
        }
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, version) in versions.enumerated() {
            let field = "spec.versions[\(index)].name"
            guard let name = version["name"].string, !name.isEmpty else {
                errors.append(.required(field))
                continue
            }
            if let problem = DNSName.rfc1035Problem(name) { errors.append(.invalid(field, version["name"], problem)) }
            if !seen.insert(name).inserted {
                errors.append(.invalid("spec.versions", .string(name), "must contain unique version names"))
            }
        }
        if versions.count(where: { $0["storage"] == true }) != 1 {
            errors.append(.invalid("spec.versions", "", "must have exactly one version marked as storage version"))
        }
        return errors
    }

    private static func scope(_ spec: JSON) -> [FieldError] {
        switch spec["scope"].string {
        case "Namespaced", "Cluster": []
        case nil, "": [.required("spec.scope")]
        default: [.unsupported("spec.scope", spec["scope"], supported: ["Cluster", "Namespaced"])]
        }
    }
}

/// Which of two versions is offered first: stable before beta before alpha, then the higher number.
public enum APIVersionOrder {
    /// Whether `left` comes before `right`; versions of no such form come last, by name.
    public static func precedes(_ left: String, _ right: String) -> Bool {
        guard let leftRank = rank(left) else { return rank(right) == nil && left < right }
        guard let rightRank = rank(right) else { return true }
        return leftRank.lexicographicallyPrecedes(rightRank) { $0 > $1 }
    }

    /// `[stability, major, minor]`, or nil.
    private static func rank(_ version: String) -> [Int]? {
        guard version.first == "v" else { return nil }
        let body = version.dropFirst()
        for (word, stability) in [("alpha", 1), ("beta", 2)] {
            guard let range = body.firstRange(of: word) else { continue }
            guard let major = Int(body[..<range.lowerBound]) else { return nil }
            let minor = body[range.upperBound...]
            return minor.isEmpty ? [stability, major, 0] : Int(minor).map { [stability, major, $0] }
        }
        return Int(body).map { [3, $0, 0] }
    }
}
