import ControllerRuntime
import KubernetesAPI

/// Empties a namespace that is being deleted, of every type that the server serves, then lets it go.
struct NamespaceReconciler: Reconciler {
    let client: any APIClient
    let namespaces: Informer<Namespace>
    let pods: Informer<Pod>
    let time: TimeSource

    var sources: [Source] {
        [
            .kind(namespaces, where: { $0.object.metadata.isBeingDeleted }),
            // The last pods of a namespace take their grace period: look again when one went.
            .mapped(pods, where: { if case .deleted = $0 { true } else { false } }) { [namespaces] pod in
                let key = ObjectKey(namespace: "", name: pod.namespace)
                return namespaces.get(key)?.metadata.isBeingDeleted == true ? [key] : []
            },
        ]
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let namespace = namespaces.get(key), namespace.metadata.isBeingDeleted else { return .never }
        guard namespace.json["spec", "finalizers"].strings.contains("kubernetes") else { return .never }
        let outcome = await empty(key.name)
        if outcome.isClean {
            try await finalize(key)
            return .never
        }
        try await report(key, outcome)
        return .after(.milliseconds(250))
    }

    private struct Outcome: Sendable {
        /// What is still there, by resource.
        var remaining: [String: Int] = [:]
        var failures: [String] = []
        var isClean: Bool { remaining.isEmpty && failures.isEmpty }
    }

    private func empty(_ namespace: String) async -> Outcome {
        var outcome = Outcome()
        let types: [ResourceType]
        do {
            types = try await client.resourceTypes().filter(\.isNamespaced)
        } catch {
            outcome.failures.append("\(error)")
            return outcome
        }
        await withTaskGroup(of: (GroupVersionResource, Result<Int, any Error>).self) { group in
            for type in types.preferred {
                group.addTask {
                    do {
                        return (type.gvr, .success(try await empty(namespace, of: type.gvr)))
                    } catch {
                        return (type.gvr, .failure(error))
                    }
                }
            }
            for await (type, result) in group {
                switch result {
                case .success(0): break
                case .success(let count): outcome.remaining[type.groupResource] = count
                case .failure(let error): outcome.failures.append("\(type.groupResource): \(error)")
                }
            }
        }
        return outcome
    }

    /// - Returns: how many objects are left.
    private func empty(_ namespace: String, of type: GroupVersionResource) async throws -> Int {
        do {
            guard try await !remaining(namespace, type).isEmpty else { return 0 }
            try await client.deleteCollection(
                type, namespace: namespace, list: ListOptions(),
                options: DeleteOptions(propagationPolicy: .background))
            return try await remaining(namespace, type).count
        } catch let status as Status where status.isNotFound || status.code == 405 {
            // Not a collection: such as reviews, which are only created.
            return 0
        }
    }

    private func remaining(_ namespace: String, _ type: GroupVersionResource) async throws -> [JSON] {
        try await client.list(type, namespace: namespace, options: ListOptions(limit: 500)).items
    }

    private func finalize(_ key: ObjectKey) async throws {
        guard var namespace = try await client.find(Namespace.self, name: key.name) else { return }
        let rest = namespace.json["spec", "finalizers"].strings.filter { $0 != "kubernetes" }
        namespace.json["spec", "finalizers"] = rest.isEmpty ? .null : JSON(rest)
        do {
            _ = try await client.update(namespace, subresource: "finalize")
        } catch let status as Status where status.isNotFound {
            return
        }
    }

    /// Says what is missing, so that a namespace that does not go is no riddle.
    private func report(_ key: ObjectKey, _ outcome: Outcome) async throws {
        guard let namespace = namespaces.get(key) else { return }
        var conditions = Conditions(namespace.json["status"])
        let failed = outcome.failures.sorted().joined(separator: "; ")
        conditions.set(
            failed.isEmpty
                ? Condition(
                    "NamespaceDeletionContentFailure", false, reason: "ContentDeleted",
                    "All content successfully deleted, may be waiting on finalization")
                : Condition("NamespaceDeletionContentFailure", true, reason: "ContentDeletionFailed", failed),
            now: time.wallClock())
        let list = outcome.remaining.sorted { $0.key < $1.key }.map { "\($0.key) has \($0.value) resource instances" }
        conditions.set(
            list.isEmpty
                ? Condition(
                    "NamespaceContentRemaining", false, reason: "ContentRemoved", "All content successfully removed")
                : Condition(
                    "NamespaceContentRemaining", true, reason: "SomeResourcesRemain",
                    "Some resources are remaining: \(list.joined(separator: ", "))"), now: time.wallClock())
        var status = namespace.json["status"]
        status["conditions"] = conditions.json
        do {
            try await namespaces.writeStatus(namespace, status)
        } catch let failure as Status where failure.isConflict {
            return
        }
    }
}

extension [ResourceType] {
    /// Each resource once, in the version named first.
    var preferred: [ResourceType] {
        var seen: Set<GroupVersionResource> = []
        return filter { seen.insert(GroupVersionResource(group: $0.group, version: "", resource: $0.plural)).inserted }
    }
}
