import ContainerRuntime
import KubernetesAPI

extension SandboxSpecification {
    init(pod: Pod, configuration: NodeConfiguration) {
        self.init(
            uid: pod.uid, namespace: pod.namespace, name: pod.name, hostname: pod.hostname,
            usesHostNetwork: pod.usesHostNetwork,
            resolvConf: ResolverConfiguration(pod: pod, configuration: configuration).text,
            hostAliases: (pod.spec["hostAliases"].array ?? []).map { alias in
                "\(alias["ip"].string ?? "")\t\(alias["hostnames"].strings.joined(separator: "\t"))"
            })
    }
}

extension Pod {
    /// The host name that the pod's containers see.
    var hostname: String {
        let name = spec["hostname"].string ?? name
        return String(name.prefix(63))
    }

    var usesHostNetwork: Bool { spec["hostNetwork"].bool ?? false }

    var serviceAccountName: String { spec["serviceAccountName"].string ?? "default" }
}
