import KubernetesAPI
import ResourceSchema
import Synchronization

/// The Kubernetes API of one cluster, in the process: storage, admission, authorization, watches.
///
/// Make one, `start()` it, and use `client(as:)`; the HTTP front serves the same through `APIBackend`. A write is
/// acknowledged when it is on the disk (with file storage) and visible to reads and watches.
public final class APIServer: APIBackend {
    /// What others lend to the server.
    struct Parts: Sendable {
        var logSource: (any PodLogSource)?
        var commandSource: (any PodCommandSource)?
        var tokenIssuer: (any TokenIssuer)?
        var tokenReviewer: (any TokenReviewer)?
    }

    let configuration: APIServerConfiguration
    let store: ObjectStore
    let registry: ResourceRegistry
    let services: ServiceAllocator
    let authorizer: RBACAuthorizer
    let parts = Mutex(Parts())
    /// An eviction must see what the one before it took away.
    let evictions = Turns()

    /// Opens the storage and reads everything that is in it.
    /// - Throws: `StoreError`.
    public init(_ configuration: APIServerConfiguration) throws {
        self.configuration = configuration
        let registry = ResourceRegistry(builtin: configuration.kinds)
        let path: String? =
            switch configuration.storage {
            case .file(let path): path
            case .ephemeral: nil
            }
        let services = ServiceAllocator(range: configuration.serviceRange)
        store = try ObjectStore(path: path, logLimit: configuration.changesKept, now: configuration.now) { change in
            Self.follow(change, registry, services)
        }
        self.registry = registry
        self.services = services
        authorizer = RBACAuthorizer(store: store)
        for definition in store.snapshot(.definitions).entries.all { registry.install(definition.json) }
        for service in store.snapshot(.services).entries.all { services.adopt(service.json) }
    }

    /// What must be true before a write is acknowledged: a definition is served, a service's addresses are free again.
    private static func follow(_ change: Change, _ registry: ResourceRegistry, _ services: ServiceAllocator) {
        switch change.collection {
        case .definitions:
            if change.isRemoval { registry.remove(change.after.json) } else { registry.install(change.after.json) }
        case .services:
            let kept = ServiceAllocator.Holding(change.isRemoval ? nil : change.after.json)
            services.release(ServiceAllocator.Holding(change.before?.json).subtracting(kept))
        default: return
        }
    }

    /// Ends all watches, finishes the writes under way and closes the storage. Nothing may be asked afterwards.
    public func close() async throws { try await store.close() }

    // MARK: Parts

    /// Where `pods/log` comes from; without one it is answered 503.
    public func setLogSource(_ source: any PodLogSource) { parts.withLock { $0.logSource = source } }

    /// Who runs commands for `pods/exec`; without one it is answered 503.
    public func setCommandSource(_ source: any PodCommandSource) { parts.withLock { $0.commandSource = source } }

    /// Who makes service account tokens; without one `serviceaccounts/token` is answered 503.
    public func setTokenIssuer(_ issuer: any TokenIssuer) { parts.withLock { $0.tokenIssuer = issuer } }

    public func setTokenReviewer(_ reviewer: any TokenReviewer) { parts.withLock { $0.tokenReviewer = reviewer } }

    // MARK: Settings

    /// A value kept beside the objects, such as the certificate authority's key; never served.
    /// - Throws: `Status` when the storage cannot be read.
    public func setting(_ key: String) throws -> [UInt8]? { try store.database.setting(key) }

    /// Stores a setting durably; nil removes it.
    /// - Throws: `Status` 507 or 500 when it could not be stored.
    public func setSetting(_ key: String, _ value: [UInt8]?) throws {
        do {
            try store.database.setSetting(key, value)
        } catch {
            throw Status(writing: error)
        }
    }

    // MARK: APIBackend

    public func servedResources() async -> [ServedResource] { registry.all }

    public func servedResourcesVersion() async -> String { String(registry.version) }

    public func authorize(_ attributes: RequestAttributes, for identity: Identity) async -> AuthorizationDecision {
        authorizer.allows(attributes, for: identity) ? .allowed : .denied("")
    }

    public func rules(for identity: Identity, namespace: String) async -> (resource: [JSON], nonResource: [JSON]) {
        let rules = authorizer.rules(for: identity, namespace: namespace)
        return (
            rules.filter { $0.nonResourceURLs.isEmpty }.map(\.json),
            rules.filter { !$0.nonResourceURLs.isEmpty }.map(\.json)
        )
    }

    public func client(as identity: Identity) -> any APIClient { InProcessClient(server: self, identity: identity) }
}
