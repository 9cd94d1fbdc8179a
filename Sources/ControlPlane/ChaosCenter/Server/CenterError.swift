import GraphQL
import GraphQLTransport

/// Why an operation is refused. The text is what clients read; some of them look for upstream's words in it.
enum CenterError: Error, Sendable, Hashable {
    /// There is no token, or it is invalid, expired or revoked.
    case invalidToken
    case permissionDenied(String)
    /// An agent's identity is not that of a registered infrastructure, or its key or version is wrong.
    case agentRefused(String)
    case notFound(String)
    /// Something with this name or id exists, or the state does not allow it.
    case conflict(String)
    case invalid(String)
    /// Something that the operation needs outside of this process cannot be reached now.
    case unavailable(String)
}

extension CenterError: CustomStringConvertible {
    var description: String {
        switch self {
        case .invalidToken: "invalid Token"
        case .permissionDenied(let reason): "permission_denied: \(reason)"
        case .agentRefused(let text), .notFound(let text), .conflict(let text), .invalid(let text),
            .unavailable(let text):
            text
        }
    }

    /// `extensions.code`, for programs.
    var code: String {
        switch self {
        case .invalidToken, .agentRefused: "UNAUTHENTICATED"
        case .permissionDenied: "FORBIDDEN"
        case .notFound: "NOT_FOUND"
        case .conflict: "CONFLICT"
        case .invalid: "BAD_USER_INPUT"
        case .unavailable: "UNAVAILABLE"
        }
    }

    /// It is not known who asks.
    var isUnauthenticated: Bool {
        switch self {
        case .invalidToken, .agentRefused: true
        default: false
        }
    }

    var graphQLError: GraphQLError { GraphQLError(description, extensions: ["code": .string(code)]) }
}

extension GraphQLError {
    /// What people may read of an error that refuses what they asked for.
    /// - Returns: nil for other errors: these are for the server's log, as they may hold what is not theirs.
    init?(refusal error: any Error) {
        switch error {
        case let error as CenterError: self = error.graphQLError
        case let error as GraphQLError: self = error
        case let error as DecodingError:
            self.init("\(error)", extensions: ["code": .string(Code.badUserInput.rawValue)])
        default: return nil
        }
    }

    /// What they read instead.
    static let internalSystemError = GraphQLError(
        "internal system error", extensions: ["code": .string(GraphQLRefusal.Code.internalError.rawValue)])
}
