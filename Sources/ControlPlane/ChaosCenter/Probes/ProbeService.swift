import DocumentStore

/// The probes of projects.
struct ProbeService: Sendable {
    let store: CenterStore
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64

    private static func of(_ projectID: String, _ name: String) -> Filter { .project(projectID) && .eq("name", name) }

    private static func noSuch(_ name: String) -> CenterError {
        .notFound("mongo: no documents in result: there is no probe '\(name)' in this project")
    }

    func probe(_ name: String, in projectID: String) async throws -> StoredProbe {
        guard let probe = try await store.probes.first(Self.of(projectID, name)) else { throw Self.noSuch(name) }
        return probe
    }

    func isFree(_ name: String, in projectID: String) async throws -> Bool {
        try await store.probes.first(Self.of(projectID, name)) == nil
    }

    func list(
        in projectID: String, names: [String]?, infrastructureType: String?, _ request: ProbeFilter?
    ) async throws -> [StoredProbe] {
        try ClientText.count(names, "probeNames")
        var filter: Filter = .project(projectID)
        if let names, !names.isEmpty { filter = filter && .oneOf("name", names) }
        if let infrastructureType { filter = filter && .eq("infrastructure_type", infrastructureType) }
        if let name = request?.name, !name.isEmpty { filter = filter && .search("name", name) }
        if let range = request?.dateRange { filter = filter && (try range.filter(of: "updated_at")) }
        if let types = request?.type?.compactMap(\.self), !types.isEmpty { filter = filter && .oneOf("type", types) }
        return try await store.probes.find(Query(filter, sort: [.descending("updated_at")]))
    }

    func add(_ request: ProbeRequest, in projectID: String, by user: UserDetails) async throws -> StoredProbe {
        try ProbeCheck.check(name: request.name)
        let probe = try request.probe(in: projectID, now: now(), by: user)
        guard try await store.probes.insertUnlessTaken(probe) else {
            throw CenterError.conflict("probe already exists")
        }
        return probe
    }

    /// Changes everything but the name and the type.
    func update(_ request: ProbeRequest, in projectID: String, by user: UserDetails) async throws {
        let stored = try await probe(request.name, in: projectID)
        guard stored.type == request.type else {
            throw CenterError.invalid("the type of probe '\(stored.name)' is \(stored.type) and cannot be changed")
        }
        var probe = try request.probe(in: projectID, now: now(), by: user)
        probe.keepWhatRequestsLack(of: stored)
        var update = Update().set("updated_at", probe.updatedAt)
        update = try update.set("updated_by", encoding: user)
        if let description = probe.description { update = update.set("description", description) }
        if let tags = probe.tags { update = try update.set("tags", encoding: tags) }
        update = try update.set("kubernetes_http_properties", ifAny: probe.kubernetesHTTP)
        update = try update.set("kubernetes_cmd_properties", ifAny: probe.kubernetesCMD)
        update = try update.set("prom_properties", ifAny: probe.prometheus)
        update = try update.set("k8s_properties", ifAny: probe.kubernetes)
        let filter = Self.of(projectID, request.name) && .eq("type", request.type)
        guard try await store.probes.update(filter, update) != nil else { throw Self.noSuch(request.name) }
    }

    /// Experiments that refer to it cannot be run from then on.
    func delete(_ name: String, in projectID: String, by user: UserDetails) async throws {
        let update = try Update().set("is_removed", true).set("updated_at", now()).set("updated_by", encoding: user)
        guard try await store.probes.update(Self.of(projectID, name), update) != nil else { throw Self.noSuch(name) }
    }
}

extension ChaosCenter {
    var probes: ProbeService { ProbeService(store: store, now: now) }
}

extension StoredProbe {
    fileprivate mutating func keepWhatRequestsLack(of stored: StoredProbe) {
        kubernetesHTTP?.run.verbosity = stored.kubernetesHTTP?.run.verbosity
        kubernetesHTTP?.inputs.responseTimeout = stored.kubernetesHTTP?.inputs.responseTimeout
        kubernetesCMD?.run.verbosity = stored.kubernetesCMD?.run.verbosity
        prometheus?.run.verbosity = stored.prometheus?.run.verbosity
        kubernetes?.run.verbosity = stored.kubernetes?.run.verbosity
        kubernetes?.inputs.data = stored.kubernetes?.inputs.data
    }
}

extension Update {
    fileprivate func set(_ path: FieldPath, ifAny value: (some Encodable)?) throws -> Update {
        guard let value else { return self }
        return try set(path, encoding: value)
    }
}
