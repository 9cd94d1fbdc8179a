import AgentProtocol
import Authentication
import GraphQL
import GraphQLTransport
import HTTPTypes
import NIOCore
import Synchronization

/// What each request brings along, and what its resolvers work with. A class, since every field's call holds it.
final class CenterContext: Sendable {
    let center: ChaosCenter
    let request: RequestOrigin
    let caller: CallerIdentity
    private let currentLoaders: CurrentLoaders
    var loaders: Loaders { currentLoaders.value }
    /// Whether the agent that asks acknowledges actions.
    let acknowledgesActions: Bool

    init(_ center: ChaosCenter, _ caller: GraphQLCaller) {
        self.center = center
        request = RequestOrigin(caller)
        self.caller = CallerIdentity(caller.head.headerFields[.authorization], center.authentication)
        currentLoaders = CurrentLoaders {
            Loaders(center.store, center.authentication, budget: ReadingBudget(center.settings.longestReading))
        }
        acknowledgesActions = caller.connectionInit?[AgentCapability.acknowledges] == .bool(true)
    }
}

extension CenterContext {
    /// Forgets what was looked up, and who asks: between the events of a subscription, which may last for days.
    func renew() {
        currentLoaders.renew()
        caller.forget()
    }
}

/// The loaders of one response.
private final class CurrentLoaders: Sendable {
    private let make: @Sendable () -> Loaders
    private let current: Mutex<Loaders>

    init(_ make: @escaping @Sendable () -> Loaders) {
        self.make = make
        current = Mutex(make())
    }

    var value: Loaders { current.withLock { $0 } }

    func renew() {
        let loaders = make()
        current.withLock { $0 = loaders }
    }
}

/// Where a request came from.
struct RequestOrigin: Sendable, Hashable {
    var address: String?
    var userAgent: String?
    /// As the client sent it.
    var referer: String?
    /// The host and port that the client asked for.
    var authority: String?
    /// Whether a proxy before this server was asked by https.
    var isForwardedHTTPS: Bool

    init(_ caller: GraphQLCaller) { self.init(caller.head, address: caller.remoteAddress?.ipAddress) }

    init(_ head: HTTPRequest, address: String? = nil) {
        self.address = address
        let headers = head.headerFields
        userAgent = headers[.userAgent].map { String($0.prefix(200)) }
        referer = headers[.referer]
        authority = head.authority
        let scheme = HTTPField.Name("X-Forwarded-Proto").flatMap { headers[$0] }?.prefix { $0 != "," }
        isForwardedHTTPS = scheme?.lowercased() == "https"
    }
}

/// Who asks, found out when it is first needed, once a request.
final class CallerIdentity: Sendable {
    private let token: String?
    private let authentication: AuthenticationServer
    private let known = Mutex<Identity?>(nil)

    init(_ token: String?, _ authentication: AuthenticationServer) {
        self.token = token
        self.authentication = authentication
    }

    func forget() { known.withLock { $0 = nil } }

    /// - Throws: `CenterError.invalidToken`; `.permissionDenied` before the first password is changed.
    func identity() async throws -> Identity {
        if let identity = known.withLock({ $0 }) { return identity }
        guard let token, !token.isEmpty else { throw CenterError.invalidToken }
        let identity: Identity
        do {
            identity = try await authentication.identity(of: token)
        } catch is AuthenticationError {
            throw CenterError.invalidToken
        }
        guard !identity.mustChangePassword else {
            throw CenterError.permissionDenied("change your initial password first")
        }
        known.withLock { $0 = identity }
        return identity
    }
}
