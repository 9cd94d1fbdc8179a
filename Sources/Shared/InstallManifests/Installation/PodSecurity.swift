import KubernetesAPI

/// Security contexts of the platform's pods.
public enum PodSecurity {
    /// The user of the image.
    public static let user: Int64 = 65532

    /// A pod's context that the level `restricted` of the Pod Security Standards accepts.
    public static let restrictedPod: JSON = [
        "runAsNonRoot": true, "runAsUser": .int(user), "runAsGroup": .int(user), "fsGroup": .int(user),
        "seccompProfile": ["type": "RuntimeDefault"],
    ]

    /// The same for a container.
    public static let restrictedContainer: JSON = [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
    ]

    /// A container that injects: it enters namespaces and cgroups of others. The image's user is not root.
    public static let injector: JSON = ["privileged": true, "runAsUser": 0, "runAsNonRoot": false]
}
