import ChaosAPI
import KubernetesAPI

/// Ports of `litmus agent`.
public enum AgentPort {
    /// `/metrics`.
    public static let metrics = 8080
    /// `/healthz` and `/readyz`.
    public static let health = 8081
}

extension Installation {
    func deployment(of process: Process) -> JSON {
        let selector = selector(component: process.component)
        var spec = podSpec(account: accountName(of: process), container: agentContainer(process))
        spec["securityContext"] = PodSecurity.restrictedPod(user: user)
        spec["nodeSelector"] = JSON(Self.onLinux.merging(nodeSelector) { $1 })
        if !tolerations.isEmpty { spec["tolerations"] = .array(tolerations) }
        spec["volumes"] = [["name": "tmp", "emptyDir": [:]]]
        if replicas > 1 { spec["affinity"] = apart(selector) }
        return finished([
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": workloadMetadata(
                process.name, component: process.component, registration == nil ? [:] : AgentRegistration.label),
            "spec": [
                "replicas": .int(Int64(replicas)), "selector": ["matchLabels": JSON(selector)],
                "template": template(process.podLabels, component: process.component, spec),
            ],
        ])
    }

    var nodeAgentDaemonSet: JSON {
        let component = "node-agent"
        var environment = [
            Self.field("NODE_NAME", "spec.nodeName"), Self.field("POD_NAME", "metadata.name"),
            Self.field("POD_NAMESPACE", "metadata.namespace"),
        ]
        if scope == .namespace { environment.append(Self.field("WATCH_NAMESPACE", "metadata.namespace")) }
        let container: JSON = [
            "name": "node-agent", "image": .string(image), "command": ["litmus", "node-agent"],
            "env": .array(environment),
            "resources": Footprint.nodeAgent, "securityContext": PodSecurity.injector,
            "volumeMounts": [["name": "state", "mountPath": .string(NodeAgent.stateDirectory)]],
        ]
        var spec = podSpec(account: NodeAgent.name, container: container)
        spec["hostPID"] = true
        spec["priorityClassName"] = "system-node-critical"
        spec["nodeSelector"] = JSON(Self.onLinux)
        spec["tolerations"] = [["operator": "Exists"]]
        spec["volumes"] = [
            [
                "name": "state",
                "hostPath": ["path": .string(NodeAgent.stateDirectory), "type": "DirectoryOrCreate"],
            ]
        ]
        return finished([
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": workloadMetadata(NodeAgent.name, component: component),
            "spec": [
                "selector": ["matchLabels": JSON(selector(component: component))],
                // All at once: nodes do not wait for each other.
                "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": "100%"]],
                "template": template([:], component: component, spec),
            ],
        ])
    }

    private func agentContainer(_ process: Process) -> JSON {
        var container: JSON = [
            "name": .string(process.component), "image": .string(image),
            "command": ["litmus", "agent"],
            "env": .array(agentEnvironment),
            "ports": [
                ["name": "metrics", "containerPort": .int(Int64(AgentPort.metrics)), "protocol": "TCP"],
                ["name": "health", "containerPort": .int(Int64(AgentPort.health)), "protocol": "TCP"],
            ],
            "livenessProbe": Self.probe("/healthz", period: 10),
            "readinessProbe": Self.probe("/readyz", period: 2),
            "resources": Footprint.agent, "securityContext": PodSecurity.restrictedContainer,
            "volumeMounts": [["name": "tmp", "mountPath": "/tmp"]],
        ]
        if registration != nil { container["envFrom"] = Self.registrationSources }
        if !process.arguments.isEmpty { container["args"] = JSON(process.arguments) }
        return container
    }

    private var agentEnvironment: [JSON] {
        var environment = [
            Self.field("POD_NAME", "metadata.name"), Self.field("POD_NAMESPACE", "metadata.namespace"),
            ["name": "CHAOS_RUNNER_IMAGE", "value": .string(image)],
        ]
        if scope == .namespace { environment.append(Self.field("WATCH_NAMESPACE", "metadata.namespace")) }
        if registration != nil { environment.append(Self.field("INFRA_NAMESPACE", "metadata.namespace")) }
        if let value = platform.variableValue {
            environment.append(["name": .string(PlatformSettings.variable), "value": .string(value)])
        }
        return environment
    }

    private func podSpec(account: String, container: JSON) -> JSON {
        var container = container
        if let imagePullPolicy { container["imagePullPolicy"] = .string(imagePullPolicy) }
        var spec: JSON = [
            "serviceAccountName": .string(account), "terminationGracePeriodSeconds": 10, "containers": [container],
        ]
        if !imagePullSecrets.isEmpty {
            spec["imagePullSecrets"] = .array(imagePullSecrets.map { ["name": .string($0)] })
        }
        return spec
    }

    private func template(_ podLabels: [String: String], component: String, _ spec: JSON) -> JSON {
        let own = ownLabels.merging(selector(component: component)) { $1 }
        var metadata: JSON = ["labels": JSON(labels.merging(podLabels) { $1 }.merging(own) { $1 })]
        if !annotations.isEmpty { metadata["annotations"] = JSON(annotations) }
        return ["metadata": metadata, "spec": spec]
    }

    private func workloadMetadata(_ name: String, component: String, _ labels: [String: String] = [:]) -> JSON {
        var metadata = metadata(name)
        metadata["labels"] = JSON(labels.merging([InstallLabel.component: component]) { $1 })
        return metadata
    }

    /// Replicas on different nodes, where there are enough.
    private func apart(_ selector: [String: String]) -> JSON {
        [
            "podAntiAffinity": [
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    [
                        "weight": 100,
                        "podAffinityTerm": [
                            "topologyKey": "kubernetes.io/hostname", "labelSelector": ["matchLabels": JSON(selector)],
                        ],
                    ]
                ]
            ]
        ]
    }

    private static func field(_ name: String, _ path: String) -> JSON {
        ["name": .string(name), "valueFrom": ["fieldRef": ["fieldPath": .string(path)]]]
    }

    private static func probe(_ path: String, period: Int64) -> JSON {
        ["httpGet": ["path": .string(path), "port": "health"], "periodSeconds": .int(period)]
    }
}
