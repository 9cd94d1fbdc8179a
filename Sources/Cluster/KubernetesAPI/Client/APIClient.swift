/// What every part of the execution plane sees of a cluster: the Kubernetes REST API without HTTP.
///
/// Implemented in the process by the embedded API server and over HTTPS for any conformant cluster; one conformance
/// suite (`ClientConformanceTests`) runs on both. Objects are whole JSON values; `APIClient+Typed.swift` adds typed access.
/// Every call throws `Status` for an answer of the server, and the transport's error when there was none. An empty
/// namespace is none; an empty name is refused with 400.
public protocol APIClient: Sendable {
    func get(_ type: GroupVersionResource, namespace: String?, name: String, subresource: String?) async throws -> JSON

    /// - Parameter namespace: nil lists all namespaces, or a cluster-scoped resource.
    func list(_ type: GroupVersionResource, namespace: String?, options: ListOptions) async throws -> ObjectList

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON

    /// Replaces an object. With `metadata.resourceVersion` set, a change since then is a conflict.
    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON

    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON

    /// - Returns: the object as it was when deleted, or, with finalizers or grace, as it now waits; or a Status object.
    @discardableResult
    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws

    /// Changes from `options.resourceVersion` on; without one, the present state as ADDED events first.
    ///
    /// The stream ends when the server closes it (list again, or watch from the last version) and throws `Status` 410
    /// when the version is no longer kept. Ending the iteration or cancelling the task closes the watch.
    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error>

    /// The bytes of a container's log; with `follow` the stream ends when the container does.
    func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error>

    /// Starts a command in a container of a running pod. Close the session, or read its events to their end.
    ///
    /// Clients that have no containers answer with 501.
    func exec(namespace: String, name: String, options: ExecOptions) async throws -> any ExecSession

    /// Every resource type that the server serves, its preferred version first in each group.
    func resourceTypes() async throws -> [ResourceType]
}

public struct ListOptions: Sendable, Hashable {
    public var labelSelector: LabelSelector
    public var fieldSelector: FieldSelector
    /// Chunk size; nil lists everything at once.
    public var limit: Int?
    public var continueToken: String?
    /// Empty: the newest.
    public var resourceVersion: String
    /// `Exact` or `NotOlderThan`, as the API names them.
    public var resourceVersionMatch: String?
    public var allowWatchBookmarks: Bool
    /// A watch that begins with the present state and marks its end with a bookmark (WatchList).
    public var sendInitialEvents: Bool
    /// Seconds after which the server ends a watch.
    public var timeoutSeconds: Int?

    public init(
        labelSelector: LabelSelector = .everything, fieldSelector: FieldSelector = .everything, limit: Int? = nil,
        continueToken: String? = nil, resourceVersion: String = "", resourceVersionMatch: String? = nil,
        allowWatchBookmarks: Bool = false, sendInitialEvents: Bool = false, timeoutSeconds: Int? = nil
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.limit = limit
        self.continueToken = continueToken
        self.resourceVersion = resourceVersion
        self.resourceVersionMatch = resourceVersionMatch
        self.allowWatchBookmarks = allowWatchBookmarks
        self.sendInitialEvents = sendInitialEvents
        self.timeoutSeconds = timeoutSeconds
    }
}

public struct WriteOptions: Sendable, Hashable {
    public var dryRun: Bool
    public var fieldManager: String
    /// `Ignore`, `Warn` or `Strict`; empty is the server's default.
    public var fieldValidation: String
    /// Server-side apply takes fields over from other managers.
    public var force: Bool

    public init(
        dryRun: Bool = false, fieldManager: String = "litmus", fieldValidation: String = "", force: Bool = false
    ) {
        self.dryRun = dryRun
        self.fieldManager = fieldManager
        self.fieldValidation = fieldValidation
        self.force = force
    }
}

public struct DeleteOptions: Sendable, Hashable {
    public enum PropagationPolicy: String, Sendable {
        case orphan = "Orphan"
        case background = "Background"
        case foreground = "Foreground"
    }

    public var gracePeriodSeconds: Int?
    public var propagationPolicy: PropagationPolicy?
    /// Preconditions: the delete is a conflict when the object is another one.
    public var uid: String?
    public var resourceVersion: String?
    public var dryRun: Bool

    public init(
        gracePeriodSeconds: Int? = nil, propagationPolicy: PropagationPolicy? = nil, uid: String? = nil,
        resourceVersion: String? = nil, dryRun: Bool = false
    ) {
        self.gracePeriodSeconds = gracePeriodSeconds
        self.propagationPolicy = propagationPolicy
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.dryRun = dryRun
    }
}

public struct LogOptions: Sendable, Hashable {
    public var container: String?
    public var follow: Bool
    public var previous: Bool
    public var timestamps: Bool
    public var tailLines: Int?
    public var sinceSeconds: Int?
    public var limitBytes: Int?

    public init(
        container: String? = nil, follow: Bool = false, previous: Bool = false, timestamps: Bool = false,
        tailLines: Int? = nil, sinceSeconds: Int? = nil, limitBytes: Int? = nil
    ) {
        self.container = container
        self.follow = follow
        self.previous = previous
        self.timestamps = timestamps
        self.tailLines = tailLines
        self.sinceSeconds = sinceSeconds
        self.limitBytes = limitBytes
    }
}

public struct ObjectList: Sendable, Hashable {
    public var items: [JSON]
    public var resourceVersion: String
    /// Set when there is more: pass it as `continueToken`.
    public var continueToken: String?
    public var remainingItemCount: Int?

    public init(
        items: [JSON], resourceVersion: String, continueToken: String? = nil, remainingItemCount: Int? = nil
    ) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
        self.remainingItemCount = remainingItemCount
    }
}

/// One change seen by a watch.
public enum WatchEvent: Sendable, Hashable {
    case added(JSON)
    case modified(JSON)
    case deleted(JSON)
    /// No change: everything up to this resource version has been seen.
    case bookmark(JSON)

    public var object: JSON {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object), .bookmark(let object): object
        }
    }

    /// `ADDED`, `MODIFIED`, `DELETED` or `BOOKMARK`.
    public var typeName: String {
        switch self {
        case .added: "ADDED"
        case .modified: "MODIFIED"
        case .deleted: "DELETED"
        case .bookmark: "BOOKMARK"
        }
    }
}
