import KubernetesAPI

/// Rules of services.
enum ServiceValidation {
    static func validate(_ service: JSON) -> [FieldError] {
        let spec = service["spec"]
        var errors = ports(spec)
        let isHeadless = spec["clusterIP"] == "None"
        let type = spec["type"].string ?? "ClusterIP"
        if type == "ExternalName" {
            let name = spec["externalName"].string ?? ""
            if name.isEmpty {
                errors.append(.required("spec.externalName"))
            } else if let problem = DNSName.subdomainProblem(name) {
                errors.append(.invalid("spec.externalName", .string(name), problem))
            }
        } else if (spec["ports"].array ?? []).isEmpty && !isHeadless {
            errors.append(.required("spec.ports"))
        }
        if let address = spec["clusterIP"].string, !address.isEmpty, !isHeadless, !IPAddress.isValid(address) {
            let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
            errors.append(.invalid("spec.clusterIPs[0]", .string(address), detail))
        }
        if isHeadless && (type == "NodePort" || type == "LoadBalancer") {
            errors.append(.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for \(type) services"))
        }
        return errors + BuiltinValidation.labels(spec["selector"], at: FieldPath("spec.selector"))
    }

    private static func ports(_ spec: JSON) -> [FieldError] {
        let ports = spec["ports"].array ?? []
        var errors: [FieldError] = []
        var names: Set<String> = []
        var numbers: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "spec.ports[\(index)]"
            let name = port["name"].string ?? ""
            if name.isEmpty {
                if ports.count > 1 { errors.append(.required("\(path).name")) }
            } else if let problem = DNSName.labelProblem(name) {
                errors.append(.invalid("\(path).name", .string(name), problem))
            } else if !names.insert(name).inserted {
                errors.append(.duplicate("\(path).name", .string(name)))
            }
            let target = port["targetPort"]
            if !target.isNull, let problem = PortRules.portProblem(target) {
                errors.append(.invalid("\(path).targetPort", target, problem))
            }
            if !numbers.insert("\(port["protocol"]):\(port["port"])").inserted {
                let identity: JSON = ["protocol": port["protocol"], "port": port["port"]]
                errors.append(.duplicate(path, identity))
            }
        }
        return errors
    }

    /// The address stays for the life of a service, except on the way from and to ExternalName.
    static func update(old: JSON, new: JSON) -> [FieldError] {
        let before = old["spec", "clusterIP"].string ?? ""
        let after = new["spec", "clusterIP"].string ?? ""
        let isExternal = [old, new].contains { $0["spec", "type"] == "ExternalName" }
        guard !before.isEmpty, before != after, !isExternal else { return [] }
        return [.invalid("spec.clusterIPs[0]", new["spec", "clusterIP"], "may not change once set")]
    }
}
