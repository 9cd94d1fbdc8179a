import KubernetesAPI
import NIOHTTP1

/// One request of the Kubernetes REST API, before there is a server.
struct RESTRequest: Sendable {
    var method: HTTPMethod
    /// Encoded, begins with a slash.
    var path: String
    var query: [(name: String, value: String)] = []
    var body: [UInt8]?
    var contentType = "application/json"
    var accept = "application/json"
    /// Whether it may be sent twice.
    var isIdempotent: Bool

    init(_ method: HTTPMethod, path: String, isIdempotent: Bool? = nil) {
        self.method = method
        self.path = path
        self.isIdempotent = isIdempotent ?? (method != .POST && method != .PATCH)
    }

    /// - Throws: `Status` 400 for an empty name: the path would be that of all objects.
    init(
        _ method: HTTPMethod, _ type: GroupVersionResource, namespace: String?, name: String? = nil,
        subresource: String? = nil
    ) throws(Status) {
        if let name, name.isEmpty { throw Status.emptyName() }
        let root = type.group.isEmpty ? ["api", type.version] : ["apis", type.group, type.version]
        var parts = root
        if let namespace, !namespace.isEmpty { parts += ["namespaces", namespace] }
        parts.append(type.resource)
        if let name { parts.append(name) }
        var path = parts.map { "/" + PercentEncoding.encode($0) }.joined()
        if let subresource { path += "/" + subresource }
        self.init(method, path: path)
    }

    /// Path and query.
    var target: String {
        if query.isEmpty { return path }
        let items = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return "\(path)?\(items.joined(separator: "&"))"
    }

    /// For messages: `GET /api/v1/pods`.
    var summary: String { "\(method.rawValue) \(path)" }

    mutating func add(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { query.append((name, value)) }
    }

    mutating func add(_ name: String, _ value: Int?) { add(name, value.map(String.init)) }

    mutating func add(_ name: String, _ value: Bool) { if value { query.append((name, "true")) } }

    mutating func add(_ options: ListOptions) {
        add("labelSelector", options.labelSelector.description)
        add("fieldSelector", options.fieldSelector.description)
        add("limit", options.limit)
        add("continue", options.continueToken)
        add("resourceVersion", options.resourceVersion)
        add("resourceVersionMatch", options.resourceVersionMatch)
        add("timeoutSeconds", options.timeoutSeconds)
    }

    /// Adds what makes a watch of a list.
    mutating func addWatch(_ options: ListOptions) {
        add("watch", true)
        add("allowWatchBookmarks", options.allowWatchBookmarks)
        guard options.sendInitialEvents else { return }
        add("sendInitialEvents", true)
        if options.resourceVersionMatch == nil { add("resourceVersionMatch", "NotOlderThan") }
    }

    mutating func add(_ options: WriteOptions) {
        if options.dryRun { add("dryRun", "All") }
        add("fieldManager", options.fieldManager)
        add("fieldValidation", options.fieldValidation)
    }

    mutating func add(_ options: LogOptions) {
        add("container", options.container)
        add("follow", options.follow)
        add("previous", options.previous)
        add("timestamps", options.timestamps)
        add("tailLines", options.tailLines)
        add("sinceSeconds", options.sinceSeconds)
        add("limitBytes", options.limitBytes)
    }

    /// The `DeleteOptions` body.
    mutating func setBody(_ options: DeleteOptions) {
        body = options.json.encoded()
    }
}

/// RFC 3986 percent-encoding of one path segment or query part.
enum PercentEncoding {
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
