/// `AuthType` of the API.
enum GitAuthentication: String, Codable, Sendable, Hashable {
    case none = "NONE"
    case basic = "BASIC"
    case token = "TOKEN"
    case ssh = "SSH"
}

/// What a repository asks of who comes, as it is stored.
struct GitCredentials: Codable, Sendable, Hashable {
    /// The user of a token where none is named; most servers look at the token alone.
    static let tokenUser = "litmus"

    var authentication: GitAuthentication
    var token: String?
    var username: String?
    var password: String?
    var sshPrivateKey: String?

    /// User name and password for a server that asks for them.
    var login: (username: String, password: String)? {
        switch authentication {
        case .none, .ssh: nil
        case .basic: (username ?? "", password ?? "")
        case .token: (username.flatMap { $0.isEmpty ? nil : $0 } ?? Self.tokenUser, token ?? "")
        }
    }

    /// What must appear in no error and no log.
    var secrets: [String] { [token, password, sshPrivateKey].compactMap(\.self).filter { !$0.isEmpty } }

    /// Takes over the secrets of former credentials that these do not give.
    ///
    /// Secrets are never shown, so a client that changes something else cannot send them. They stay with the server they
    /// were given for: whoever may change the address must not read them by pointing it at a server of their own.
    mutating func keepSecrets(of former: GitCredentials, isSameServer: Bool) {
        let former = isSameServer ? former : GitCredentials(authentication: .none)
        token = authentication == .token ? token.given ?? former.token : nil
        password = authentication == .basic ? password.given ?? former.password : nil
        sshPrivateKey = authentication == .ssh ? sshPrivateKey.given ?? former.sshPrivateKey : nil
    }

    /// - Throws: `CenterError.invalid` when the secret that the kind of authentication takes is missing or cannot be one.
    func check(for address: GitAddress) throws(CenterError) {
        for (name, text, limit) in [
            ("token", token, 8192), ("password", password, 1024), ("userName", username, 256),
        ] {
            guard let text else { continue }
            guard text.utf8.count <= limit, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
            else { throw .invalid("\(name): too long, or with characters that cannot be in it") }
        }
        guard (sshPrivateKey ?? "").utf8.count <= 32_768 else { throw .invalid("sshPrivateKey: too long") }
        switch authentication {
        case .none: break
        case .basic:
            guard username.given != nil, password.given != nil else {
                throw .invalid("authType BASIC takes userName and password\(Self.again)")
            }
        case .token:
            guard token.given != nil else { throw .invalid("authType TOKEN takes a token\(Self.again)") }
        case .ssh:
            guard sshPrivateKey.given != nil else {
                throw .invalid("authType SSH takes an sshPrivateKey\(Self.again)")
            }
            guard address.transport == .ssh else {
                throw .invalid("authType SSH takes a URL such as git@example.com:group/repository.git")
            }
        }
    }

    private static let again = "; they are to be given again when the repository moves to another server"
}

/// The fields of requests that give credentials; empty ones give nothing.
protocol GitCredentialsRequest {
    var authType: GitAuthentication { get }
    var token: String? { get }
    var userName: String? { get }
    var password: String? { get }
    var sshPrivateKey: String? { get }
}

extension GitCredentialsRequest {
    var credentials: GitCredentials {
        GitCredentials(
            authentication: authType, token: token.given, username: userName.given, password: password.given,
            sshPrivateKey: sshPrivateKey.given)
    }
}

extension Optional where Wrapped == String {
    /// Nil for an empty text.
    var given: String? { flatMap { $0.isEmpty ? nil : $0 } }
}
