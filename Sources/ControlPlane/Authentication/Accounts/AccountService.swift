import DocumentStore
import Foundation

/// Users: made, changed, deactivated, and their passwords.
struct AccountService: Sendable {
    let store: AuthenticationStore
    let hasher: PasswordHasher
    let policy: PasswordPolicy
    let tokens: TokenService
    let limiter: LoginLimiter
    let now: @Sendable () -> Date

    /// Makes the first administrator when the database has no users.
    func prepare(_ first: AuthenticationSettings.FirstUser) async throws {
        guard try await store.users.first(.eq("username", first.username)) == nil, try await store.users.count() == 0
        else { return }
        let admin = try await newUser(
            first.username, first.password, name: first.username, role: .admin,
            isInitialLogin: first.mustChangePassword, by: nil)
        // Another process may be first.
        _ = try await store.users.insertUnlessTaken(admin)
    }

    private func newUser(
        _ username: String, _ password: String?, email: String? = nil, name: String?, role: AccountRole,
        isInitialLogin: Bool, by creator: User?, openID: User.OpenIDIdentity? = nil
    ) async throws -> User {
        var hash: String?
        if let password { hash = try await hasher.hash(password) }
        let time = now().milliseconds
        return User(
            id: UUID().uuidString.lowercased(), username: username, password: hash, email: email, name: name,
            role: role, isInitialLogin: isInitialLogin, createdAt: time, updatedAt: time,
            createdBy: creator?.reference, updatedBy: creator?.reference, isRemoved: false, openID: openID)
    }

    // MARK: Logging in

    /// - Throws: `.invalidCredentials`; `.tooManyAttempts`.
    func login(_ username: String, _ password: String, from address: String?) async throws -> User {
        guard FieldLimits.isIdentifier(username), password.utf8.count <= FieldLimits.password else {
            throw AuthenticationError.invalidCredentials
        }
        let user = try await store.users.first(.eq("username", username))
        // A deactivated user is as unknown, also by the time that it takes.
        let active = user.flatMap { $0.isActive ? $0 : nil }
        try await check(password, of: active, named: username, from: address)
        guard let active else { throw AuthenticationError.invalidCredentials }
        return active
    }

    /// Verifies a password within the limits of attempts, and stores it anew when its hash is outdated.
    private func check(_ password: String, of user: User?, named username: String, from address: String?) async throws {
        try limiter.begin(user: username, address: address, at: now())
        let verification: PasswordHasher.Verification
        do {
            verification = try await hasher.verify(password, against: user?.password)
        } catch {
            limiter.withdrawn(user: username, address: address)
            throw error
        }
        guard verification.matches, let user else { throw AuthenticationError.invalidCredentials }
        limiter.succeeded(user: username, address: address)
        if verification.isOutdated, let stored = user.password {
            // Not when it was changed meanwhile.
            let hash = try await hasher.hash(password)
            try await store.users.update(.id(user.id) && .eq("password", stored), Update().set("password", hash))
        }
    }

    // MARK: Passwords

    /// Not an attempt to log in: nobody asks from outside.
    func hasPassword(_ password: String, _ user: User) async throws -> Bool {
        try await hasher.verify(password, against: user.password).matches
    }

    /// Ends all other logins of the user.
    func changePassword(_ caller: TokenService.Caller, old: String, new: String, from address: String?) async throws {
        guard !new.isEmpty, new.utf8.count <= FieldLimits.password, old.utf8.count <= FieldLimits.password else {
            throw AuthenticationError.invalidRequest
        }
        try demandPolicy(new)
        try await check(old, of: caller.user, named: caller.user.username, from: address)
        guard !ConstantTime.equal(old, new) else { throw AuthenticationError.samePassword }
        // The web portal goes on with the token that it has.
        let update = try await passwordUpdate(new, by: caller.user).set("is_initial_login", false)
            .set("kept_token", caller.tokenHash)
        try await store.users.update(.id(caller.user.id), update)
    }

    /// Ends all logins of the user, takes the tokens for programs away, and has the password changed at the next login.
    func resetPassword(of username: String, to new: String, by admin: User) async throws {
        guard FieldLimits.isIdentifier(username), !new.isEmpty, new.utf8.count <= FieldLimits.password else {
            throw AuthenticationError.invalidRequest
        }
        try demandPolicy(new)
        guard let user = try await user(named: username) else { throw AuthenticationError.userNotFound }
        let update = try await passwordUpdate(new, by: admin).set("is_initial_login", user.id != admin.id)
            .unset("kept_token")
        try await store.users.update(.id(user.id), update)
        try await tokens.removeAPITokens(of: user.id)
    }

    private func passwordUpdate(_ password: String, by user: User) async throws -> Update {
        let hash = try await hasher.hash(password)
        return try stamped(user).set("password", hash).inc("token_generation")
    }

