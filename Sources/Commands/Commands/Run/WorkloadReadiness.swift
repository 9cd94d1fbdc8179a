import KubernetesAPI

/// Waits until what the files made runs, and says why when it cannot.
struct WorkloadReadiness: Sendable {
    let client: any APIClient

    /// Why containers cannot start without somebody's help: waiting longer changes nothing.
    private static let hopeless: Set<String> = [
        "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError",
        "CreateContainerError", "RunContainerError",
    ]

    /// - Throws: `CommandError` when a container can never start.
    func wait(for manifest: ManifestSet.Manifest, namespace: String) async throws {
        let key = ObjectKey(namespace: namespace, name: manifest.object.metadata.name)
        switch manifest.object.kind {
        case "Deployment":
            try await wait(Deployment.self, key, manifest) {
                $0.isObserved && $0.count("updatedReplicas") >= $0.replicas
                    && $0.count("availableReplicas") >= $0.replicas
            }
        case "ReplicaSet":
            try await wait(ReplicaSet.self, key, manifest) {
                $0.isObserved && $0.count("availableReplicas") >= $0.replicas
            }
        case "StatefulSet":
            try await wait(StatefulSet.self, key, manifest) {
                $0.isObserved && $0.count("readyReplicas") >= $0.replicas
            }
        case "DaemonSet":
            try await wait(DaemonSet.self, key, manifest) {
                $0.isObserved && $0.count("numberReady") >= $0.count("desiredNumberScheduled")
            }
        case "Pod":
            try await client.follow(Pod.self, key) { pod -> Void? in
                guard let pod else { return nil }
                try check(pod, of: manifest)
                return pod.isReady || pod.isFinished ? () : nil
            }
        default: break
        }
    }

    /// Waits for the workload, and meanwhile watches its pods for what cannot get better.
    private func wait<W: Workload>(
        _: W.Type, _ key: ObjectKey, _ manifest: ManifestSet.Manifest, until isReady: @escaping @Sendable (W) -> Bool
    ) async throws {
        let client = client
        let selector = try await client.get(W.self, namespace: key.namespace, name: key.name).selector()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await client.follow(W.self, key) { workload -> Void? in
                    workload.map(isReady) ?? false ? () : nil
                }
            }
            group.addTask { try await watchPods(selector, in: key.namespace, of: manifest) }
            try await group.next()
            group.cancelAll()
        }
    }

    private func watchPods(
        _ selector: LabelSelector, in namespace: String, of manifest: ManifestSet.Manifest
    ) async throws {
        while !Task.isCancelled {
            let events = try await client.watch(
                Pod.type.gvr, namespace: namespace, options: ListOptions(labelSelector: selector))
            for try await event in events {
                guard case .added(let json) = event else {
                    if case .modified(let json) = event { try check(Pod(json: json), of: manifest) }
                    continue
                }
                try check(Pod(json: json), of: manifest)
            }
        }
    }

    private func check(_ pod: Pod, of manifest: ManifestSet.Manifest) throws {
        let statuses =
            pod.containerStatuses
            + (pod.json["status", "initContainerStatuses"].array ?? []).map(
                ContainerStatus.init)
        for status in statuses {
            let reason = status.waiting["reason"].string ?? ""
            guard Self.hopeless.contains(reason) else { continue }
            let message = status.waiting["message"].string ?? "no message"
            throw CommandError(
                "\(manifest.source): \(manifest.title) cannot start: pod \(pod.name), container \(status.name): "
                    + "\(reason): \(message)")
        }
    }
}

extension Workload {
    fileprivate var isObserved: Bool { count("observedGeneration") >= metadata.generation }
    fileprivate func count(_ field: String) -> Int { json["status", field].int ?? 0 }
}
