import KubernetesAPI

/// Security contexts of the platform's pods.
public enum PodSecurity {
    /// The user of the image.
    public static let user: Int64 = 65532

    /// A pod's context that the level `restricted` of the Pod Security Standards accepts.
    /// - Parameter user: of processes, their group and files; nil says none of them.
    public static func restrictedPod(user: Int64?) -> JSON {
        var context: JSON = ["runAsNonRoot": true, "seccompProfile": ["type": "RuntimeDefault"]]
        if let user {
            for field in ["runAsUser", "runAsGroup", "fsGroup"] { context[field] = .int(user) }
        }
        return context
    }

    /// The same for a container.
    public static let restrictedContainer: JSON = [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
    ]

    /// A container that injects: it enters namespaces and cgroups of others. The image's user is not root.
    public static let injector: JSON = ["privileged": true, "runAsUser": 0, "runAsNonRoot": false]
}
