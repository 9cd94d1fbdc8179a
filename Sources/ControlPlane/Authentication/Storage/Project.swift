import DocumentStore

/// What a member may do in a project.
public enum ProjectRole: String, Codable, Sendable, Hashable, CaseIterable {
    case owner = "Owner"
    case executor = "Executor"
    case viewer = "Viewer"

    /// `Editor` is what versions before 3.9 called an executor.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let role = ProjectRole(rawValue: text == "Editor" ? "Executor" : text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is no role of a project"))
        }
        self = role
    }
}

/// How far the invitation to a project has come.
enum Invitation: String, Codable, Sendable, Hashable {
    case pending = "Pending"
    case accepted = "Accepted"
    case declined = "Declined"
    case exited = "Exited"
}

/// A project as it is stored.
struct Project: Codable, Sendable, Hashable {
    var id: String
    var name: String
    var members: [Member]
    var state: String?
    var tags: [String]?
    var description: String?
    /// Milliseconds since 1970.
    var createdAt: Int64?
    var updatedAt: Int64?
    var createdBy: UserReference?
    var updatedBy: UserReference?
    var isRemoved: Bool?

    enum CodingKeys: String, CodingKey {
        case id = "_id"
        case name, members, state, tags, description
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
    }

    func member(_ userID: String) -> Member? { members.first { $0.userID == userID } }
}

/// A member, or who was invited to be one. Name and address are copies for other readers of the database; the ones
/// shown are the user's own.
struct Member: Codable, Sendable, Hashable {
    var userID: String
    var username: String?
    var email: String?
    var name: String?
    var role: ProjectRole
    var invitation: Invitation
    var joinedAt: Int64?
    var deactivatedAt: Int64?

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case username, email, name, role, invitation
        case joinedAt = "joined_at"
        case deactivatedAt = "deactivated_at"
    }

    init(_ user: User, role: ProjectRole, invitation: Invitation, at time: Int64) {
        userID = user.id
        username = user.username
        email = user.email ?? ""
        name = user.name ?? ""
        self.role = role
        self.invitation = invitation
        joinedAt = time
    }

    var isOwner: Bool { role == .owner && invitation == .accepted }
}

extension Filter {
    /// Not removed.
    static let present: Filter = .ne("is_removed", true)

    static func member(_ userID: String, _ invitation: Invitation, _ role: ProjectRole? = nil) -> Filter {
        var element: Filter = .eq("user_id", userID) && .eq("invitation", invitation.rawValue)
        if let role { element = element && .eq("role", role.rawValue) }
        return .any("members", element)
    }
}
