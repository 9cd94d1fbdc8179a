import KubernetesAPI

/// The pods and claims of a stateful set, with their lasting names.
enum StatefulSetPod {
    static func name(_ set: StatefulSet, _ ordinal: Int) -> String { "\(set.name)-\(ordinal)" }

    static func pod(_ set: StatefulSet, template: JSON, ordinal: Int, revision: String) -> Pod {
        let name = name(set, ordinal)
        var pod = PodTemplate.pod(
            template, owner: set, name: name,
            labels: [
                "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": String(ordinal),
                StatefulSetStep.revisionLabel: revision,
            ])
        pod.spec["hostname"] = .string(name)
        pod.spec["subdomain"] = set.json["spec", "serviceName"]
        let claims = claims(set, ordinal: ordinal)
        if !claims.isEmpty {
            let names = claims.map(\.template)
            var volumes = (pod.spec["volumes"].array ?? []).filter { !names.contains($0["name"].string ?? "") }
            volumes += claims.map {
                ["name": .string($0.template), "persistentVolumeClaim": ["claimName": .string($0.claim.name)]]
            }
            pod.spec["volumes"] = .array(volumes)
        }
        return pod
    }

    /// One claim for each of `volumeClaimTemplates`. They have no owner: data outlives the set.
    static func claims(_ set: StatefulSet, ordinal: Int) -> [(template: String, claim: PersistentVolumeClaim)] {
        (set.json["spec", "volumeClaimTemplates"].array ?? []).map { json in
            let meta = ObjectMeta(json: json["metadata"])
            var claim = PersistentVolumeClaim(name: "\(meta.name)-\(name(set, ordinal))", namespace: set.namespace)
            let selected = set.json["spec", "selector", "matchLabels"].stringMap
            claim.metadata.labels = meta.labels.merging(selected) { $1 }
            claim.metadata.annotations = meta.annotations
            claim.json["spec"] = json["spec"]
            return (meta.name, claim)
        }
    }
}
