import KubernetesAPI
import ResourceSchema

/// What the HTTP front needs of the API server: each request's semantics, without HTTP, and objects in the bytes that
/// they are stored in, so that reads need no encoding.
///
/// Every call is authorized for `identity` before anything else and throws `Status`.
public protocol APIBackend: Sendable {
    /// Everything served now, built-in and custom.
    func servedResources() async -> [ServedResource]
    /// The OpenAPI-relevant version of `servedResources`: changes whenever a CustomResourceDefinition does.
    func servedResourcesVersion() async -> String

    func authorize(_ attributes: RequestAttributes, for identity: Identity) async -> AuthorizationDecision

    /// Rules for SelfSubjectRulesReview: `(resourceRules, nonResourceRules)` as the API writes them.
    func rules(for identity: Identity, namespace: String) async -> (resource: [JSON], nonResource: [JSON])

    func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, as identity: Identity
    ) async throws -> StoredObject

    func list(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions, as identity: Identity
    ) async throws -> StoredList

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions, as identity: Identity
    ) async throws -> AsyncThrowingStream<StoredEvent, any Error>

    /// Checks everything about a command in a container before the connection becomes its stream.
    /// - Parameter verbs: on `pods/exec`, all of which `identity` must have.
    /// - Throws: `Status` 403, 404, or 400 when the command cannot be run there.
    func prepareCommand(
        namespace: String, name: String, options: ExecOptions, verbs: [String], as identity: Identity
    ) async throws -> PreparedCommand

    /// A client that acts as `identity`: the writes, and everything else.
    func client(as identity: Identity) -> any APIClient
}

/// An object and the bytes of its JSON.
public struct StoredObject: Sendable {
    public var json: JSON
    public var bytes: [UInt8]

    public init(json: JSON, bytes: [UInt8]) {
        self.json = json
        self.bytes = bytes
    }

    public init(json: JSON) { self.init(json: json, bytes: json.encoded()) }
}

public struct StoredList: Sendable {
    public var items: [StoredObject]
    public var resourceVersion: String
    public var continueToken: String?
    public var remainingItemCount: Int?

    public init(
        items: [StoredObject], resourceVersion: String, continueToken: String? = nil, remainingItemCount: Int? = nil
    ) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
        self.remainingItemCount = remainingItemCount
    }
}

public struct StoredEvent: Sendable {
    public enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        case bookmark = "BOOKMARK"
    }

    public var kind: Kind
    public var object: StoredObject

    public init(kind: Kind, object: StoredObject) {
        self.kind = kind
        self.object = object
    }
}

/// Where the API server gets what only a node knows.
public protocol PodLogSource: Sendable {
    /// - Throws: `Status` 400 when the container has not started, 404 when there is none of that name.
    func log(
        of pod: Pod, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error>
}
