import AsyncHTTPClient
import Foundation
import JWTKit
import NIOCore
import NIOHTTP1

/// Sends a request to an identity provider.
/// - Returns: the status and the body, of at most a mebibyte.
public typealias OpenIDFetch = @Sendable (_ request: HTTPClientRequest) async throws -> (status: Int, body: Data)

/// An identity provider's endpoints and keys (OpenID Connect Discovery 1.0), read when they are needed and remembered for
/// an hour.
actor OpenIDProvider {
    /// What is used of the provider's metadata.
    struct Configuration: Decodable, Sendable {
        var issuer: String
        var authorizationEndpoint: String
        var tokenEndpoint: String
        var keysURL: String
        var tokenAuthentication: [String]?

        enum CodingKeys: String, CodingKey {
            case issuer
            case authorizationEndpoint = "authorization_endpoint"
            case tokenEndpoint = "token_endpoint"
            case keysURL = "jwks_uri"
            case tokenAuthentication = "token_endpoint_auth_methods_supported"
        }
    }

    private let settings: OpenIDConnectSettings
    private let now: @Sendable () -> Date
    private let fetch: OpenIDFetch
    private var configuration: (value: Configuration, readAt: Date)?
    private var keys: (value: [JWK], readAt: Date)?

    static let memory: TimeInterval = 3600
    /// How long a key that is not known is not asked for again.
    static let patience: TimeInterval = 5

    init(_ settings: OpenIDConnectSettings, now: @escaping @Sendable () -> Date, fetch: @escaping OpenIDFetch) {
        self.settings = settings
        self.now = now
        self.fetch = fetch
    }

    /// - Throws: `AuthenticationError.openIDConnect` when the provider does not answer, or names itself otherwise.
    func discover() async throws -> Configuration {
        if let configuration, now().timeIntervalSince(configuration.readAt) < Self.memory { return configuration.value }
        var base = settings.issuer
        while base.hasSuffix("/") { base.removeLast() }
        let read = try await get(base + "/.well-known/openid-configuration", Configuration.self)
        guard read.issuer == settings.issuer else {
            throw AuthenticationError.openIDConnect(
                "the provider calls itself \(read.issuer), and is expected as \(settings.issuer)")
        }
        for url in [read.authorizationEndpoint, read.tokenEndpoint, read.keysURL] { try Self.check(url) }
        configuration = (read, now())
        return read
    }

    /// The keys that may have signed a token.
    /// - Parameter id: `kid` of the token's header.
    /// - Parameter isRefused: the keys known so far did not verify it.
    func keys(_ id: String?, isRefused: Bool = false) async throws -> [JWK] {
        if let keys {
            let age = now().timeIntervalSince(keys.readAt)
            let found = Self.select(id, of: keys.value)
            // A provider changes its keys at any time, and a new one is known by being unknown.
            let isFresh = age < (found.isEmpty || isRefused ? Self.patience : Self.memory)
            if isFresh { return found }
        }
        let text = try await get(try await discover().keysURL, LenientKeys.self)
        keys = (text.keys, now())
        return Self.select(id, of: text.keys)
    }

    private static func select(_ id: String?, of keys: [JWK]) -> [JWK] {
        guard let id, keys.contains(where: { $0.keyIdentifier?.string == id }) else {
            // Without an identity in either, any key may be the one.
            return id == nil ? keys : keys.filter { $0.keyIdentifier == nil }
        }
        return keys.filter { $0.keyIdentifier?.string == id }
    }

    /// Trades a code for the identity token (RFC 6749 section 4.1.3, RFC 7636).
    func identityToken(code: String, verifier: String) async throws -> String {
        struct Answer: Decodable { var id_token: String }
        let configuration = try await discover()
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.callbackURL),
            ("code_verifier", verifier),
        ]
        var request = HTTPClientRequest(url: configuration.tokenEndpoint)
        request.method = .POST
        let methods = configuration.tokenAuthentication ?? ["client_secret_basic"]
        if let secret = settings.clientSecret, methods.contains("client_secret_basic") {
            let text = FormText.encode(settings.clientID) + ":" + FormText.encode(secret)
            request.headers.add(name: "authorization", value: "Basic " + Data(text.utf8).base64EncodedString())
        } else {
            fields.append(("client_id", settings.clientID))
            if let secret = settings.clientSecret { fields.append(("client_secret", secret)) }
        }
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "accept", value: "application/json")
        request.body = .bytes(ByteBuffer(string: FormText.encode(fields)))
        let (status, body) = try await send(request)
        guard status == 200, let answer = try? JSONDecoder().decode(Answer.self, from: body) else {
            struct Refusal: Decodable { var error: String }
            let reason = (try? JSONDecoder().decode(Refusal.self, from: body))?.error ?? "status \(status)"
            throw AuthenticationError.openIDConnect("its token endpoint answered \(reason.prefix(100))")
        }
        return answer.id_token
    }

    private func get<Value: Decodable>(_ url: String, _: Value.Type) async throws -> Value {
        try Self.check(url)
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: "application/json")
        let (status, body) = try await send(request)
        guard status == 200 else { throw AuthenticationError.openIDConnect("\(url) answered \(status)") }
        do {
            return try JSONDecoder().decode(Value.self, from: body)
        } catch {
            throw AuthenticationError.openIDConnect("what \(url) answered is not of the expected form")
        }
    }

    private func send(_ request: HTTPClientRequest) async throws -> (status: Int, body: Data) {
        do {
            return try await fetch(request)
        } catch {
            throw AuthenticationError.openIDConnect("\(request.url) cannot be reached: \(error)")
        }
    }

    /// - Throws: `AuthenticationError.openIDConnect` for a URL over which secrets would be sent in clear.
    static func check(_ url: String) throws {
        let parts = URLComponents(string: url)
        let isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(parts?.host ?? "")
        guard let parts, parts.host?.isEmpty == false, parts.scheme == "https" || (parts.scheme == "http" && isLocal)
        else {
            throw AuthenticationError.openIDConnect("'\(url)' is no https URL")
        }
    }
}

extension AuthenticationServer {
    /// Over HTTP, within ten seconds.
    public static let fetch: OpenIDFetch = { request in
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        return (Int(response.status.code), Data(body.readableBytesView))
    }
}

/// A set of keys without those of kinds that are not known here.
private struct LenientKeys: Decodable {
    var keys: [JWK]

    private struct Entry: Decodable {
        var key: JWK?

        init(from decoder: any Decoder) throws { key = try? JWK(from: decoder) }
    }

    private enum CodingKeys: CodingKey { case keys }

    init(from decoder: any Decoder) throws {
        keys = try decoder.container(keyedBy: CodingKeys.self).decode([Entry].self, forKey: .keys).compactMap(\.key)
    }
}

/// `application/x-www-form-urlencoded`.
enum FormText {
    static func encode(_ text: String) -> String {
        let allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }

    static func encode(_ fields: [(String, String)]) -> String {
        fields.map { encode($0) + "=" + encode($1) }.joined(separator: "&")
    }
}
