import AsyncHTTPClient
import ControlPlaneTesting
import Crypto
import Foundation
import JWTKit
import Testing

@testable import Authentication

/// What an issuer may say, and must not: by tokens made here.
@Suite("Identity tokens")
struct IdentityTokenTests {
    struct Claims: JWTPayload {
        var iss = "https://issuer.example.com"
        var sub = "s1"
        var aud = ["litmus"]
        var exp: Int
        var iat: Int
        var nonce: String? = "n"
        var azp: String?
        var email: String? = "a@example.com"

        init(at time: Date) {
            iat = Int(time.timeIntervalSince1970)
            exp = iat + 60
        }

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    let clock = TestClock()
    let key = ES256PrivateKey()

    private func login() async throws -> (OpenIDLogin, JWTKeyCollection) {
        let keys = await JWTKeyCollection().add(ecdsa: key, kid: "k1")
        let point = try #require(key.publicKey.parameters)
        let discovery = """
            {"issuer":"https://issuer.example.com","authorization_endpoint":"https://issuer.example.com/a",
             "token_endpoint":"https://issuer.example.com/t","jwks_uri":"https://issuer.example.com/k"}
            """
        let set = """
            {"keys":[{"kty":"unheard of"},{"kty":"EC","crv":"P-256","kid":"k1","use":"sig","alg":"ES256",
             "x":"\(point.x.base64URL)","y":"\(point.y.base64URL)"}]}
            """
        let settings = OpenIDConnectSettings(
            issuer: "https://issuer.example.com", clientID: "litmus",
            callbackURL: "https://litmus.example.com/auth/dex/callback")
        let clock = clock
        let login = try OpenIDLogin(settings, now: { clock.now }) { request in
            (200, Data((request.url.hasSuffix("/k") ? set : discovery).utf8))
        }
        return (login, keys)
    }

    @Test("a right one is accepted, and a clock may differ by a minute")
    func accepted() async throws {
        let (login, keys) = try await login()
        let changes: [(inout Claims) -> Void] = [
            { _ in }, { $0.iat += 55 }, { $0.exp -= 115 },
            {
                $0.aud.append("b")
                $0.azp = "litmus"
            },
        ]
        for change in changes {
            var claims = Claims(at: clock.now)
            change(&claims)
            let read = try await login.verified(try await keys.sign(claims, kid: "k1"), nonce: "n")
            #expect(read.sub == "s1")
        }
    }

    @Test("a wrong one is refused")
    func refused() async throws {
        let (login, keys) = try await login()
        let changes: [(inout Claims) -> Void] = [
            { $0.iss = "https://other.example.com" }, { $0.aud = ["other"] }, { $0.aud = ["litmus", "other"] },
            { $0.azp = "other" }, { $0.exp -= 121 }, { $0.iat += 65 }, { $0.nonce = "other" }, { $0.nonce = nil },
            { $0.sub = "" },
        ]
        for (index, change) in changes.enumerated() {
            var claims = Claims(at: clock.now)
            change(&claims)
            let token = try await keys.sign(claims, kid: "k1")
            await #expect(throws: AuthenticationError.self, "\(index)") {
                try await login.verified(token, nonce: "n")
            }
        }
    }

    @Test("one that is not signed by the issuer is refused")
    func unsigned() async throws {
        let (login, _) = try await login()
        let claims = Claims(at: clock.now)
        let other = await JWTKeyCollection().add(ecdsa: ES256PrivateKey(), kid: "k1")
        // The public key as a shared secret.
        let confused = await JWTKeyCollection().add(
            hmac: HMACKey(from: key.publicKey.pemRepresentation), digestAlgorithm: .sha256, kid: "k1")
        for keys in [other, confused] {
            let token = try await keys.sign(claims, kid: "k1")
            await #expect(throws: AuthenticationError.self) { try await login.verified(token, nonce: "n") }
        }
        let body = try JSONEncoder().encode(claims).base64EncodedString().base64URL
        let none = Data(#"{"alg":"none"}"#.utf8).base64EncodedString().base64URL + ".\(body)."
        await #expect(throws: AuthenticationError.self) { try await login.verified(none, nonce: "n") }
    }

    @Test(
        "settings that cannot be are refused",
        arguments: [
            ("http://issuer.example.com", "litmus", "https://a.example.com/auth/dex/callback"),
            ("https://issuer.example.com", "", "https://a.example.com/auth/dex/callback"),
            ("https://issuer.example.com", "litmus", "a.example.com"),
        ])
    func settings(_ issuer: String, _ client: String, _ callback: String) {
        let settings = OpenIDConnectSettings(issuer: issuer, clientID: client, callbackURL: callback)
        #expect(throws: InvalidAuthenticationSettings.self) {
            try OpenIDLogin(settings, now: { Date() }) { _ in (500, Data()) }
        }
    }
}

extension String {
    fileprivate var base64URL: String {
        replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
