import KubernetesAPI

extension FaultDescription {
    /// The image that the manifests of Litmus name.
    public static let defaultImage = "litmuschaos.docker.scarf.sh/litmuschaos/go-runner:latest"
    /// The image of helpers where no manifest names one.
    public static let defaultHelperImage = "litmuschaos/go-runner:latest"

    /// The fault's ChaosExperiment, as the hub has it.
    /// - Parameter namespace: nil leaves it to whoever applies the manifest.
    public func manifest(image: String = Self.defaultImage, namespace: String? = nil) -> JSON {
        var jobLabels = labels(component: "experiment-job")
        for usage in usages { jobLabels["app.kubernetes.io/\(usage.rawValue)"] = "true" }
        var metadata: JSON = ["name": .string(name), "labels": labels(component: "chaosexperiment")]
        if let namespace { metadata["namespace"] = .string(namespace) }
        return [
            "apiVersion": "litmuschaos.io/v1alpha1",
            "kind": "ChaosExperiment",
            "description": ["message": .string(summary + "\n")],
            "metadata": metadata,
            "spec": [
                "definition": [
                    "scope": .string(scope.rawValue),
                    "permissions": .array(permissions.map(\.json)),
                    "image": .string(image),
                    "imagePullPolicy": "Always",
                    "args": ["-c", .string("./experiments -name \(name)")],
                    "command": ["/bin/bash"],
                    "env": .array(environment),
                    "labels": jobLabels,
                ]
            ],
        ]
    }

    private func labels(component: String) -> JSON {
        [
            "name": .string(name), "app.kubernetes.io/part-of": "litmus",
            "app.kubernetes.io/component": .string(component), "app.kubernetes.io/version": "ci",
        ]
    }
}
