import DocumentStore
import Foundation
import HTTPTypes
import Logging

/// Who a valid token belongs to.
public struct Identity: Sendable, Hashable {
    public var userID: String
    public var username: String
    /// As shown to people; may be empty.
    public var name: String
    public var email: String
    public var role: AccountRole
    /// Nothing but that is allowed before.
    public var mustChangePassword: Bool
    /// The token was made for a program.
    public var isAPIToken: Bool

    init(_ caller: TokenService.Caller) {
        userID = caller.user.id
        username = caller.user.username
        name = caller.user.name ?? ""
        email = caller.user.email ?? ""
        role = caller.user.role
        mustChangePassword = caller.user.isInitialLogin
        isAPIToken = caller.isAPIToken
    }
}

/// A project that a user belongs to, and as what.
public struct ProjectMembership: Sendable, Hashable {
    public var projectID: String
    public var projectName: String
    public var role: ProjectRole
}

/// Users, tokens and projects in a document database. `AuthenticationRoutes` serves it over HTTP; the GraphQL server asks
/// it who calls.
public struct AuthenticationServer: Sendable {
    public let settings: AuthenticationSettings
    let store: AuthenticationStore
    let keys: SigningKeys
    let tokens: TokenService
    let accounts: AccountService
    let projects: ProjectService
    let members: MembershipService
    let openID: OpenIDLogin?
    private let roles: ReadCache<Membership, ProjectRole?>

    private struct Membership: Hashable {
        var userID: String
        var projectID: String
    }

    let origins: AllowedOrigins
    let logger: Logger
    let now: @Sendable () -> Date

    /// Makes what is missing in the database: collections, secret, first user.
    /// - Parameters:
    ///   - now: the time; tests set it.
    ///   - fetch: sends requests to the identity provider.
    /// - Throws: `DocumentStoreError`; `InvalidAuthenticationSettings`.
    public static func open(
        _ database: DocumentDatabase, settings: AuthenticationSettings = AuthenticationSettings(),
        logger: Logger = Logger(label: "litmus.authentication"), now: @escaping @Sendable () -> Date = { Date() },
        fetch: @escaping OpenIDFetch = AuthenticationServer.fetch
    ) async throws -> AuthenticationServer {
        let server = try AuthenticationServer(
            try await AuthenticationStore(database, now: now()), settings, logger, now, fetch)
        _ = try await server.keys.current(server.store.apiTokens)
        try await server.tokens.purgeExpired()
        try await server.accounts.prepare(settings.firstUser)
        return server
    }

    private init(
        _ store: AuthenticationStore, _ settings: AuthenticationSettings, _ logger: Logger,
        _ now: @escaping @Sendable () -> Date, _ fetch: @escaping OpenIDFetch
    ) throws {
        self.settings = settings
        self.store = store
        self.logger = logger
        self.now = now
        origins = try AllowedOrigins(settings.allowedOrigins)
        keys = SigningKeys(
            store.secrets, lifetime: settings.secretLifetime, loginLifetime: settings.loginLifetime, now: now)
        tokens = TokenService(store, keys: keys, loginLifetime: settings.loginLifetime, now: now)
        accounts = AccountService(
            store: store,
            hasher: PasswordHasher(settings.passwordHashing, concurrency: settings.passwordConcurrency),
            policy: settings.passwordPolicy, tokens: tokens, limiter: LoginLimiter(settings.loginLimits), now: now)
        projects = ProjectService(store: store, now: now)
        members = MembershipService(store: store, now: now)
        roles = ReadCache(store.database, of: AuthenticationStore.names, now: now)
        openID = try settings.openIDConnect.map { try OpenIDLogin($0, now: now, fetch: fetch) }
    }

    // MARK: For other servers

    /// - Parameter token: the `Authorization` header, with or without `Bearer `.
    /// - Throws: `AuthenticationError.unauthorized` when it is none of a user who may log in: invalid, expired, revoked;
    ///   `DocumentStoreError`.
    public func identity(of token: String) async throws -> Identity { Identity(try await tokens.verify(token)) }

    /// - Returns: what the user is in the project; nil for someone who is no member, has not accepted the invitation, or
    ///   is deactivated, and for a project that is not there.
    public func role(of userID: String, in projectID: String) async throws -> ProjectRole? {
        guard FieldLimits.isIdentifier(userID), FieldLimits.isIdentifier(projectID) else { return nil }
        return try await roles.value(Membership(userID: userID, projectID: projectID)) {
            guard let project = try await store.projects.first(.id(projectID) && .present),
                let member = project.member(userID), member.invitation == .accepted,
                let user = try await store.users.get(userID), user.isActive
            else { return nil }
            return member.role
        }
    }

    /// The projects of which the user is a member, newest first.
    public func memberships(of userID: String) async throws -> [ProjectMembership] {
        try await projects.projects(of: userID).compactMap { project in
            project.member(userID).map {
                ProjectMembership(projectID: project.id, projectName: project.name, role: $0.role)
            }
        }
    }

    /// Whether a page may call: the same rule for every server beside this one.
    /// - Returns: the origin to name in the answer, empty for a request that has none; nil when the page may not.
    public func admittedOrigin(of request: HTTPRequest) -> String? {
        origins.admitted(origin: request.headerFields[.origin], host: request.authority)
    }

    /// The first user, while nothing but the initial password opens the account.
    public func untouchedFirstUser() async throws -> AuthenticationSettings.FirstUser? {
        let first = settings.firstUser
        guard first.mustChangePassword, let user = try await store.users.first(.eq("username", first.username)),
            user.isActive, user.isInitialLogin,
            try await accounts.hasPassword(first.password, user)
        else { return nil }
        return first
    }

    /// Signs tokens with a new secret from now on.
    /// - Parameter endingLogins: also makes all tokens so far invalid, for when the secret is known to others.
    public func rotateSecret(endingLogins: Bool = false) async throws {
        try await keys.rotate(keepingOld: !endingLogins, store.apiTokens)
    }
}

/// A setting that cannot be: which, and why.
public struct InvalidAuthenticationSettings: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String
}
