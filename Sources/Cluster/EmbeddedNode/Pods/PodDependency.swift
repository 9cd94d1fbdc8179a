import KubernetesAPI

/// An object whose content a pod shows to its containers.
struct PodDependency: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case configMap, secret }

    var kind: Kind
    var key: ObjectKey

    /// The ConfigMaps and Secrets that the pod's volumes and environments name.
    static func all(of pod: Pod) -> Set<PodDependency> {
        var found: Set<PodDependency> = []
        func add(_ kind: Kind, _ name: JSON) {
            guard let name = name.string else { return }
            found.insert(PodDependency(kind: kind, key: ObjectKey(namespace: pod.namespace, name: name)))
        }
        for volume in pod.spec["volumes"].array ?? [] {
            add(.configMap, volume["configMap", "name"])
            add(.secret, volume["secret", "secretName"])
            for source in volume["projected", "sources"].array ?? [] {
                add(.configMap, source["configMap", "name"])
                add(.secret, source["secret", "name"])
            }
        }
        for container in pod.containers + pod.initContainers {
            for source in container.json["envFrom"].array ?? [] {
                add(.configMap, source["configMapRef", "name"])
                add(.secret, source["secretRef", "name"])
            }
            for variable in container.json["env"].array ?? [] {
                add(.configMap, variable["valueFrom", "configMapKeyRef", "name"])
                add(.secret, variable["valueFrom", "secretKeyRef", "name"])
            }
        }
        return found
    }
}
