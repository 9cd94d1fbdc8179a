import AsyncHTTPClient
import ControllerRuntime
import KubernetesAPI
import Logging
import NIOCore
import NIOHTTP1

/// A client of any conformant cluster over HTTPS.
///
/// Requests share one HTTP/2 connection where the server offers it; each watch and each log has its own HTTP/1.1
/// connection. Requests that may be sent twice are retried by `RetryPolicy`. Call `shutdown()` when done.
///
/// Errors: `Status` for an answer that refuses, `KubernetesClientError` where there was no answer, `CancellationError`.
public final class HTTPKubernetesClient: APIClient, Sendable {
    public struct Options: Sendable {
        public var userAgent = "litmus"
        /// For a request with its answer; watches and followed logs have none.
        public var requestTimeout = Duration.seconds(60)
        public var retries = RetryPolicy()
        /// nil sends requests as they come.
        public var rateLimit: RateLimit? = RateLimit(requestsPerSecond: 50, burst: 100)
        /// What requests that wait for their turn wait by.
        var time = TimeSource.continuous

        public init() {}
    }

    /// Where it is connected to.
    public let connection: ClusterConnection
    let transport: Transport

    /// Opens no connection yet.
    /// - Throws: `KubernetesClientError.configuration` when certificates or URLs cannot be used.
    public init(
        _ connection: ClusterConnection, options: Options = Options(),
        logger: Logger = Logger(label: "litmus.kubernetes-client")
    ) throws {
        self.connection = connection
        transport = try Transport(connection, options: options, logger: logger)
    }

    /// A client that is shut down after `body`, however it ends.
    public static func with<Value>(
        _ connection: ClusterConnection, options: Options = Options(),
        logger: Logger = Logger(label: "litmus.kubernetes-client"),
        _ body: (HTTPKubernetesClient) async throws -> Value
    ) async throws -> Value {
        let client = try HTTPKubernetesClient(connection, options: options, logger: logger)
        do {
            let value = try await body(client)
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// Closes all connections; open watches end with an error.
    public func shutdown() async throws {
        try await transport.shutdown()
    }

    func json(_ request: RESTRequest) async throws -> JSON {
        let answer = try await transport.send(request)
        do throws(JSONSyntaxError) {
            return try JSON(parsing: answer.body.readableBytesView)
        } catch {
            throw KubernetesClientError.malformed(request: request.summary, reason: "\(error)")
        }
    }
}

extension HTTPKubernetesClient {
    public func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?
    ) async throws -> JSON {
        try await json(try RESTRequest(.GET, type, namespace: namespace, name: name, subresource: subresource))
    }

    public func list(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> ObjectList {
        var request = try RESTRequest(.GET, type, namespace: namespace)
        request.add(options)
        return ObjectList(answer: try await json(request))
    }

    public func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        var request = try RESTRequest(.POST, type, namespace: namespace, name: name, subresource: subresource)
        request.add(options)
        request.body = object.encoded()
        return try await json(request)
    }

    public func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        var request = try RESTRequest(.PUT, type, namespace: namespace, name: name, subresource: subresource)
        request.add(options)
        request.body = object.encoded()
        return try await json(request)
    }

    public func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        var request = try RESTRequest(.PATCH, type, namespace: namespace, name: name, subresource: subresource)
        request.add(options)
        if case .apply = patch { request.add("force", options.force) }
        // A JSON patch may add an element once more; the others come to the same when they are sent twice.
        if case .json = patch { request.isIdempotent = false } else { request.isIdempotent = true }
        request.contentType = patch.contentType
        request.body = patch.body.encoded()
        return try await json(request)
    }

    public func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        var request = try RESTRequest(.DELETE, type, namespace: namespace, name: name)
        request.setBody(options)
        return try await json(request)
    }

    public func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        var request = try RESTRequest(.DELETE, type, namespace: namespace)
        request.add(list)
        request.setBody(options)
        _ = try await transport.send(request)
    }
}

extension HTTPKubernetesClient {
    public func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        var request = try RESTRequest(.GET, type, namespace: namespace)
        request.add(options)
        request.addWatch(options)
        let body = try await transport.open(request)
        let reader = WatchReader(BodyReader(body, request: request.summary, server: connection.server))
        return AsyncThrowingStream { try await reader.next() }
    }

    public func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        var request = try RESTRequest(
            .GET, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: namespace, name: name,
            subresource: "log")
        request.add(options)
        request.accept = "*/*"
        let body = try await transport.open(request)
        let reader = BodyReader(body, request: request.summary, server: connection.server)
        return AsyncThrowingStream { try await reader.next().map { Array($0.readableBytesView) } }
    }
}

extension ObjectList {
    /// The items of a real server's list carry no kind: it is that of the list.
    init(answer json: JSON) {
        let kind = json["kind"].string.flatMap { $0.hasSuffix("List") ? String($0.dropLast(4)) : nil } ?? ""
        let items = (json["items"].array ?? []).map { item in
            guard item["kind"].isNull, !kind.isEmpty else { return item }
            var item = item
            item["kind"] = .string(kind)
            item["apiVersion"] = json["apiVersion"]
            return item
        }
        self.init(
            items: items, resourceVersion: json["metadata", "resourceVersion"].string ?? "",
            continueToken: json["metadata", "continue"].string.flatMap { $0.isEmpty ? nil : $0 },
            remainingItemCount: json["metadata", "remainingItemCount"].int)
    }
}
