import KubernetesAPI

extension Installation {
    /// A file of the printed manifests.
    public struct Part: Sendable, Hashable {
        /// Without its ending.
        public var name: String
        public var objects: [JSON]
    }

    /// Every object, in the order in which they are to be made.
    public var objects: [JSON] { parts.flatMap(\.objects) }

    /// The same in groups; those without objects are left out.
    public var parts: [Part] {
        var parts: [Part] = []
        if makesDefinitions { parts.append(Part(name: "definitions", objects: ChaosCRDs.all.map(definition))) }
        if makesNamespace { parts.append(Part(name: "namespace", objects: [namespaceObject])) }
        if registration != nil { parts.append(Part(name: "registration", objects: registrationObjects)) }
        parts += processes.map { process in
            Part(name: process.name, objects: access(of: process) + [deployment(of: process)])
        }
        if hasNodeAgent { parts.append(Part(name: NodeAgent.name, objects: nodeAgentAccess + [nodeAgentDaemonSet])) }
        return parts
    }

    /// Reverting needs privileged pods in the installation's namespace: those of the node agent, or the revert pods that
    /// the operator starts.
    private var namespaceObject: JSON {
        var object = finished(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]])
        object["metadata", "labels", InstallLabel.podSecurity] = "privileged"
        return object
    }

    /// Definitions are shared by all installations on a cluster, so they bear nobody's labels but Litmus'.
    private func definition(_ object: JSON) -> JSON {
        var object = object
        object["metadata", "labels", InstallLabel.managedBy] = .string(InstallLabel.litmus)
        return object
    }

    /// Adds the labels and annotations that every object bears.
    func finished(_ object: JSON) -> JSON {
        var object = object
        let given = object["metadata", "labels"].stringMap
        object["metadata", "labels"] = JSON(
            labels.merging(given) { $1 }.merging(ownLabels) { $1 })
        let annotations = annotations.merging(object["metadata", "annotations"].stringMap) { $1 }
        if !annotations.isEmpty { object["metadata", "annotations"] = JSON(annotations) }
        return object
    }
}

extension Installation {
    /// A Deployment with its account: one for all components, or one for each.
    struct Process: Sendable, Hashable {
        var name: String
        /// The value of the label `app.kubernetes.io/component`.
        var component: String
        var components: [AgentComponent]
        var podLabels: [String: String] = [:]
        /// Of `litmus agent`.
        var arguments: [String] = []
    }

    /// The name of the Deployment that runs all components.
    public static let agentName = "litmus-agent"

    var processes: [Process] {
        guard isSplit, registration == nil else {
            return [
                Process(
                    name: Self.agentName, component: "agent", components: AgentComponent.all,
                    podLabels: registration == nil ? [:] : AgentRegistration.label)
            ]
        }
        return AgentComponent.all.map {
            Process(
                name: $0.deployment, component: $0.name, components: [$0], podLabels: $0.podLabels,
                arguments: ["--component", $0.name])
        }
    }
}
