/// Why the authentication server refuses. `code` is what clients compare.
public enum AuthenticationError: Error, Sendable, Hashable {
    case invalidRequest
    case invalidCredentials
    case serverError
    case unauthorized
    case userExists
    case passwordPolicyViolation(String)
    case usernamePolicyViolation
    case userNotFound
    case projectNotFound
    case cannotRemoveAdmin
    case userAlreadyDeactivated
    case invalidProjectName
    case invalidRole
    case invalidEmail
    case passwordNotUpdated
    case samePassword
    /// A sentence that is answered as `message`.
    case refused(String)
    /// Seconds until the next attempt is looked at.
    case tooManyAttempts(retryAfter: Int)
    /// More passwords wait to be verified than there is room for.
    case busy
    /// The login at the identity provider did not succeed: why.
    case openIDConnect(String)
}

extension AuthenticationError {
    /// What clients compare.
    public var code: String {
        switch self {
        case .invalidRequest, .refused: "invalid_request"
        case .invalidCredentials: "invalid_credentials"
        case .serverError: "server_error"
        case .unauthorized, .openIDConnect: "unauthorized"
        case .userExists: "user_exists"
        case .passwordPolicyViolation: "password_policy_violation"
        case .usernamePolicyViolation: "username_policy_violation"
        case .userNotFound: "user does not exist"
        case .projectNotFound: "project does not exist"
        case .cannotRemoveAdmin: "cannot remove admin"
        case .userAlreadyDeactivated: "user already deactivated"
        case .invalidProjectName: "invalid project name"
        case .invalidRole: "invalid role"
        case .invalidEmail: "invalid email"
        case .passwordNotUpdated: "default password not updated"
        case .samePassword: "old and new passwords can't be same"
        case .tooManyAttempts: "too_many_attempts"
        case .busy: "server_busy"
        }
    }

    /// Of the HTTP response.
    var status: Int {
        switch self {
        case .invalidRequest, .refused, .userNotFound, .projectNotFound, .cannotRemoveAdmin, .userAlreadyDeactivated,
            .invalidProjectName, .invalidRole, .invalidEmail, .samePassword:
            400
        case .invalidCredentials, .unauthorized, .userExists, .passwordPolicyViolation, .usernamePolicyViolation,
            .openIDConnect:
            401
        // Not 401, on which the web portal logs out.
        case .passwordNotUpdated: 403
        case .tooManyAttempts: 429
        case .serverError: 500
        case .busy: 503
        }
    }
}

extension AuthenticationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidRequest:
            "the request lacks a field, has one that is unknown, too long or of the wrong kind, or is no JSON"
        case .invalidCredentials: "user name or password is wrong, or the user is deactivated"
        case .serverError: "the server could not do it; its log says why"
        case .unauthorized: "this user may not do that, or the token is invalid, expired or revoked"
        case .userExists: "this user name is taken"
        case .passwordPolicyViolation(let demand): demand
        case .usernamePolicyViolation:
            "a user name has 3 to 254 characters: a letter or digit, then letters, digits and . _ @ + -"
        case .userNotFound: "there is no such user"
        case .projectNotFound: "there is no such project"
        case .cannotRemoveAdmin: "an administrator cannot be deactivated"
        case .userAlreadyDeactivated: "the user is deactivated already"
        case .invalidProjectName: "a project's name is 1 to 128 characters without control characters"
        case .invalidRole: "the role is unknown"
        case .invalidEmail: "the e-mail address is invalid"
        case .passwordNotUpdated: "change your initial password first"
        case .samePassword: "the new password must differ from the old one"
        case .refused(let sentence): sentence
        case .tooManyAttempts(let seconds): "too many attempts to log in; try again in \(seconds) seconds"
        case .busy: "too many people log in at this moment; try again"
        case .openIDConnect(let reason): "the login at the identity provider did not succeed: \(reason)"
        }
    }
}
