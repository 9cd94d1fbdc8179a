import KubernetesAPI
import ResourceSchema

extension APIServer {
    /// Deletes a pod unless a disruption budget forbids it.
    func evict(_ access: Access, _ name: String, _ eviction: JSON, _ options: WriteOptions) async throws -> JSON {
        try Self.check(eviction, name: name)
        let delete = try Self.deleteOptions(eviction["deleteOptions"], dryRun: options.dryRun)
        return try await evictions.take { [self] in
            let entry = try entry(access, name)
            let pod = Pod(json: entry.json)
            // One that does not run yet, or no longer, takes nothing away.
            if !entry.isBeingDeleted, !pod.isFinished, pod.phase != "Pending" {
                try disruptionCheck(of: entry.key.namespace).check(pod)
            }
            _ = try await deleteObject(access, name, delete)
            return [
                "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success", "code": 201,
            ]
        }
    }

    private func disruptionCheck(of namespace: String) -> DisruptionCheck {
        let budgets = store.snapshot(.disruptionBudgets).entries.all
            .filter { $0.key.namespace == namespace }.map(\.json)
        var pods: [Pod] = []
        store.snapshot(.pods).entries.scan(namespace: namespace) {
            pods.append(Pod(json: $0.json))
            return true
        }
        return DisruptionCheck(budgets: budgets, pods: pods)
    }

    /// - Throws: `Status` 400.
    private static func check(_ eviction: JSON, name: String) throws {
        let version = eviction["apiVersion"].string ?? ""
        let kind = eviction["kind"].string ?? "Eviction"
        guard kind == "Eviction", ["", "policy/v1", "policy/v1beta1"].contains(version) else {
            throw Status.badRequest(
                "the body must be an Eviction of policy/v1 or policy/v1beta1, not a \(kind) of \(version)")
        }
        guard eviction["metadata", "name"].string == name else {
            throw Status.badRequest("name in URL does not match name in Eviction object")
        }
    }

    private static func deleteOptions(_ asked: JSON, dryRun: Bool) throws -> DeleteOptions {
        var options = DeleteOptions(
            gracePeriodSeconds: asked["gracePeriodSeconds"].int, uid: asked["preconditions", "uid"].string,
            resourceVersion: asked["preconditions", "resourceVersion"].string,
            dryRun: dryRun || !asked["dryRun"].strings.isEmpty)
        guard let policy = asked["propagationPolicy"].string else { return options }
        guard let known = DeleteOptions.PropagationPolicy(rawValue: policy) else {
            throw Status.badRequest(
                "invalid propagationPolicy \"\(policy)\": expected one of Orphan, Background, Foreground")
        }
        options.propagationPolicy = known
        return options
    }
}
