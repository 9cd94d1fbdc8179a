import Crypto
import Foundation
import JWTKit

/// Login at an identity provider: the authorization code flow of OpenID Connect Core 1.0 with PKCE (RFC 7636).
///
/// What is to be remembered while the user is there goes, encrypted, into a cookie of the browser: nothing is kept here,
/// and a callback counts only in the browser that began.
struct OpenIDLogin: Sendable {
    /// What a login at the provider must come back with.
    struct Pending: Codable, Sendable {
        var state: String
        var nonce: String
        var verifier: String
        var expiresAt: Date
    }

    struct Beginning: Sendable {
        /// Where to send the browser.
        var url: String
        /// For the cookie.
        var sealed: String
    }

    static let cookie = "litmus_openid_login"
    /// Asymmetric ones only: a public key must not be taken for a shared secret.
    static let algorithms: Set<String> = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]

    let settings: OpenIDConnectSettings
    let provider: OpenIDProvider
    private let now: @Sendable () -> Date

    /// - Throws: `InvalidAuthenticationSettings`.
    init(
        _ settings: OpenIDConnectSettings, now: @escaping @Sendable () -> Date, fetch: @escaping OpenIDFetch
    ) throws {
        for url in [settings.issuer, settings.callbackURL] {
            do {
                try OpenIDProvider.check(url)
            } catch {
                throw InvalidAuthenticationSettings(
                    description:
                        "'\(url)' cannot be the issuer or the callback of a login with OpenID Connect: it must "
                        + "be a https URL (http on this machine only)")
            }
        }
        guard !settings.clientID.isEmpty, settings.scopes.contains("openid") else {
            throw InvalidAuthenticationSettings(
                description: "a login with OpenID Connect needs a client ID, and 'openid' among its scopes")
        }
        self.settings = settings
        self.now = now
        provider = OpenIDProvider(settings, now: now, fetch: fetch)
    }

    /// - Parameter secret: that encrypts the cookie.
    func begin(_ secret: String) async throws -> Beginning {
        let configuration = try await provider.discover()
        let pending = Pending(
            state: Self.random(), nonce: Self.random(), verifier: Self.random(),
            expiresAt: now().addingTimeInterval(settings.loginTimeout.timeInterval))
        let challenge = Self.base64URL(Data(SHA256.hash(data: Data(pending.verifier.utf8))))
        let query = FormText.encode([
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", settings.callbackURL),
            ("scope", settings.scopes.joined(separator: " ")), ("state", pending.state), ("nonce", pending.nonce),
            ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ])
        let separator = configuration.authorizationEndpoint.contains("?") ? "&" : "?"
        let box = try AES.GCM.seal(try JSONEncoder().encode(pending), using: Self.key(secret))
        return Beginning(
            url: configuration.authorizationEndpoint + separator + query, sealed: Self.base64URL(box.combined ?? Data())
        )
    }

    /// - Parameters:
    ///   - cookie: of the browser.
    ///   - query: of the callback.
    ///   - secrets: one of which encrypted the cookie.
    /// - Throws: `AuthenticationError.openIDConnect`.
    func finish(
        cookie: String?, query: [String: String], secrets: [String]
    ) async throws -> (identity: User.OpenIDIdentity, profile: OpenIDProfile) {
        guard let pending = cookie.flatMap({ Self.open($0, secrets) }) else {
            throw AuthenticationError.openIDConnect("it was not begun in this browser")
        }
        guard pending.expiresAt > now() else {
            throw AuthenticationError.openIDConnect("it took longer than \(settings.loginTimeout.components.seconds) s")
        }
        guard let state = query["state"], ConstantTime.equal(state, pending.state) else {
            throw AuthenticationError.openIDConnect("the answer is of another login (its state differs)")
        }
        if let error = query["error"] {
            throw AuthenticationError.openIDConnect("it answered \(error.prefix(100))")
        }
        // RFC 9207: an answer of another provider.
        if let issuer = query["iss"], issuer != settings.issuer {
            throw AuthenticationError.openIDConnect("the answer is of another issuer")
        }
        guard let code = query["code"], !code.isEmpty else {
            throw AuthenticationError.openIDConnect("the answer has no code")
        }
        let token = try await provider.identityToken(code: code, verifier: pending.verifier)
        let claims = try await verified(token, nonce: pending.nonce)
        let profile = OpenIDProfile(
            email: claims.email, emailVerified: claims.email_verified?.value, name: claims.name,
            preferredUsername: claims.preferred_username)
        return (User.OpenIDIdentity(issuer: claims.iss, subject: claims.sub), profile)
    }

    /// OpenID Connect Core 1.0 section 3.1.3.7.
    func verified(_ token: String, nonce: String) async throws -> IdentityClaims {
        let refused = AuthenticationError.openIDConnect
        guard token.utf8.count <= 65_536,
            let read = try? DefaultJWTParser().parse(Array(token.utf8), as: IdentityClaims.self),
            let algorithm = read.header.alg, Self.algorithms.contains(algorithm)
        else { throw refused("its identity token is none, or is signed in a way that is not allowed") }
        guard let claims = try await signed(token, by: read.header.kid) else {
            throw refused("the signature of its identity token is wrong")
        }
        let skew = settings.clockSkew.timeInterval
        let time = now().timeIntervalSince1970
        guard claims.iss == settings.issuer else { throw refused("its identity token names another issuer") }
        guard claims.aud.values.contains(settings.clientID), (claims.azp ?? settings.clientID) == settings.clientID,
            claims.aud.values.count == 1 || claims.azp != nil
        else { throw refused("its identity token is for another client") }
        guard claims.exp + skew > time else { throw refused("its identity token has expired") }
        guard (claims.iat ?? time) - skew <= time, (claims.nbf ?? time) - skew <= time else {
            throw refused("its identity token is of the future: the clocks differ by more than \(Int(skew)) s")
        }
        guard let given = claims.nonce, ConstantTime.equal(given, nonce) else {
            throw refused("its identity token is of another login (its nonce differs)")
        }
        guard FieldLimits.isIdentifier(claims.sub) else { throw refused("its identity token names nobody") }
        return claims
    }

    private func signed(_ token: String, by id: String?) async throws -> IdentityClaims? {
        for isRefused in [false, true] {
            for key in try await provider.keys(id, isRefused: isRefused) {
                let keys = JWTKeyCollection()
                guard (try? await keys.add(jwk: key, isDefault: true)) != nil,
                    let claims = try? await keys.verify(token, as: IdentityClaims.self)
                else { continue }
                return claims
            }
        }
        return nil
    }

    // MARK: The cookie

    private static func key(_ secret: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), info: Data("litmus openid login".utf8),
            outputByteCount: 32)
    }

    private static func open(_ text: String, _ secrets: [String]) -> Pending? {
        guard text.utf8.count <= 4096, let data = data(text), let box = try? AES.GCM.SealedBox(combined: data) else {
            return nil
        }
        for secret in secrets {
            guard let clear = try? AES.GCM.open(box, using: key(secret)) else { continue }
            return try? JSONDecoder().decode(Pending.self, from: clear)
        }
        return nil
    }

    private static func random() -> String {
        base64URL(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) })
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    private static func data(_ text: String) -> Data? {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }
}
