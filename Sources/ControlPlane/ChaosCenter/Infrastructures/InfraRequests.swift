import DocumentStore

/// `RegisterInfraRequest`.
struct RegisterInfraRequest: Codable, Sendable {
    var name: String
    var environmentID: String
    var infrastructureType: String
    var description: String?
    var platformName: String
    var infraNamespace: String?
    var serviceAccount: String?
    var infraScope: String
    var infraNsExists: Bool?
    var infraSaExists: Bool?
    var skipSsl: Bool?
    var nodeSelector: String?
    var tolerations: [InfraToleration?]?
    var tags: [String]?

    /// Of upstream, where nobody says another one.
    static let standardName = "litmus"

    /// The infrastructure that is asked for.
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: `CenterError.invalid` that says what cannot be.
    func infrastructure(
        id: String, project: String, by user: UserDetails, version: String, now: Int64
    ) throws -> ChaosInfrastructure {
        try check()
        let tolerations = (tolerations ?? []).compactMap(\.self)
        return ChaosInfrastructure(
            id: id, name: name, description: description, tags: tags, projectID: project, namespace: namespace,
            platformName: platformName, serviceAccount: account, scope: infraScope, namespaceExists: infraNsExists,
            serviceAccountExists: infraSaExists, environmentID: environmentID, accessKey: AccessKey.make(),
            token: DownloadToken(infraID: id).text, type: infrastructureType, isRegistered: false, isConfirmed: false,
            isActive: false, skipSSL: skipSsl, nodeSelector: nodeSelector,
            tolerations: tolerations.isEmpty ? nil : tolerations, startTime: "\(now)", version: version,
            createdAt: now, updatedAt: now, createdBy: user, updatedBy: user, isRemoved: false)
    }

    private var namespace: String { infraNamespace.flatMap { $0.isEmpty ? nil : $0 } ?? Self.standardName }
    private var account: String { serviceAccount.flatMap { $0.isEmpty ? nil : $0 } ?? Self.standardName }

    private func check() throws {
        guard !name.isEmpty, ClientText.isLine(name, 128) else {
            throw CenterError.invalid("name: an infrastructure needs a name of at most 128 characters in one line")
        }
        guard ClientText.isText(description ?? "", 4096) else {
            throw CenterError.invalid("description: at most 4096 characters")
        }
        guard !platformName.isEmpty, ClientText.isLine(platformName, 128) else {
            throw CenterError.invalid("platformName: at most 128 characters in one line, such as GKE or Others")
        }
        guard (tags ?? []).count <= 50, (tags ?? []).allSatisfy({ ClientText.isLine($0, 128) }) else {
            throw CenterError.invalid("tags: at most 50, each of at most 128 characters in one line")
        }
        guard infraScope == "cluster" || infraScope == "namespace" else {
            throw CenterError.invalid("infraScope: must be cluster or namespace")
        }
        guard infraScope == "cluster" || infraNamespace?.isEmpty == false else {
            throw CenterError.invalid("InfraNamespace parameter is required for the scope namespace")
        }
        guard KubernetesNames.isLabel(namespace) else {
            throw CenterError.invalid(
                "infraNamespace: a namespace has at most 63 lower-case letters, digits and '-', no '-' at its ends")
        }
        guard KubernetesNames.isSubdomain(account) else {
            throw CenterError.invalid(
                "serviceAccount: at most 253 lower-case letters, digits, '-' and '.', letters or digits at its ends")
        }
        try checkNodes()
    }

    private func checkNodes() throws {
        guard (nodeSelector ?? "").utf8.count <= 4096 else { throw CenterError.invalid("nodeSelector: too long") }
        _ = try NodeChoice.selector(nodeSelector ?? "")
        guard (tolerations ?? []).count <= 50 else { throw CenterError.invalid("tolerations: at most 50") }
        for (place, toleration) in (tolerations ?? []).enumerated() { try toleration?.check(place) }
    }
}

/// `ListInfraRequest`.
struct ListInfraRequest: Codable, Sendable {
    struct Filters: Codable, Sendable {
        var name: String?
        var infraID: String?
        var description: String?
        var platformName: String?
        var infraScope: String?
        var isActive: Bool?
        var tags: [String?]?
    }

    private static let mostValues = 1000

    var infraIDs: [String]?
    var environmentIDs: [String]?
    var pagination: Pagination?
    var filter: Filters?

    /// - Throws: `CenterError.invalid` for more than anybody would ask.
    func filter(in project: String) throws -> Filter {
        var result: Filter = .project(project)
        for (path, values) in [("infra_id", infraIDs), ("environment_id", environmentIDs)] as [(FieldPath, [String]?)] {
            guard let values, !values.isEmpty else { continue }
            guard values.count <= Self.mostValues else {
                throw CenterError.invalid("infraIDs, environmentIDs: at most \(Self.mostValues) of them")
            }
            result = result && .oneOf(path, values)
        }
        guard let filter else { return result }
        let parts: [(FieldPath, String?)] = [
            ("name", filter.name), ("description", filter.description), ("platform_name", filter.platformName),
        ]
        for case (let path, let text?) in parts where !text.isEmpty {
            guard text.utf8.count <= 1024 else { throw CenterError.invalid("filter.\(path): too long") }
            result = result && .search(path, text)
        }
        for (path, text) in [("infra_id", filter.infraID), ("infra_scope", filter.infraScope)]
            as [(FieldPath, String?)]
        {
            if let text, !text.isEmpty { result = result && .eq(path, text) }
        }
        if let isActive = filter.isActive { result = result && .eq("is_active", isActive) }
        let tags = (filter.tags ?? []).compactMap(\.self)
        guard tags.count <= 50 else { throw CenterError.invalid("filter.tags: at most 50") }
        return tags.isEmpty ? result : result && .any("tags", .oneOf(.itself, tags))
    }
}
