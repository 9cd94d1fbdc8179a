import KubernetesAPI
import ResourceSchema

/// The end of a CustomResourceDefinition: its objects go first.
extension APIServer {
    static let definitionFinalizer = "customresourcecleanup.apiextensions.k8s.io"

    /// Deletes every object of a definition that is going away; it goes with the last of them.
    func deleteInstances(of definition: JSON) async throws {
        let id = CollectionID(
            group: definition["spec", "group"].string ?? "",
            resource: definition["spec", "names", "plural"].string ?? "")
        if let kind = registry.kind(of: id) {
            for entry in store.snapshot(id).entries.all where !entry.isBeingDeleted {
                let access = Access(kind: kind, namespace: entry.key.namespace, identity: .administrator)
                do {
                    _ = try await deleteObject(access, entry.key.name, DeleteOptions())
                } catch let status as Status where status.isNotFound { continue }
            }
        }
        try await finishDefinition(of: id)
    }

    /// What follows from a write beside the object itself.
    func settle(_ change: Change, _ kind: ServedKind) async throws {
        if change.collection == .clusterRoles { try await refreshAggregatedRoles() }
        if change.isRemoval, kind.resource.isCustom { try await finishDefinition(of: kind.collection) }
    }

    /// Takes the finalizer from a definition that is going away once nothing of it is left.
    private func finishDefinition(of id: CollectionID) async throws {
        let key = ObjectKey(namespace: "", name: id.description)
        while let entry = store.entry(.definitions, key), entry.isBeingDeleted,
            store.snapshot(id).entries.count == 0
        {
            guard let kind = registry.kind(of: .definitions) else { return }
            var object = entry.json
            let left = entry.metadata.finalizers.filter { $0 != Self.definitionFinalizer }
            guard left != entry.metadata.finalizers else { return }
            object["metadata", "finalizers"] = left.isEmpty ? .null : JSON(left)
            let isGone = DeletionRules(kind: kind, now: configuration.now()).isFinished(object)
            do {
                _ = try await store.write(
                    Mutation(
                        .definitions, key,
                        isGone
                            ? .remove(object, expecting: entry.revision)
                            : .replace(object, expecting: entry.revision)))
                store.closeWatches(of: id)
                return
            } catch is StoreConflict { continue }
        }
    }

    /// Goes on with deletions that a crash interrupted.
    func resumeDefinitionDeletions() async throws {
        for entry in store.snapshot(.definitions).entries.all where entry.isBeingDeleted {
            try await deleteInstances(of: entry.json)
        }
    }
}