    private func demandPolicy(_ password: String) throws(AuthenticationError) {
        guard policy.admits(password) else { throw .passwordPolicyViolation(policy.demand) }
    }

    private func stamped(_ user: User) throws -> Update {
        try Update().set("updated_at", now().milliseconds).set("updated_by", encoding: user.reference)
    }

    // MARK: Users

    func user(named username: String) async throws -> User? {
        try await store.users.first(.eq("username", username) && .present)
    }

    func user(_ id: String) async throws -> User? { try await store.users.first(.id(id) && .present) }

    func users() async throws -> [User] {
        try await store.users.find(Query(.present, sort: [.ascending("created_at")]))
    }

    func create(
        _ username: String, password: String, email: String, name: String, role: AccountRole, by admin: User
    ) async throws -> User {
        guard FieldLimits.isUsername(username) else { throw AuthenticationError.usernamePolicyViolation }
        guard FieldLimits.isName(name), password.utf8.count <= FieldLimits.password else {
            throw AuthenticationError.invalidRequest
        }
        guard email.isEmpty || FieldLimits.isEmail(email) else { throw AuthenticationError.invalidEmail }
        try demandPolicy(password)
        guard try await store.users.first(.eq("username", username)) == nil else {
            throw AuthenticationError.userExists
        }
        let user = try await newUser(
            username, password, email: email, name: name, role: role, isInitialLogin: true, by: admin)
        guard try await store.users.insertUnlessTaken(user) else { throw AuthenticationError.userExists }
        return user
    }

    /// Fields that are empty stay as they are.
    func update(_ user: User, name: String, email: String) async throws {
        guard FieldLimits.isName(name) else { throw AuthenticationError.invalidRequest }
        guard email.isEmpty || FieldLimits.isEmail(email) else { throw AuthenticationError.invalidEmail }
        var update = try stamped(user)
        if !name.isEmpty { update = update.set("name", name) }
        if !email.isEmpty { update = update.set("email", email) }
        try await store.users.update(.id(user.id), update)
    }

    /// A deactivated user's tokens are invalid at once; those from before stay invalid when it is active again. Projects
    /// are left as they are.
    func setDeactivated(_ isDeactivated: Bool, _ username: String, by admin: User) async throws {
        guard let user = try await user(named: username) else { throw AuthenticationError.userNotFound }
        guard user.role != .admin else { throw AuthenticationError.cannotRemoveAdmin }
        guard isDeactivated else {
            // Again, as a crash may have come between when it was deactivated.
            if !user.isActive { try await tokens.removeAPITokens(of: user.id) }
            try await store.users.update(.id(user.id), try stamped(admin).unset("deactivated_at"))
            return
        }
        let update = try stamped(admin).set("deactivated_at", now().milliseconds).inc("token_generation")
            .unset("kept_token")
        guard try await store.users.update(.id(user.id) && .eq("deactivated_at", DocumentValue.null), update) != nil
        else {
            throw AuthenticationError.userAlreadyDeactivated
        }
        try await tokens.removeAPITokens(of: user.id)
    }

    // MARK: Identity providers

    /// The user that someone is at an identity provider; made when there is none.
    /// - Parameter linksLocalUsers: whether a verified address may log in a user who has a password.
    func user(
        for identity: User.OpenIDIdentity, profile: OpenIDProfile, linksLocalUsers: Bool
    ) async throws -> User {
        let known: Filter = .eq("openid.issuer", identity.issuer) && .eq("openid.subject", identity.subject)
        if let user = try await store.users.first(known) {
            guard user.isActive else { throw AuthenticationError.invalidCredentials }
            return user
        }
        guard let username = profile.username, FieldLimits.isUsername(username) else {
            throw AuthenticationError.openIDConnect(
                "it names neither an e-mail address nor a user name that is allowed")
        }
        guard profile.emailVerified != false else {
            throw AuthenticationError.openIDConnect("the e-mail address is not verified there")
        }
        if let user = try await store.users.first(.eq("username", username)) {
            let isFromProvider = user.password == nil && user.openID == nil
            let isLinkable = linksLocalUsers && profile.emailVerified == true && user.openID == nil
            guard user.isActive, isFromProvider || isLinkable else {
                throw AuthenticationError.openIDConnect("a local user has the name \(username)")
            }
            let update = try Update().set("openid", encoding: identity)
            let free: Filter = .id(user.id) && .eq("openid", DocumentValue.null)
            guard let linked = try await store.users.update(free, update) else {
                throw AuthenticationError.openIDConnect("the user \(username) logged in elsewhere at this moment")
            }
            return linked
        }
        let user = try await newUser(
            username, nil, email: profile.email, name: profile.name.map { String($0.prefix(128)) }, role: .user,
            isInitialLogin: false, by: nil, openID: identity)
        if try await store.users.insertUnlessTaken(user) { return user }
        // Two first logins at once: the other made the user.
        guard let made = try await store.users.first(known) else { throw AuthenticationError.userExists }
        return made
    }
}
