struct LoginBody: RequestBody {
    static let fields: Set<String> = ["username", "password"]
    var username: String?
    var password: String?
}

struct CreateTokenBody: RequestBody {
    static let fields: Set<String> = ["user_id", "name", "days_until_expiration"]
    var user_id: String?
    var name: String?
    var days_until_expiration: Int?
}

struct RemoveTokenBody: RequestBody {
    static let fields: Set<String> = ["token", "userID", "user_id"]
    var token: String?
    var userID: String?
    var user_id: String?
}

struct PasswordBody: RequestBody {
    static let fields: Set<String> = ["username", "oldPassword", "newPassword"]
    var username: String?
    var oldPassword: String?
    var newPassword: String?
}

struct CreateUserBody: RequestBody {
    static let fields: Set<String> = ["username", "password", "email", "name", "role"]
    var username: String?
    var password: String?
    var email: String?
    var name: String?
    var role: String?
}

struct DetailsBody: RequestBody {
    static let fields: Set<String> = ["name", "email"]
    var name: String?
    var email: String?
}

struct StateBody: RequestBody {
    static let fields: Set<String> = ["username", "isDeactivate"]
    var username: String?
    var isDeactivate: Bool?
}

struct CreateProjectBody: RequestBody {
    static let fields: Set<String> = ["projectName", "description", "tags", "userID"]
    var projectName: String?
    var description: String?
    var tags: [String]?
    /// Accepted, and passed over: it is the caller's project.
    var userID: String?
}

struct ProjectNameBody: RequestBody {
    static let fields: Set<String> = ["projectID", "projectName"]
    var projectID: String?
    var projectName: String?
}

struct MemberBody: RequestBody {
    static let fields: Set<String> = ["projectID", "userID", "role"]
    var projectID: String?
    var userID: String?
    var role: String?

    /// - Throws: `AuthenticationError.invalidRole`.
    func projectRole() throws(AuthenticationError) -> ProjectRole {
        guard let role = role.flatMap(ProjectRole.init) else { throw .invalidRole }
        return role
    }
}
