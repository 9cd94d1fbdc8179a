/// A user as clients see it.
struct UserReply: Encodable {
    var userID: String
    var username: String
    /// Always empty; the key is expected.
    var salt = ""
    var email: String?
    var name: String?
    var role: AccountRole
    var deactivatedAt: Int64?
    var isInitialLogin: Bool
    var updatedAt: Int64
    var createdAt: Int64
    var createdBy: ReferenceReply
    var updatedBy: ReferenceReply
    var isRemoved: Bool

    init(_ user: User) {
        userID = user.id
        username = user.username
        // As upstream leaves them out.
        email = user.email.flatMap { $0.isEmpty ? nil : $0 }
        name = user.name.flatMap { $0.isEmpty ? nil : $0 }
        role = user.role
        deactivatedAt = user.deactivatedAt
        isInitialLogin = user.isInitialLogin
        updatedAt = user.updatedAt ?? 0
        createdAt = user.createdAt ?? 0
        createdBy = ReferenceReply(user.createdBy)
        updatedBy = ReferenceReply(user.updatedBy)
        isRemoved = user.isRemoved ?? false
    }
}

struct ReferenceReply: Encodable {
    var userID: String
    var username: String
    var email: String

    init(_ reference: UserReference?) {
        userID = reference?.userID ?? ""
        username = reference?.username ?? ""
        email = reference?.email ?? ""
    }
}

struct MemberReply: Encodable {
    var userID: String
    var username: String
    var email: String
    var name: String
    var role: ProjectRole
    var invitation: Invitation
    var joinedAt: Int64
    var deactivatedAt: Int64?

    /// - Parameter users: the users as they are now; a member who is not among them is shown as it was stored.
    init(_ member: Member, _ users: [String: User]) {
        let user = users[member.userID]
        userID = member.userID
        username = user?.username ?? member.username ?? ""
        email = user?.email ?? member.email ?? ""
        name = user?.name ?? member.name ?? ""
        role = member.role
        invitation = member.invitation
        joinedAt = member.joinedAt ?? 0
        deactivatedAt = user == nil ? member.deactivatedAt : user?.deactivatedAt
    }
}

struct ProjectReply: Encodable {
    var projectID: String
    var name: String
    var members: [MemberReply]
    var state: String
    var tags: [String]
    var description: String
    var updatedAt: Int64
    var createdAt: Int64
    var createdBy: ReferenceReply
    var updatedBy: ReferenceReply
    var isRemoved: Bool

    init(_ project: Project, _ users: [String: User]) {
        projectID = project.id
        name = project.name
        members = project.members.map { MemberReply($0, users) }
        state = project.state ?? "active"
        tags = project.tags ?? []
        description = project.description ?? ""
        updatedAt = project.updatedAt ?? 0
        createdAt = project.createdAt ?? 0
        createdBy = ReferenceReply(project.createdBy)
        updatedBy = ReferenceReply(project.updatedBy)
        isRemoved = project.isRemoved ?? false
    }
}

struct LoginReply: Encodable {
    var accessToken: String
    var projectID: String
    var projectRole = "Owner"
    /// Seconds.
    var expiresIn: Int64
    var type = "Bearer"
}

struct TokenReply: Encodable {
    var user_id: String
    var name: String
    /// A name for the token, with which it can be removed. The token itself is shown once, when it is made.
    var token: String
    var expires_at: Int64
    var created_at: Int64

    init(_ token: APIToken) {
        user_id = token.userID
        name = token.name
        self.token = token.id
        expires_at = token.expiresAt
        created_at = token.createdAt
    }
}

struct ProjectListReply: Encodable {
    var projects: [ProjectReply]
    var totalNumberOfProjects: Int
}

struct UserWithProjectsReply: Encodable {
    var id: String
    var username: String
    var email: String
    var name: String
    var projects: [ProjectReply]
    var updatedAt: Int64
    var createdAt: Int64
    var createdBy: ReferenceReply
    var updatedBy: ReferenceReply
    var isRemoved: Bool

    init(_ user: User, _ projects: [ProjectReply]) {
        id = user.id
        username = user.username
        email = user.email ?? ""
        name = user.name ?? ""
        self.projects = projects
        updatedAt = user.updatedAt ?? 0
        createdAt = user.createdAt ?? 0
        createdBy = ReferenceReply(user.createdBy)
        updatedBy = ReferenceReply(user.updatedBy)
        isRemoved = user.isRemoved ?? false
    }
}

struct OwnedProjectReply: Encodable {
    var projectID: String
    var projectName: String
    var name: String

    init(_ project: Project) {
        projectID = project.id
        projectName = project.name
        name = project.name
    }
}

struct InvitationReply: Encodable {
    var projectID: String
    var projectName: String
    var projectOwner: MemberReply?
    var invitationRole: ProjectRole
}

struct ProjectStatsReply: Encodable {
    struct Owner: Encodable {
        var userID: String
        var username: String
        var invitation: Invitation
        var joinedAt: Int64
        var deactivatedAt: Int64?
    }

    struct Members: Encodable {
        var owner: [Owner]
        var total: Int
    }

    var name: String
    var projectID: String
    var members: Members

    init(_ project: Project, _ users: [String: User]) {
        name = project.name
        projectID = project.id
        let owners = project.members.filter(\.isOwner).map { member in
            let reply = MemberReply(member, users)
            return Owner(
                userID: reply.userID, username: reply.username, invitation: reply.invitation,
                joinedAt: reply.joinedAt, deactivatedAt: reply.deactivatedAt)
        }
        members = Members(owner: owners, total: project.members.count { $0.invitation == .accepted })
    }
}
