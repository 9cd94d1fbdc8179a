import ChaosAPI
import KubernetesAPI

/// The pod that undoes on a node what a lost helper has left there: it needs the node and nothing of the cluster. Pure.
enum RevertPod {
    /// The same for each look at a helper, so that none gets two.
    static func name(for helper: Pod) -> String {
        "\(helper.name.prefix(200))-revert-\(helper.uid.prefix(8).lowercased())"
    }

    /// What runs privileged is the installation's image alone, never one that the helper's pod names.
    /// - Parameters:
    ///   - image: the installation's.
    ///   - namespace: the operator's own, which may have privileged pods where the engine's may not.
    ///   - node: the helper's.
    static func make(
        for helper: Pod, node: String, image: String, namespace: String, platform: PlatformSettings
    ) -> Pod {
        var pod = Pod(name: name(for: helper), namespace: namespace)
        pod.metadata.labels = HelperContract.revertLabels
        pod.metadata.annotations = [HelperContract.helperAnnotation: helper.key.description]
        pod.spec = [
            "restartPolicy": "OnFailure", "nodeName": .string(node), "hostPID": true,
            "priorityClassName": "system-node-critical",
            "automountServiceAccountToken": false, "terminationGracePeriodSeconds": 10,
            "containers": [
                [
                    "name": "revert", "image": .string(image),
                    "imagePullPolicy": .string(platform.imagePullPolicy ?? "IfNotPresent"),
                    // In the journal an order has the name of its pod.
                    "command": ["litmus", "revert", "--lost", "--order", .string(helper.key.description)],
                    "securityContext": ["privileged": true, "runAsUser": 0],
                    "volumeMounts": [["name": "state", "mountPath": .string(HelperContract.stateDirectory)]],
                    "terminationMessagePolicy": "FallbackToLogsOnError",
                ]
            ],
            "volumes": [
                [
                    "name": "state",
                    "hostPath": ["path": .string(HelperContract.stateDirectory), "type": "DirectoryOrCreate"],
                ]
            ],
            "tolerations": [["operator": "Exists"]],
        ]
        platform.complete(&pod, injects: true)
        return pod
    }

    /// The helper that a revert pod is for.
    static func helper(of pod: Pod) -> ObjectKey? {
        let parts = (pod.metadata.annotations[HelperContract.helperAnnotation] ?? "").split(separator: "/")
        return parts.count == 2 ? ObjectKey(namespace: String(parts[0]), name: String(parts[1])) : nil
    }
}
