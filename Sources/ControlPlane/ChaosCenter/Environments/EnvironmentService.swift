import DocumentStore

/// The environments of projects.
struct EnvironmentService: Sendable {
    let store: CenterStore
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64

    private static func noSuch(_ id: String) -> CenterError {
        .notFound("mongo: no documents in result: there is no environment '\(id)' in this project")
    }

    private static func of(_ projectID: String, _ id: String) -> Filter {
        .project(projectID) && .eq("environment_id", id)
    }

    func environment(_ id: String, in projectID: String) async throws -> Environment {
        guard let found = try await store.environments.first(Self.of(projectID, id)) else { throw Self.noSuch(id) }
        return found
    }

    func create(_ request: CreateEnvironmentRequest, in projectID: String, by user: UserDetails) async throws
        -> Environment
    {
        try ClientText.name(request.environmentID, "request.environmentID")
        try ClientText.name(request.name, "request.name")
        try ClientText.details(description: request.description, tags: request.tags)
        let time = now()
        let environment = Environment(
            id: request.environmentID, name: request.name, description: request.description, tags: request.tags,
            type: request.type, projectID: projectID, infraIDs: [], createdAt: time, updatedAt: time, createdBy: user,
            updatedBy: user, isRemoved: false)
        guard try await store.environments.insertUnlessTaken(environment) else {
            throw CenterError.conflict(
                "multiple write errors: an environment with the id '\(request.environmentID)' exists in this project")
        }
        return environment
    }

    func update(_ request: UpdateEnvironmentRequest, in projectID: String, by user: UserDetails) async throws {
        let tags = request.tags?.compactMap(\.self)
        if let name = request.name { try ClientText.name(name, "request.name") }
        try ClientText.details(description: request.description, tags: tags)
        var update = Update().set("updated_at", now())
        update = try update.set("updated_by", encoding: user)
        if let name = request.name { update = update.set("name", name) }
        if let description = request.description { update = update.set("description", description) }
        if let tags { update = try update.set("tags", encoding: tags) }
        if let type = request.type { update = update.set("type", type) }
        let filter = Self.of(projectID, request.environmentID)
        guard try await store.environments.update(filter, update) != nil else {
            throw Self.noSuch(request.environmentID)
        }
    }

    /// - Throws: `CenterError.conflict` while infrastructures belong to it.
    func delete(_ id: String, in projectID: String, by user: UserDetails) async throws {
        while let read = try await store.environments.versioned(Self.of(projectID, id)) {
            let infrastructures = try await store.infrastructures.find(
                Query(.project(projectID) && .eq("environment_id", id), sort: [.ascending("name")], limit: 20))
            guard infrastructures.isEmpty else {
                let names = infrastructures.map(\.name).joined(separator: ", ")
                throw CenterError.conflict("environment '\(id)' has infrastructures: \(names). Delete them first")
            }
            // Of the version that was read: an infrastructure that is registered meanwhile changes it.
            let update = try Update().set("is_removed", true).set("updated_at", now())
                .set("updated_by", encoding: user)
            let current = Self.of(projectID, id) && .version(read.version)
            if try await store.environments.update(current, update) != nil { return }
        }
        throw Self.noSuch(id)
    }

    func page(of projectID: String, _ request: ListEnvironmentRequest?) async throws -> Page<Environment> {
        try ClientText.count(request?.environmentIDs, "request.environmentIDs")
        try ClientText.count(request?.filter?.tags, "request.filter.tags")
        var filter: Filter = .project(projectID)
        if let ids = request?.environmentIDs, !ids.isEmpty { filter = filter && .oneOf("environment_id", ids) }
        if let name = request?.filter?.name, !name.isEmpty { filter = filter && .search("name", name) }
        if let text = request?.filter?.description, !text.isEmpty { filter = filter && .search("description", text) }
        if let type = request?.filter?.type { filter = filter && .eq("type", type) }
        if let tags = request?.filter?.tags, !tags.isEmpty { filter = filter && .any("tags", .oneOf(.itself, tags)) }
        let path: FieldPath = request?.sort?.field == .name ? "name" : "updated_at"
        let key: SortKey = request?.sort?.ascending == true ? .ascending(path) : .descending(path)
        return try await store.environments.page(
            try Pagination.apply(request?.pagination, to: Query(filter, sort: [key])))
    }
}

extension ChaosCenter {
    var environments: EnvironmentService { EnvironmentService(store: store, now: now) }
}

extension Filter {
    /// Documents that were not changed since they were read; imported ones have no version.
    fileprivate static func version(_ version: Int64) -> Filter {
        version == 0 ? .isOneOf("_version", [.null, .int(0)]) : .eq("_version", version)
    }
}
