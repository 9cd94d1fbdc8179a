import ContainerRuntime
import ControllerRuntime
import KubernetesAPI
import Logging

/// Keeps the Node object as this machine is, and its Lease fresh.
struct NodeRegistration: Sendable {
    static let leaseNamespace = "kube-node-lease"

    let context: NodeContext

    /// Runs until the task is cancelled.
    func run() async {
        var backoff = Backoff(base: .milliseconds(50), limit: .seconds(5))
        while !Task.isCancelled {
            do {
                try await register()
                try await renewLease()
                backoff.reset()
                try await context.time.sleep(context.configuration.leaseRenewal)
            } catch is CancellationError {
                return
            } catch {
                context.logger.warning("node not registered, trying again", metadata: ["error": "\(error)"])
                guard (try? await context.time.sleep(backoff.next())) != nil else { return }
            }
        }
    }

    /// Creates the Node or sets what is not as it should be; labels of others stay.
    private func register() async throws {
        let wanted = node
        guard let present = try await context.client.find(Node.self, name: wanted.name) else {
            let created = try await context.client.create(wanted)
            try await setStatus(created)
            return
        }
        let labels = present.metadata.labels.merging(wanted.metadata.labels) { $1 }
        if labels != present.metadata.labels {
            _ = try await context.client.patch(
                Node.self, name: wanted.name, .merge(["metadata": ["labels": JSON(labels)]]))
        }
        try await setStatus(present)
    }

    private func setStatus(_ present: Node) async throws {
        let status = status(present: present.json["status"])
        guard status != present.json["status"] else { return }
        _ = try await context.client.patch(
            Node.self, name: present.name, subresource: "status", .merge(["status": status]),
            options: WriteOptions(fieldManager: "kubelet"))
    }

    var node: Node {
        let name = context.configuration.nodeName
        var node = Node(name: name)
        node.metadata.labels = [
            "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
            "kubernetes.io/arch": NodeFacts.architecture, "beta.kubernetes.io/os": "linux",
            "beta.kubernetes.io/arch": NodeFacts.architecture, "node-role.kubernetes.io/control-plane": "",
        ]
        if let network = context.configuration.podCIDR {
            node.json["spec"] = ["podCIDR": .string(network), "podCIDRs": .array([.string(network)])]
        }
        return node
    }

    /// - Parameter present: gives the conditions their transition times.
    private func status(present: JSON) -> JSON {
        let configuration = context.configuration
        let capacity = configuration.capacity ?? NodeFacts.capacity()
        let resources: JSON = [
            "cpu": .string(String(capacity.cores)), "memory": .string("\(capacity.memoryBytes / 1024)Ki"),
            "pods": .string(String(capacity.pods)),
        ]
        var status = present.isNull ? JSON.object([:]) : present
        status["capacity"] = resources
        status["allocatable"] = resources
        status["addresses"] = [
            ["type": "InternalIP", "address": .string(configuration.hostAddress)],
            ["type": "Hostname", "address": .string(configuration.nodeName)],
        ]
        status["nodeInfo"] = NodeFacts.nodeInfo(runtime: context.runtime.name)
        status["conditions"] = .array(conditions(present: present["conditions"].array ?? []))
        return status
    }

    private func conditions(present: [JSON]) -> [JSON] {
        let wanted: [(type: String, status: JSON, reason: JSON, message: JSON)] = [
            ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ]
        let now = JSON.string(context.time.wallClock().description)
        let own = wanted.map { condition -> JSON in
            let before = present.first { $0["type"].string == condition.type && $0["status"] == condition.status }
            return before ?? [
                "type": .string(condition.type), "status": condition.status, "reason": condition.reason,
                "message": condition.message, "lastHeartbeatTime": now, "lastTransitionTime": now,
            ]
        }
        let types = Set(wanted.map(\.type))
        return own + present.filter { !types.contains($0["type"].string ?? "") }
    }

    private func renewLease() async throws {
        let name = context.configuration.nodeName
        let now = JSON.string(context.time.wallClock().microTime)
        do {
            _ = try await context.client.patch(
                Lease.self, namespace: Self.leaseNamespace, name: name, .merge(["spec": ["renewTime": now]]))
        } catch let status as Status where status.isNotFound {
            var lease = Lease(name: name, namespace: Self.leaseNamespace)
            lease.json["spec"] = [
                "holderIdentity": .string(name), "leaseDurationSeconds": 40, "renewTime": now,
            ]
            try await createNamespace()
            _ = try await context.client.create(lease)
        }
    }

    private func createNamespace() async throws {
        do {
            _ = try await context.client.create(Namespace(name: Self.leaseNamespace))
        } catch let status as Status where status.isAlreadyExists {}
    }
}
