import KubernetesAPI

/// The templates that a workload has had, kept as ControllerRevisions: what `kubectl rollout history` lists and
/// `kubectl rollout undo` goes back to.
struct RevisionHistory {
    static let causeAnnotation = "kubernetes.io/change-cause"

    let client: any APIClient

    /// Makes the revision `name` of `template` the newest one, and removes the oldest beyond the owner's limit.
    /// - Parameter used: revisions which pods still have, that stay.
    func keep<Owner: Resource>(_ owner: Owner, template: JSON, name: String, used: Set<String>) async throws {
        let known = try await client.list(ControllerRevision.self, namespace: owner.namespace)
            .filter { $0.metadata.controller?.uid == owner.uid }
            .sorted { $0.number < $1.number }
        let newest = known.last?.number ?? 0
        if let present = known.first(where: { $0.name == name }) {
            // A template that comes back, as after an undo, is the newest again.
            if present.number < newest { try await renumber(present, newest + 1) }
        } else {
            try await create(owner, template: template, name: name, number: newest + 1)
        }
        let limit = owner.json["spec", "revisionHistoryLimit"].int ?? 10
        let old = known.filter { $0.name != name && !used.contains($0.name) }
        for revision in old.prefix(max(0, old.count - limit)) {
            do {
                try await client.delete(ControllerRevision.self, namespace: owner.namespace, name: revision.name)
            } catch let status as Status where status.isNotFound { continue }
        }
    }

    /// The template of a revision; nil where there is none of that name.
    func template(namespace: String, name: String) async throws -> JSON? {
        guard let found = try await client.find(ControllerRevision.self, namespace: namespace, name: name) else {
            return nil
        }
        var template = found.json["data", "spec", "template"]
        template["$patch"] = .null
        return template
    }

    private func create<Owner: Resource>(
        _ owner: Owner, template: JSON, name: String, number: Int
    ) async throws {
        var revision = ControllerRevision(name: name, namespace: owner.namespace)
        revision.metadata.labels = ObjectMeta(json: template["metadata"]).labels
        revision.metadata.annotations = owner.metadata.annotations.filter { $0.key == Self.causeAnnotation }
        revision.metadata.ownerReferences = [OwnerReference(to: owner)]
        revision.json["revision"] = .count(number)
        // kubectl undoes by sending the data as a strategic merge patch of the workload.
        var data = template
        data["$patch"] = "replace"
        revision.json["data"] = ["spec": ["template": data]]
        do {
            _ = try await client.create(revision)
        } catch let status as Status where status.isAlreadyExists {}
    }

    private func renumber(_ revision: ControllerRevision, _ number: Int) async throws {
        _ = try await client.patch(
            ControllerRevision.self, namespace: revision.namespace, name: revision.name,
            .merge(["revision": .count(number)]))
    }
}

extension ControllerRevision {
    var number: Int { json["revision"].int ?? 0 }
}
