import EmbeddedAPIServer
import KubernetesAPI
import Synchronization
import Testing

@testable import APIServerHTTP

@Suite struct AuthenticationTests {
    /// A clock that the test moves.
    final class TestTime: Sendable {
        private let seconds = Mutex<Int64>(1_800_000_000)
        func advance(by amount: Int64) { seconds.withLock { $0 += amount } }
        var now: Timestamp { Timestamp(microseconds: seconds.withLock { $0 } * 1_000_000) }
    }

    private struct Fixture {
        let backend = FakeBackend()
        let time = TestTime()
        let tokens: ServiceAccountTokens
        let authenticator: Authenticator

        init() throws {
            let credentials = try ClusterCredentials.generate()
            let time = time
            tokens = try ServiceAccountTokens(
                signingKeyPEM: credentials.serviceAccountKeyPEM, now: { time.now })
            authenticator = Authenticator(
                adminToken: "admin", tokens: tokens, backend: backend, now: { time.now })
            backend.put(
                ServiceAccount.type, ["metadata": ["namespace": "shop", "name": "runner", "uid": "sa-1"]])
            backend.put(Pod.type, ["metadata": ["namespace": "shop", "name": "web", "uid": "pod-1"]])
        }

        func token(uid: String = "sa-1", audiences: [String] = [], pod: String? = nil) async throws -> String {
            try await tokens.issue(
                namespace: "shop", name: "runner", uid: uid, audiences: audiences, expirationSeconds: 600,
                boundPod: pod.map { ("web", $0) }
            ).token
        }
    }

    @Test("The administrator's token is the administrator's, any other text nobody's")
    func admin() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.authenticator.identity(authorization: "Bearer admin") == .administrator)
        #expect(try await fixture.authenticator.identity(authorization: nil) == nil)
        for header in ["Bearer admi", "Bearer admin2", "Basic admin", "Bearer", "Bearer a.b.c", ""] {
            await #expect(throws: Status.unauthorized()) {
                try await fixture.authenticator.identity(authorization: header)
            }
        }
    }

    @Test("A service account's token tells the account, its groups and the pod it is bound to")
    func serviceAccount() async throws {
        let fixture = try Fixture()
        let identity = await fixture.authenticator.identity(token: try await fixture.token(pod: "pod-1"))
        #expect(identity?.username == "system:serviceaccount:shop:runner")
        #expect(identity?.uid == "sa-1")
        #expect(identity?.groups.contains("system:serviceaccounts:shop") == true)
        #expect(identity?.extra["authentication.kubernetes.io/pod-name"] == ["web"])
    }

    @Test("A token ends with its time")
    func expiry() async throws {
        let fixture = try Fixture()
        let token = try await fixture.token()
        #expect(await fixture.authenticator.identity(token: token) != nil)
        fixture.time.advance(by: 601)
        #expect(await fixture.authenticator.identity(token: token) == nil)
    }

    @Test("A token of an account or pod that is another one now is worth nothing")
    func replaced() async throws {
        let fixture = try Fixture()
        #expect(await fixture.authenticator.identity(token: try await fixture.token(uid: "sa-0")) == nil)
        #expect(await fixture.authenticator.identity(token: try await fixture.token(pod: "pod-0")) == nil)
        fixture.backend.remove(ServiceAccount.type, namespace: "shop", name: "runner")
        #expect(await fixture.authenticator.identity(token: try await fixture.token()) == nil)
    }

    @Test("A token for others, or signed by others, is refused")
    func foreign() async throws {
        let fixture = try Fixture()
        #expect(await fixture.authenticator.identity(token: try await fixture.token(audiences: ["vault"])) == nil)
        let other = try Fixture()
        #expect(await fixture.authenticator.identity(token: try await other.token()) == nil)
        var tampered = try await fixture.token()
        tampered.removeLast(3)
        #expect(await fixture.authenticator.identity(token: tampered) == nil)
    }
}
