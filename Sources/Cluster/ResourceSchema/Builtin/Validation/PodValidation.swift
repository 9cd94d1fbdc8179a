import KubernetesAPI

/// Rules of pods and pod templates.
enum PodValidation {
    static func spec(_ spec: JSON, at path: FieldPath) -> [FieldError] {
        var checker = PodSpecChecker(spec: spec, path: path)
        checker.check()
        return checker.errors
    }

    /// A template's labels and pod spec.
    static func template(_ template: JSON, at path: FieldPath, restartPolicies: [String]) -> [FieldError] {
        var errors = BuiltinValidation.labels(
            template["metadata", "labels"], at: path.appending("metadata").appending("labels"))
        let specPath = path.appending("spec")
        errors += spec(template["spec"], at: specPath)
        let policy = template["spec", "restartPolicy"]
        if !policy.isNull, !restartPolicies.contains(policy.string ?? "") {
            let field = specPath.appending("restartPolicy").text
            errors.append(.unsupported(field, policy, supported: restartPolicies))
        }
        return errors
    }

    /// A running pod may only change its images, its deadline (shorter), its grace period once, its tolerations (more)
    /// and its scheduling gates (fewer).
    static func update(old: JSON, new: JSON) -> [FieldError] {
        var comparable = new["spec"]
        let before = old["spec"]
        for list in ["containers", "initContainers"] {
            let images = (before[list].array ?? []).map { $0["image"] }
            for (index, image) in images.enumerated() {
                comparable[list].edit(index) { $0["image"] = image }
            }
            guard before[list].array?.count == comparable[list].array?.count else {
                return [
                    .forbidden("spec.\(list)", "pod updates may not add or remove containers")
                ]
            }
        }
        for field in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"] {
            comparable[field] = before[field]
        }
        // Binding a pod to a node fills in what was empty.
        if before["nodeName"].isNull || before["nodeName"] == "" { comparable["nodeName"] = before["nodeName"] }
        if before["ephemeralContainers"].isNull { comparable["ephemeralContainers"] = .null }
        var errors = tolerations(old: before, new: new["spec"])
        if comparable != before {
            errors.append(
                .forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                        + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions "
                        + "to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
                        + "was previously negative); changed: \(changedFields(before, comparable).joined(separator: ", "))"
                ))
        }
        return errors
    }

    private static func changedFields(_ old: JSON, _ new: JSON) -> [String] {
        let keys = Set((old.object ?? [:]).keys).union((new.object ?? [:]).keys)
        return keys.filter { old[$0] != new[$0] }.sorted().map { "spec.\($0)" }
    }

    private static func tolerations(old: JSON, new: JSON) -> [FieldError] {
        let kept = new["tolerations"].array ?? []
        func identity(_ toleration: JSON) -> JSON {
            var copy = toleration
            copy["tolerationSeconds"] = .null
            return copy
        }
        let identities = Set(kept.map(identity))
        let isMissing = (old["tolerations"].array ?? []).contains { !identities.contains(identity($0)) }
        guard isMissing else { return [] }
        return [.forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]
    }
}

/// One walk over a pod spec.
private struct PodSpecChecker {
    let spec: JSON
    let path: FieldPath
    var errors: [FieldError] = []
    private var containerNames: Set<String> = []

    init(spec: JSON, path: FieldPath) {
        self.spec = spec
        self.path = path
    }

