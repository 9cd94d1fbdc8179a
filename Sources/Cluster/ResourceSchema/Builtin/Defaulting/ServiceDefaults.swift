import KubernetesAPI

/// Defaults of services that depend on other fields. The cluster address and node ports are the API server's to give.
enum ServiceDefaults {
    static func apply(_ service: inout JSON) {
        let type = service["spec", "type"].string ?? "ClusterIP"
        service["spec", "ports"].editEach { port in
            let target = port["targetPort"]
            if target.isNull || target == 0 || target == "" { port["targetPort"] = port["port"] }
        }
        if service["spec", "sessionAffinity"] == "ClientIP",
            service["spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"].isNull
        {
            service["spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"] = 10800
        }
        guard type != "ExternalName" else { return }
        if service["spec", "internalTrafficPolicy"].isNull { service["spec", "internalTrafficPolicy"] = "Cluster" }
        if type == "NodePort" || type == "LoadBalancer", service["spec", "externalTrafficPolicy"].isNull {
            service["spec", "externalTrafficPolicy"] = "Cluster"
        }
        if type == "LoadBalancer", service["spec", "allocateLoadBalancerNodePorts"].isNull {
            service["spec", "allocateLoadBalancerNodePorts"] = true
        }
        applyFamilies(&service)
    }

    private static func applyFamilies(_ service: inout JSON) {
        if service["spec", "ipFamilyPolicy"].isNull { service["spec", "ipFamilyPolicy"] = "SingleStack" }
        let address = service["spec", "clusterIP"].string ?? ""
        if service["spec", "ipFamilies"].isNull {
            service["spec", "ipFamilies"] = address.contains(":") ? ["IPv6"] : ["IPv4"]
        }
        if service["spec", "clusterIPs"].isNull && !address.isEmpty {
            service["spec", "clusterIPs"] = [.string(address)]
        } else if address.isEmpty, let first = service["spec", "clusterIPs"].strings.first {
            service["spec", "clusterIP"] = .string(first)
        }
    }
}
