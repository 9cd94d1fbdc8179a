import DocumentStore

/// An environment, by which loaders find things.
struct EnvironmentKey: Sendable, Hashable {
    var projectID: String
    var id: String
}

extension CenterStore {
    /// The ids of the infrastructures of environments, oldest first.
    func infrastructures(of environments: [EnvironmentKey]) async throws -> [EnvironmentKey: [String]] {
        var found: [EnvironmentKey: [String]] = [:]
        for (projectID, keys) in Dictionary(grouping: environments, by: \.projectID) {
            let query = Query(
                .project(projectID) && .oneOf("environment_id", keys.map(\.id)), sort: [.ascending("created_at")],
                without: ["commands"])
            for infrastructure in try await infrastructures.find(query) {
                found[EnvironmentKey(projectID: projectID, id: infrastructure.environmentID), default: []].append(
                    infrastructure.id)
            }
        }
        return found
    }
}
