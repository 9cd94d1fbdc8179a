import DocumentStore
import Foundation

/// Projects: made, listed, renamed, deleted.
struct ProjectService: Sendable {
    let store: AuthenticationStore
    let now: @Sendable () -> Date

    static let tags = 32
    static let tagLength = 64
    static let descriptionLength = 1024
    static let largestPage = 50

    // MARK: Reading

    /// - Throws: `.projectNotFound`, to administrators only; `.unauthorized` to everyone else.
    func project(_ id: String, for caller: User, _ operation: ProjectOperation) async throws -> Project {
        guard FieldLimits.isIdentifier(id), let project = try await store.projects.first(.id(id) && .present) else {
            throw operation.rule.admitsAdmin && caller.role == .admin
                ? AuthenticationError.projectNotFound : .unauthorized
        }
        try operation.check(caller, in: project)
        return project
    }

    /// The projects that have the user as member, newest first.
    func projects(of userID: String) async throws -> [Project] {
        try await store.projects.find(
            Query(.member(userID, .accepted) && .present, sort: [.descending("created_at")]))
    }

    /// Oldest first.
    func ownedProjects(of userID: String) async throws -> [Project] {
        try await store.projects.find(
            Query(.member(userID, .accepted, .owner) && .present, sort: [.ascending("created_at")]))
    }

    struct ListRequest: Sendable {
        var name: String?
        var sortsByName = false
        var isAscending = false
        var createdByMe: Bool?
        var page = 0
        /// Nil: all.
        var limit: Int? = 15
    }

    func list(_ request: ListRequest, for userID: String) async throws -> Page<Project> {
        var filter: Filter = .member(userID, .accepted) && .present
        if let name = request.name, !name.isEmpty { filter = filter && .search("name", name) }
        switch request.createdByMe {
        case true: filter = filter && .eq("created_by.user_id", userID)
        case false: filter = filter && .ne("created_by.user_id", userID)
        case nil: break
        }
        let path: FieldPath = request.sortsByName ? "name" : "updated_at"
        let key: SortKey = request.isAscending ? .ascending(path) : .descending(path)
        let skip = request.limit.map { $0 * request.page } ?? 0
        return try await store.projects.page(Query(filter, sort: [key], skip: skip, limit: request.limit))
    }

    func all() async throws -> [Project] {
        try await store.projects.find(Query(.present, sort: [.ascending("created_at")]))
    }

    func invitations(of userID: String, _ state: Invitation) async throws -> [Project] {
        try await store.projects.find(Query(.member(userID, state) && .present, sort: [.descending("updated_at")]))
    }

    /// The users of these ids, as they are now.
    func users(_ ids: Set<String>) async throws -> [String: User] {
        guard !ids.isEmpty else { return [:] }
        let users = try await store.users.find(.oneOf("_id", ids.sorted()))
        return Dictionary(users.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Writing

    func create(_ name: String, description: String, tags: [String], by user: User) async throws -> Project {
        try Self.check(name: name)
        guard FieldLimits.isText(description, longest: Self.descriptionLength), tags.count <= Self.tags,
            tags.allSatisfy({ FieldLimits.isText($0, longest: Self.tagLength) })
        else { throw AuthenticationError.invalidRequest }
        let taken = AuthenticationError.refused("project with name:\(name) already exists")
        guard try await store.projects.first(.eq("name", name) && .present) == nil else { throw taken }
        let project = try await insert(name, description: description, tags: tags, by: user)
        // Someone else may have taken the name meanwhile. Then both give way, rather than that both stay.
        guard try await store.projects.first(.eq("name", name) && .present && .ne("_id", project.id)) == nil else {
            try await store.projects.delete(.id(project.id))
            throw taken
        }
        return project
    }

    /// The project that a user's login opens; made when the user owns none.
    /// - Returns: its id.
    func defaultProject(of user: User) async throws -> String {
        if let first = try await ownedProjects(of: user.id).first { return first.id }
        let made = try await insert("\(user.username)-project", description: "", tags: [], by: user)
        // Of two logins at once, the project of one stays.
        guard let first = try await ownedProjects(of: user.id).first, first.id != made.id else { return made.id }
        try await store.projects.delete(.id(made.id))
        return first.id
    }

    private func insert(_ name: String, description: String, tags: [String], by user: User) async throws -> Project {
        let time = now().milliseconds
        let project = Project(
            id: UUID().uuidString.lowercased(), name: name,
            members: [Member(user, role: .owner, invitation: .accepted, at: time)], state: "active", tags: tags,
            description: description, createdAt: time, updatedAt: time, createdBy: user.reference,
            updatedBy: user.reference, isRemoved: false)
        try await store.projects.insert(project)
        return project
    }

    func rename(_ id: String, to name: String, by user: User) async throws {
        try Self.check(name: name)
        _ = try await project(id, for: user, .updateProjectName)
        let other: Filter = .eq("name", name) && .present && .ne("_id", id)
        guard try await store.projects.first(other) == nil else {
            throw AuthenticationError.refused("project with name: \(name) already exists")
        }
        let update = try Update().set("name", name).set("updated_at", now().milliseconds)
            .set("updated_by", encoding: user.reference)
        // Once more with the membership, which may have ended meanwhile.
        guard try await store.projects.update(owned(id, by: user), update) != nil else {
            throw AuthenticationError.unauthorized
        }
    }

    func delete(_ id: String, by user: User) async throws {
        _ = try await project(id, for: user, .deleteProject)
        guard try await store.projects.delete(owned(id, by: user)) != nil else {
            throw AuthenticationError.unauthorized
        }
    }

    private func owned(_ id: String, by user: User) -> Filter {
        .id(id) && .present && .member(user.id, .accepted, .owner)
    }

    private static func check(name: String) throws(AuthenticationError) {
        guard FieldLimits.isName(name), !name.trimmingCharacters(in: .whitespaces).isEmpty else {
            throw .invalidProjectName
        }
    }
}
