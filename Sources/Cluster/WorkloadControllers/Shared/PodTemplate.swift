import KubernetesAPI

/// Pods made from a controller's `spec.template`.
enum PodTemplate {
    /// A pod of `template` controlled by `owner`, named by the server after `prefix`.
    static func pod(
        _ template: JSON, owner: some Resource, prefix: String? = nil, name: String? = nil,
        labels: [String: String] = [:]
    ) -> Pod {
        var pod = Pod(name: name ?? "", namespace: owner.namespace)
        if name == nil { pod.metadata.generateName = generateName(prefix ?? owner.name) }
        let meta = ObjectMeta(json: template["metadata"])
        pod.metadata.labels = meta.labels.merging(labels) { $1 }
        pod.metadata.annotations = meta.annotations
        pod.metadata.finalizers = meta.finalizers
        pod.metadata.ownerReferences = [OwnerReference(to: owner)]
        pod.spec = template["spec"]
        return pod
    }

    /// Room for the five letters that the server adds, within the 63 of a host name.
    private static func generateName(_ prefix: String) -> String { "\(prefix.prefix(57))-" }

    /// A short word that differs where templates differ, from letters that make no words.
    static func hash(_ template: JSON, collisionCount: Int = 0) -> String {
        var bytes = template.encoded()
        if collisionCount > 0 { bytes += String(collisionCount).utf8 }
        return word(fnv(bytes))
    }

    /// Ten letters or fewer for a number.
    static func word(_ hash: UInt32) -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(String(hash).utf8.map { letters[Int($0) % letters.count] })
    }

    /// FNV-1a, 32 bits.
    static func fnv(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
