import KubernetesAPI

/// Gives a new pod its service account and the token that its containers find (admission plugin `ServiceAccount`). Pure.
struct PodAdmission {
    static let mountPath = "/var/run/secrets/kubernetes.io/serviceaccount"
    /// Asked for a little more than an hour, so that the token's refresh falls well before its end. Seconds.
    static let tokenLifetime: Int64 = 3607

    /// The account, or nil when there is none of that name.
    let serviceAccount: (_ name: String) -> JSON?

    /// - Throws: `Status` 403 when the service account does not exist.
    func admit(_ pod: JSON) throws -> JSON {
        var pod = pod
        // A static pod's copy: no account is behind it.
        guard pod["metadata", "annotations", "kubernetes.io/config.mirror"].isNull else { return pod }
        let given = pod["spec", "serviceAccountName"].string ?? pod["spec", "serviceAccount"].string ?? ""
        let name = given.isEmpty ? "default" : given
        pod["spec", "serviceAccountName"] = .string(name)
        pod["spec", "serviceAccount"] = .string(name)
        guard let account = serviceAccount(name) else {
            let meta = ObjectMeta(json: pod["metadata"])
            throw Status.forbidden(
                Pod.type.gvr, name: meta.name,
                "error looking up service account \(meta.namespace)/\(name): serviceaccount \"\(name)\" not found")
        }
        if pod["spec", "imagePullSecrets"].array?.isEmpty ?? true, account["imagePullSecrets"].array != nil {
            pod["spec", "imagePullSecrets"] = account["imagePullSecrets"]
        }
        let mounts = pod["spec", "automountServiceAccountToken"].bool ?? account["automountServiceAccountToken"].bool
        if mounts ?? true { mountToken(in: &pod) }
        return pod
    }

    private func mountToken(in pod: inout JSON) {
        let name = "kube-api-access-" + GeneratedName.suffix()
        var isMounted = false
        for list in ["initContainers", "containers"] {
            guard var containers = pod["spec", list].array else { continue }
            for index in containers.indices {
                var mounts = containers[index]["volumeMounts"].array ?? []
                guard !mounts.contains(where: { $0["mountPath"].string == Self.mountPath }) else { continue }
                mounts.append(["name": .string(name), "readOnly": true, "mountPath": .string(Self.mountPath)])
                containers[index]["volumeMounts"] = .array(mounts)
                isMounted = true
            }
            pod["spec", list] = .array(containers)
        }
        guard isMounted else { return }
        pod["spec", "volumes"] = .array((pod["spec", "volumes"].array ?? []) + [Self.volume(name)])
    }

    private static func volume(_ name: String) -> JSON {
        let namespace: JSON = [
            "path": "namespace", "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"],
        ]
        return [
            "name": .string(name),
            "projected": [
                "defaultMode": 420,
                "sources": [
                    ["serviceAccountToken": ["expirationSeconds": .int(tokenLifetime), "path": "token"]],
                    [
                        "configMap": [
                            "name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]],
                        ]
                    ],
                    ["downwardAPI": ["items": [namespace]]],
                ],
            ],
        ]
    }
}
