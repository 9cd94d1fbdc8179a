import HTTPTypes

/// A path, who may call it, and what it does.
struct Endpoint: Sendable {
    /// Who may call.
    enum Access: Sendable {
        case anyone
        /// With a valid token.
        case user
        /// With a valid token, after the initial password was changed.
        case settledUser
        case admin
        case settledAdmin

        /// - Throws: `AuthenticationError`.
        func check(_ user: User) throws(AuthenticationError) {
            switch self {
            case .anyone, .user: return
            case .settledUser: break
            case .admin, .settledAdmin: guard user.role == .admin else { throw .unauthorized }
            }
            if case .admin = self { return }
            guard !user.isInitialLogin else { throw .passwordNotUpdated }
        }
    }

    var method: HTTPRequest.Method
    /// With parameters as `:name`.
    var path: String
    var access: Access
    var handle: @Sendable (Call, TokenService.Caller?) async throws -> Reply

    /// One that needs no token.
    static func open(
        _ method: HTTPRequest.Method, _ path: String, _ handle: @escaping @Sendable (Call) async throws -> Reply
    ) -> Endpoint {
        Endpoint(method: method, path: path, access: .anyone) { call, _ in try await handle(call) }
    }

    static func get(
        _ path: String, _ access: Access,
        _ handle: @escaping @Sendable (Call, TokenService.Caller) async throws -> Reply
    ) -> Endpoint {
        closed(.get, path, access, handle)
    }

    static func post(
        _ path: String, _ access: Access,
        _ handle: @escaping @Sendable (Call, TokenService.Caller) async throws -> Reply
    ) -> Endpoint {
        closed(.post, path, access, handle)
    }

    private static func closed(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access,
        _ handle: @escaping @Sendable (Call, TokenService.Caller) async throws -> Reply
    ) -> Endpoint {
        Endpoint(method: method, path: path, access: access) { call, caller in
            guard let caller else { throw AuthenticationError.unauthorized }
            return try await handle(call, caller)
        }
    }
}