    mutating func check() {
        let volumes = checkVolumes()
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            for (index, container) in (spec[list].array ?? []).enumerated() {
                check(container, at: path.appending(list).appending(index: index), volumes: volumes)
            }
        }
        errors += BuiltinValidation.labels(spec["nodeSelector"], at: path.appending("nodeSelector"))
        for field in ["serviceAccountName", "nodeName", "priorityClassName"] {
            if let name = spec[field].string, !name.isEmpty, let problem = DNSName.subdomainProblem(name) {
                errors.append(.invalid(path.appending(field).text, .string(name), problem))
            }
        }
        for field in ["hostname", "subdomain"] {
            if let name = spec[field].string, !name.isEmpty, let problem = DNSName.labelProblem(name) {
                errors.append(.invalid(path.appending(field).text, .string(name), problem))
            }
        }
    }

    private mutating func checkVolumes() -> Set<String> {
        var names: Set<String> = []
        for (index, volume) in (spec["volumes"].array ?? []).enumerated() {
            let place = path.appending("volumes").appending(index: index)
            let name = volume["name"].string ?? ""
            if name.isEmpty {
                errors.append(.required(place.appending("name").text))
            } else if let problem = DNSName.labelProblem(name) {
                errors.append(.invalid(place.appending("name").text, .string(name), problem))
            } else if !names.insert(name).inserted {
                errors.append(.duplicate(place.appending("name").text, .string(name)))
            }
            let sources = (volume.object ?? [:]).keys.filter { $0 != "name" }.sorted()
            for extra in sources.dropFirst() {
                errors.append(.forbidden(place.appending(extra).text, "may not specify more than 1 volume type"))
            }
        }
        return names
    }

    private mutating func check(_ container: JSON, at place: FieldPath, volumes: Set<String>) {
        checkName(container["name"].string ?? "", at: place.appending("name"))
        let image = container["image"].string ?? ""
        if image.isEmpty {
            errors.append(.required(place.appending("image").text))
        } else if image != String(image.drop { $0 == " " }) || image.last == " " {
            let detail = "must not have leading or trailing whitespace"
            errors.append(.invalid(place.appending("image").text, .string(image), detail))
        }
        checkEnvironment(container, at: place)
        checkMounts(container, at: place, volumes: volumes)
        checkPorts(container, at: place)
        checkResources(container["resources"], at: place.appending("resources"))
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] where !container[probe].isNull {
            check(probe: container[probe], at: place.appending(probe), mustSucceedOnce: probe != "readinessProbe")
        }
    }

    private mutating func checkName(_ name: String, at field: FieldPath) {
        if name.isEmpty {
            errors.append(.required(field.text))
        } else if let problem = DNSName.labelProblem(name) {
            errors.append(.invalid(field.text, .string(name), problem))
        } else if !containerNames.insert(name).inserted {
            errors.append(.duplicate(field.text, .string(name)))
        }
    }

    private mutating func checkEnvironment(_ container: JSON, at place: FieldPath) {
        for (index, variable) in (container["env"].array ?? []).enumerated() {
            let field = place.appending("env").appending(index: index)
            let name = variable["name"].string ?? ""
            if name.isEmpty { errors.append(.required(field.appending("name").text)) }
            if name.contains("=") || name.contains(where: { !$0.isASCII }) {
                errors.append(
                    .invalid(
                        field.appending("name").text, .string(name),
                        "a valid environment variable name must consist only of printable ASCII characters other than '='"
                    ))
            }
            let source = variable["valueFrom"]
            guard !source.isNull else { continue }
            if !(variable["value"].string ?? "").isEmpty {
                let detail = "may not be specified when `value` is not empty"
                errors.append(.invalid(field.appending("valueFrom").text, "", detail))
            }
            if source.object?.count != 1 {
                let detail =
                    "must specify exactly one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
                errors.append(.invalid(field.appending("valueFrom").text, "", detail))
            }
        }
    }

    private mutating func checkMounts(_ container: JSON, at place: FieldPath, volumes: Set<String>) {
        var paths: Set<String> = []
        for (index, mount) in (container["volumeMounts"].array ?? []).enumerated() {
            let field = place.appending("volumeMounts").appending(index: index)
            let name = mount["name"].string ?? ""
            let target = mount["mountPath"].string ?? ""
            if name.isEmpty {
                errors.append(.required(field.appending("name").text))
            } else if !volumes.contains(name) {
                errors.append(
                    FieldError(
                        reason: "FieldValueNotFound", field: field.appending("name").text,
                        detail: "Not found: \(JSON.string(name))"))
            }
            if target.isEmpty {
                errors.append(.required(field.appending("mountPath").text))
            } else if !paths.insert(target).inserted {
                errors.append(.invalid(field.appending("mountPath").text, .string(target), "must be unique"))
            }
        }
    }

    private mutating func checkPorts(_ container: JSON, at place: FieldPath) {
        var names: Set<String> = []
        for (index, port) in (container["ports"].array ?? []).enumerated() {
            guard let name = port["name"].string, !name.isEmpty else { continue }
            let field = place.appending("ports").appending(index: index).appending("name").text
            if let problem = PortRules.nameProblem(name) {
                errors.append(.invalid(field, .string(name), problem))
            } else if !names.insert(name).inserted {
                errors.append(.duplicate(field, .string(name)))
            }
        }
    }

    private mutating func checkResources(_ resources: JSON, at place: FieldPath) {
        for list in ["limits", "requests"] {
            for (name, amount) in (resources[list].object ?? [:]).sorted(by: { $0.key < $1.key }) {
                let field = place.appending(list).appending(key: name).text
                if let quantity = Quantity(amount), quantity.value < 0 {
                    errors.append(.invalid(field, amount, "must be greater than or equal to 0"))
                }
                guard list == "requests", let limit = Quantity(resources["limits"][name]),
                    let request = Quantity(amount), request.value > limit.value
                else { continue }
                let detail = "must be less than or equal to \(name) limit of \(limit)"
                errors.append(.invalid(place.appending("requests").text, amount, detail))
            }
        }
    }

    private mutating func check(probe: JSON, at place: FieldPath, mustSucceedOnce: Bool) {
        let handlers = ["exec", "grpc", "httpGet", "tcpSocket"].filter { !probe[$0].isNull }
        if handlers.isEmpty { errors.append(.required(place.text, "must specify a handler type")) }
        for extra in handlers.dropFirst() {
            errors.append(.forbidden(place.appending(extra).text, "may not specify more than 1 handler type"))
        }
        if mustSucceedOnce, let count = probe["successThreshold"].int, count != 1 {
            errors.append(.invalid(place.appending("successThreshold").text, probe["successThreshold"], "must be 1"))
        }
        for handler in ["httpGet", "tcpSocket"] where !probe[handler].isNull {
            let port = probe[handler]["port"]
            if let problem = PortRules.portProblem(port) {
                errors.append(.invalid(place.appending(handler).appending("port").text, port, problem))
            }
        }
        if !probe["exec"].isNull, probe["exec", "command"].strings.isEmpty {
            errors.append(.required(place.appending("exec").appending("command").text))
        }
    }
}

/// Numbers and names of ports.
enum PortRules {
    /// - Parameter port: a number or a port's name.
    static func portProblem(_ port: JSON) -> String? {
        if let number = port.int {
            return (1...65535).contains(number) ? nil : "must be between 1 and 65535, inclusive"
        }
        return nameProblem(port.string ?? "")
    }

    /// An IANA service name: at most 15 of lower-case letters, digits and `-`, with at least one letter.
    static func nameProblem(_ name: String) -> String? {
        if name.isEmpty { return "must not be empty" }
        if name.utf8.count > 15 { return "must be no more than 15 characters" }
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
        if !isPlain { return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)" }
        if !name.contains(where: \.isLetter) { return "must contain at least one letter (a-z)" }
        if name.contains("--") { return "must not contain consecutive hyphens" }
        if name.hasPrefix("-") || name.hasSuffix("-") { return "must not begin or end with a hyphen" }
        return nil
    }
}
