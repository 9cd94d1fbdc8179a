import Foundation

/// How the authentication server behaves. Everything has a default.
public struct AuthenticationSettings: Sendable {
    public var firstUser = FirstUser.standard
    /// How long a login lasts.
    public var loginLifetime: Duration = .seconds(1440 * 60)
    /// After how long a new secret signs tokens; old ones are accepted until the tokens that they signed have expired.
    public var secretLifetime: Duration = .seconds(90 * 86_400)
    public var passwordPolicy = PasswordPolicy.standard
    public var passwordHashing = ScryptParameters.standard
    /// Passwords that are hashed at one time.
    public var passwordConcurrency = 2
    public var loginLimits = LoginLimits()
    /// Regular expressions for the `Origin` header of pages that may call, beside this server's own pages. Requests without
    /// an origin come from no page, and may always.
    public var allowedOrigins: [String] = []
    /// Whether a proxy in front puts the client's address into `X-Forwarded-For`. Its last entry is then the address that
    /// attempts are counted for.
    public var trustsForwardedFor = false
    /// Login at an identity provider; nil for none.
    public var openIDConnect: OpenIDConnectSettings?

    public init() {}

    /// The administrator that a database without users begins with.
    public struct FirstUser: Sendable, Hashable {
        public var username: String
        public var password: String
        /// Before anything else is possible.
        public var mustChangePassword: Bool

        public init(username: String = "admin", password: String, mustChangePassword: Bool = false) {
            self.username = username
            self.password = password
            self.mustChangePassword = mustChangePassword
        }

        /// `admin` with the password `litmus`, to be changed at the first login.
        public static let standard = FirstUser(password: "litmus", mustChangePassword: true)
    }
}

/// How many failed logins are looked at. A user or an address with more is locked out for `firstLock`, doubled with each
/// further failure up to `longestLock`; failures are forgotten `memory` after the last.
public struct LoginLimits: Sendable, Hashable {
    public var failuresOfUser = 8
    public var failuresOfAddress = 40
    public var firstLock: Duration = .seconds(15)
    public var longestLock: Duration = .seconds(900)
    public var memory: Duration = .seconds(1800)
    /// Users and addresses that are remembered, each.
    public var capacity = 20_000

    public init() {}
}

/// An OpenID Connect identity provider, and this server as its client.
public struct OpenIDConnectSettings: Sendable, Hashable {
    /// As the provider names itself: `https://login.example.com/realms/a`. Plain `http` only on this machine.
    public var issuer: String
    public var clientID: String
    /// Nil for a public client.
    public var clientSecret: String?
    /// Where the provider sends the browser back to: `https://HOST/auth/dex/callback`.
    public var callbackURL: String
    public var scopes = ["openid", "profile", "email"]
    /// By how much the provider's clock may differ.
    public var clockSkew: Duration = .seconds(60)
    /// How long a login at the provider may take.
    public var loginTimeout: Duration = .seconds(300)
    /// Whether a verified e-mail address that is the user name of a local user with a password logs that user in.
    public var linksLocalUsers = false

    public init(issuer: String, clientID: String, clientSecret: String? = nil, callbackURL: String) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.callbackURL = callbackURL
    }
}

extension Duration {
    var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
