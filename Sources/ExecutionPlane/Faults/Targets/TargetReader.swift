import ChaosAPI
import KubernetesAPI

/// Reads from the cluster what a selection chooses from: everything at once, so that it costs one round trip.
public struct TargetReader: Sendable {
    private let client: any APIClient

    public init(client: any APIClient) { self.client = client }

    /// - Throws: `FaultError` that names a missing permission, or the API's own error.
    public func candidates(for selection: TargetSelection) async throws -> TargetSelection.Candidates {
        try selection.candidates(in: try await view(for: selection))
    }

    /// The pods that a selection is about, with what tells their owners.
    public func view(for selection: TargetSelection) async throws -> ClusterView {
        async let nodes = nodes(selection)
        async let replicaSets = replicaSets(selection)
        let pods = try await pods(selection)
        var view = ClusterView(pods: pods, replicaSets: try await replicaSets, nodes: try await nodes)
        let isControlled = pods.contains { $0.metadata.controller?.kind == "ReplicationController" }
        if isControlled { view.replicationControllers = try await replicationControllers(selection) }
        return view
    }

    private func pods(_ selection: TargetSelection) async throws -> [Pod] {
        if !selection.podNames.isEmpty {
            return try await named(selection.podNames, namespace: selection.podNamespace)
        }
        return try await withThrowingTaskGroup(of: [Pod].self) { group in
            for app in Set(selection.apps) {
                let labels = try app.labelSelector() ?? .everything
                group.addTask {
                    try await allowed("list pods", in: app.namespace) {
                        try await client.list(Pod.self, namespace: app.namespace, labels: labels)
                    }
                }
            }
            var pods: [String: Pod] = [:]
            for try await list in group { for pod in list { pods[pod.uid] = pod } }
            return Array(pods.values)
        }
    }

    private func named(_ names: [String], namespace: String) async throws -> [Pod] {
        try await withThrowingTaskGroup(of: Pod?.self) { group in
            for name in Set(names) {
                group.addTask {
                    try await allowed("get pods", in: namespace) {
                        try await client.find(Pod.self, namespace: namespace, name: name)
                    }
                }
            }
            var pods: [Pod] = []
            for try await pod in group { if let pod { pods.append(pod) } }
            return pods
        }
    }

    private func namespaces(_ selection: TargetSelection) -> Set<String> {
        selection.podNames.isEmpty ? Set(selection.apps.map(\.namespace)) : [selection.podNamespace]
    }

    private func replicaSets(_ selection: TargetSelection) async throws -> [ReplicaSet] {
        var found: [ReplicaSet] = []
        for namespace in namespaces(selection) {
            found += try await allowed("list replicasets.apps", in: namespace) {
                try await client.list(ReplicaSet.self, namespace: namespace)
            }
        }
        return found
    }

    private func replicationControllers(_ selection: TargetSelection) async throws -> [JSON] {
        let type = GroupVersionResource(group: "", version: "v1", resource: "replicationcontrollers")
        var found: [JSON] = []
        for namespace in namespaces(selection) {
            found += try await allowed("list replicationcontrollers", in: namespace) {
                try await client.list(type, namespace: namespace, options: ListOptions()).items
            }
        }
        return found
    }

    private func nodes(_ selection: TargetSelection) async throws -> [Node]? {
        guard !selection.nodeLabel.isEmpty, selection.podNames.isEmpty else { return nil }
        let labels: LabelSelector
        do {
            labels = try LabelSelector(parsing: selection.nodeLabel)
        } catch {
            throw FaultError(.targetSelection, "NODE_LABEL is '\(selection.nodeLabel)': expected a label selector")
        }
        return try await allowed("list nodes", in: nil) { try await client.list(Node.self, labels: labels) }
    }

    private func allowed<T: Sendable>(
        _ action: String, in namespace: String?, _ read: () async throws -> T
    ) async throws -> T {
        do {
            return try await read()
        } catch let status as Status where status.isForbidden {
            let place = namespace.map { " in namespace \($0)" } ?? ""
            throw FaultError(
                .targetSelection,
                "the experiment's service account may not \(action)\(place): add the permission to its role (\(status))"
            )
        }
    }
}
