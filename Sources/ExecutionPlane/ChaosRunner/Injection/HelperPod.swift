import ChaosAPI
import Faults
import Injection
import KubernetesAPI

/// The pod that carries out an order on its targets' node: privileged, with the node's process table and journal. Pure.
struct HelperPod: Sendable {
    let experiment: String
    let namespace: String
    let engine: ChaosEngine?
    /// The pod that asks for the helper; nil outside of a cluster.
    let parent: Pod?
    let settings: HelperSettings
    var platform = PlatformSettings()
    /// Value of the label that the helpers of one experiment's run share, and what their names begin with.
    let group: String

    /// What the names of an experiment's helpers begin with, short enough for a label's 63 bytes with a suffix behind it.
    static func prefix(experiment: String) -> String { "\(experiment.prefix(49))-helper-" }

    /// - Parameter order: its id becomes the pod's name.
    func make(for order: InjectionOrder, node: String) throws -> Pod {
        var pod = Pod(name: order.id, namespace: namespace)
        pod.metadata.labels = labels
        if settings.copiesExperimentPod, let parent {
            pod.metadata.annotations = parent.metadata.annotations.filter { !$0.key.contains("kubernetes.io/") }
        }
        // The parent's deletion takes the helper along; a controller reference would need a permission more.
        if let parent { pod.metadata.ownerReferences = [OwnerReference(to: parent, controller: false)] }
        if isKept { pod.metadata.finalizers = [HelperContract.finalizer] }
        if platform.injection == .nodeAgent {
            pod.metadata.labels[HelperContract.nodeLabel] = HelperContract.nodeLabelValue(node)
            pod.metadata.annotations[HelperContract.nodeAnnotation] = node
            pod.spec = agentSpec(try container(order))
        } else {
            pod.spec = privilegedSpec(try container(order), node: node)
        }
        let account =
            settings.serviceAccount.isEmpty ? parentField("serviceAccountName") : .string(settings.serviceAccount)
        if !account.isNull { pod.spec["serviceAccountName"] = account }
        if settings.copiesExperimentPod, !parentField("imagePullSecrets").isNull {
            pod.spec["imagePullSecrets"] = parentField("imagePullSecrets")
        }
        platform.complete(&pod, injects: true)
        return pod
    }

    /// Whether the pod stays until what it injected is known to be undone. Without an engine no operator would let it go.
    private var isKept: Bool { platform.injection != .watchedHelper && engine != nil }

    private func privilegedSpec(_ container: JSON, node: String) -> JSON {
        var container = container
        container["securityContext"] = ["privileged": true, "runAsUser": 0]
        container["volumeMounts"] = [["name": "state", "mountPath": .string(HelperContract.stateDirectory)]]
        return [
            "restartPolicy": "Never", "nodeName": .string(node), "hostPID": true,
            "terminationGracePeriodSeconds": .int(Int64(gracePeriodSeconds)), "containers": [container],
            "volumes": [
                [
                    "name": "state",
                    "hostPath": ["path": .string(HelperContract.stateDirectory), "type": "DirectoryOrCreate"],
                ]
            ],
            // A node in trouble is where chaos is.
            "tolerations": [["operator": "Exists"]],
        ]
    }

    /// An order for a node agent: no scheduler takes the pod and nothing is started, so it asks for no privilege.
    private func agentSpec(_ container: JSON) -> JSON {
        var container = container
        container["securityContext"] = [
            "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]], "readOnlyRootFilesystem": true,
        ]
        container["resources"] = .null
        return [
            "restartPolicy": "Never", "schedulerName": .string(HelperContract.nodeAgentScheduler),
            "terminationGracePeriodSeconds": .int(Int64(gracePeriodSeconds)), "automountServiceAccountToken": false,
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65534, "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "containers": [container],
        ]
    }

    /// Litmus gives helpers no time at all unless the engine says how much; undoing takes some.
    var gracePeriodSeconds: Int {
        settings.terminationGracePeriodSeconds > 0 ? settings.terminationGracePeriodSeconds : 30
    }

    private func parentField(_ name: String) -> JSON { parent?.spec[name] ?? .null }

    private var labels: [String: String] {
        // Those of the job would make the helper one of its pods.
        var labels = (parent?.metadata.labels ?? [:]).filter {
            !$0.key.hasSuffix("job-name") && !$0.key.hasSuffix("controller-uid")
        }
        if let engine { labels[ChaosLabel.engineUID] = engine.uid }
        labels[HelperContract.groupLabel] = group
        return labels.merging(HelperContract.labels) { $1 }
    }

    /// The image that runs here already knows orders; an image of Litmus that a hub's manifest names may not.
    private var image: String {
        if isForeign { return settings.image }
        return platform.image ?? experimentContainer?.image ?? "litmuschaos/chaos-runner:latest"
    }

    private var isForeign: Bool { !settings.image.isEmpty && !LitmusImage.runsExperiments(settings.image) }

    /// The manifest's policy is for the manifest's image.
    private var imagePullPolicy: String {
        guard !isForeign, platform.image != nil else { return settings.imagePullPolicy.rawValue }
        return platform.imagePullPolicy ?? HelperSettings.PullPolicy.ifNotPresent.rawValue
    }

    /// A Job's container is named after the experiment; in a runner's pod it is the first.
    private var experimentContainer: Container? {
        parent?.containers.first { $0.name.contains(experiment) } ?? parent?.containers.first
    }

    private func container(_ order: InjectionOrder) throws -> JSON {
        var container: JSON = [
            "name": .string(experiment), "image": .string(image),
            "imagePullPolicy": .string(imagePullPolicy),
            "command": ["litmus", "inject"],
            "env": [
                ["name": .string(HelperContract.orderVariable), "value": .string(try order.variable)],
                ["name": "CHAOS_NAMESPACE", "value": .string(namespace)],
                ["name": "EXPERIMENT_NAME", "value": .string(experiment)],
                ["name": "CHAOSENGINE", "value": .string(engine?.name ?? "")],
                ["name": "CHAOS_UID", "value": .string(engine?.uid ?? "")],
                ["name": "POD_NAME", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
            ],
            "terminationMessagePolicy": "FallbackToLogsOnError",
        ]
        let resources = experimentContainer?.json["resources"] ?? .null
        if settings.copiesExperimentPod, !resources.isNull { container["resources"] = resources }
        return container
    }
}
