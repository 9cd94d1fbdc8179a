import KubernetesAPI

extension APIServer {
    /// Writes into each aggregating ClusterRole the rules of those that it selects, so that they can be read there.
    func refreshAggregatedRoles() async throws {
        guard let kind = registry.kind(of: .clusterRoles) else { return }
        let keys = store.snapshot(.clusterRoles).entries.all
            .filter { !$0.json["aggregationRule"].isNull }.map(\.key)
        for key in keys {
            while let entry = store.entry(.clusterRoles, key) {
                let roles = store.snapshot(.clusterRoles).entries.all.map(\.json)
                let rules = AccessPolicy.aggregatedRules(of: entry.json, among: roles).map(\.json)
                guard entry.json["rules"] != .array(rules) else { break }
                var object = entry.json
                object["rules"] = .array(rules)
                object = track(
                    old: entry.json, new: object, kind,
                    WriteOptions(fieldManager: "clusterrole-aggregation-controller"),
                    configuration.now())
                do {
                    _ = try await store.write(
                        Mutation(.clusterRoles, key, .replace(object, expecting: entry.revision)))
                    break
                } catch is StoreConflict { continue }
            }
        }
    }
}
