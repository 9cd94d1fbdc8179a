import ChaosAPI
import KubernetesAPI

/// The pod that undoes on a node what a lost helper has left there: it needs the node and nothing of the cluster. Pure.
enum RevertPod {
    /// The same for each look at a helper, so that none gets two.
    static func name(for helper: Pod) -> String {
        "\(helper.name.prefix(200))-revert-\(helper.uid.prefix(8).lowercased())"
    }

    /// - Parameters:
    ///   - namespace: the operator's own, which may have privileged pods where the engine's may not.
    ///   - node: the helper's.
    static func make(for helper: Pod, node: String, namespace: String, platform: PlatformSettings) -> Pod {
        let model = helper.containers.first
        var pod = Pod(name: name(for: helper), namespace: namespace)
        pod.metadata.labels = HelperContract.revertLabels
        pod.metadata.annotations = [HelperContract.helperAnnotation: helper.key.description]
        pod.spec = [
            "restartPolicy": "OnFailure", "nodeName": .string(node), "hostPID": true,
            "priorityClassName": "system-node-critical",
            "automountServiceAccountToken": false, "terminationGracePeriodSeconds": 10,
            "containers": [
                [
                    "name": "revert", "image": .string(platform.image ?? model?.image ?? ""),
                    "imagePullPolicy": .string(
                        platform.imagePullPolicy ?? model?.json["imagePullPolicy"].string ?? "IfNotPresent"),
                    // The names of order and pod are one.
                    "command": ["litmus", "revert", "--lost", "--order", .string(helper.name)],
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
