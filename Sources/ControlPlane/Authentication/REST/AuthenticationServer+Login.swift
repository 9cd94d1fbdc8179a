import DocumentStore
import Foundation
import HTTPTypes

extension AuthenticationServer {
    /// State of the server, logging in and out.
    var loginEndpoints: [Endpoint] {
        [
            .open(.get, "/status") { _ in
                do {
                    _ = try await store.users.first(.all)
                    return try .json(["status": "up"])
                } catch {
                    return try .json(["status": "down"], status: .internalServerError)
                }
            },
            .open(.get, "/readiness") { _ in
                let names = Set((try? await store.database.collectionNames()) ?? [])
                let isUp = (try? await store.database.ping()) != nil
                let hasCollections = AuthenticationStore.names.prefix(2).allSatisfy(names.contains)
                return try .json(["database": isUp ? "up" : "down", "collections": hasCollections ? "up" : "down"])
            },
            .open(.get, "/capabilities") { _ in try .json(["dex": ["enabled": openID != nil]]) },
            .open(.post, "/login") { call in
                let body = try call.decode(LoginBody.self)
                guard let username = body.username, !username.isEmpty, let password = body.password, !password.isEmpty
                else { throw AuthenticationError.invalidRequest }
                let user = try await accounts.login(username, password, from: call.address)
                return try .json(try await loginReply(for: user))
            },
            .open(.post, "/logout") { call in
                guard let token = call.headers[.authorization], !token.isEmpty else {
                    throw AuthenticationError.unauthorized
                }
                try await tokens.revoke(token)
                return try .message("successfully logged out")
            },
        ] + openIDEndpoints
    }

    private func loginReply(for user: User) async throws -> LoginReply {
        // Who must change the password first gets a project with that.
        let project = user.isInitialLogin ? "" : try await projects.defaultProject(of: user)
        return LoginReply(
            accessToken: try await tokens.issueLogin(for: user), projectID: project,
            expiresIn: settings.loginLifetime.components.seconds)
    }

    private var openIDEndpoints: [Endpoint] {
        guard let openID else { return [] }
        let path = "Path=/; HttpOnly; SameSite=Lax"
        let secure = openID.settings.callbackURL.hasPrefix("https:") ? "; Secure" : ""
        return [
            .open(.get, "/dex/login") { _ in
                let beginning = try await openID.begin(try await keys.current(store.apiTokens).secret)
                var reply = Reply(status: .temporaryRedirect)
                reply.headers[.location] = beginning.url
                reply.headers[.cacheControl] = "no-store"
                let age = openID.settings.loginTimeout.components.seconds
                reply.headers[.setCookie] =
                    "\(OpenIDLogin.cookie)=\(beginning.sealed); Max-Age=\(age); \(path)\(secure)"
                return reply
            },
            .open(.get, "/dex/callback") { call in
                let (identity, profile) = try await openID.finish(
                    cookie: call.cookie(OpenIDLogin.cookie), query: call.query,
                    secrets: try await keys.candidates(nil).map(\.secret))
                let user = try await accounts.user(
                    for: identity, profile: profile, linksLocalUsers: openID.settings.linksLocalUsers)
                let login = try await loginReply(for: user)
                var reply = Reply(status: .permanentRedirect)
                reply.headers[.location] =
                    "/login?"
                    + FormText.encode([
                        ("jwtToken", login.accessToken), ("projectID", login.projectID),
                        ("projectRole", login.projectRole),
                    ])
                // The address holds the token.
                reply.headers[.cacheControl] = "no-store"
                reply.headers[HTTPField.Name("Referrer-Policy") ?? .referer] = "no-referrer"
                reply.headers[.setCookie] = "\(OpenIDLogin.cookie)=; Max-Age=0; \(path)\(secure)"
                return reply
            },
        ]
    }
}

extension Call {
    /// The value of a cookie.
    func cookie(_ name: String) -> String? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
        }
        return nil
    }
}
