import KubernetesAPI
import ResourceSchema

/// How an `APIServer` stores and what it serves.
public struct APIServerConfiguration: Sendable {
    public enum Storage: Sendable, Hashable {
        /// A SQLite file that survives any crash; the folder must exist.
        case file(path: String)
        /// In memory, gone with the process.
        case ephemeral
    }

    public var storage: Storage
    /// Where cluster addresses of services come from.
    public var serviceRange: AddressRange
    /// The built-in kinds.
    public var kinds: [ServedResource]
    /// Changes kept per resource for watches that resume; older ones are answered 410.
    public var changesKept: Int
    /// How often an idle watch that asked for bookmarks gets one.
    public var bookmarkInterval: Duration
    public var now: @Sendable () -> Timestamp

    public init(
        storage: Storage, serviceRange: AddressRange = .services, kinds: [ServedResource] = BuiltinKinds.all,
        changesKept: Int = 4096, bookmarkInterval: Duration = .seconds(60),
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.storage = storage
        self.serviceRange = serviceRange
        self.kinds = kinds
        self.changesKept = changesKept
        self.bookmarkInterval = bookmarkInterval
        self.now = now
    }
}

/// Makes the tokens of service accounts (TokenRequest).
public protocol TokenIssuer: Sendable {
    /// - Parameters:
    ///   - uid: of the service account.
    ///   - audiences: empty means the API server.
    ///   - boundPod: the pod with whose end the token ends.
    func issue(
        namespace: String, name: String, uid: String, audiences: [String], expirationSeconds: Int,
        boundPod: (name: String, uid: String)?
    ) async throws -> (token: String, expiration: Timestamp)
}

/// Tells whose a bearer token is (TokenReview).
public protocol TokenReviewer: Sendable {
    /// nil for a token that is none of the cluster's.
    func identity(token: String) async -> Identity?
}
