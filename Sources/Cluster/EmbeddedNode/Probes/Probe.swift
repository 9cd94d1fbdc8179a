import KubernetesAPI

/// A probe of a container specification, with the API's defaults.
struct Probe: Sendable, Hashable {
    var kind: ProbeKind
    var action: ProbeAction
    var initialDelay: Duration
    var period: Duration
    var timeout: Duration
    var successThreshold: Int
    var failureThreshold: Int

    /// - Returns: nil when the container has no such probe.
    init?(container: Container, kind: ProbeKind) {
        let json = container.json[kind.rawValue]
        guard !json.isNull else { return nil }
        self.kind = kind
        action = ProbeAction(json: json, container: container)
        initialDelay = .seconds(json["initialDelaySeconds"].int ?? 0)
        period = .seconds(max(1, json["periodSeconds"].int ?? 10))
        timeout = .seconds(max(1, json["timeoutSeconds"].int ?? 1))
        successThreshold = max(1, json["successThreshold"].int ?? 1)
        failureThreshold = max(1, json["failureThreshold"].int ?? 3)
    }
}

/// What a probe or a lifecycle hook does.
enum ProbeAction: Sendable, Hashable {
    struct HTTP: Sendable, Hashable {
        var scheme: String
        /// Nil: the pod's address.
        var host: String?
        var port: Int
        var path: String
        var headers: [Header]

        struct Header: Sendable, Hashable {
            var name: String
            var value: String
        }
    }

    case http(HTTP)
    case tcp(host: String?, port: Int)
    case execute([String])
    case sleep(Duration)
    /// A handler that this node does not know or that is incomplete.
    case unsupported(String)

    /// Reads `httpGet`, `tcpSocket`, `exec` or `sleep` of a probe or hook.
    init(json: JSON, container: Container) {
        if let http = json["httpGet"].object.map(JSON.object) {
            guard let port = Self.port(http["port"], container) else {
                self = .unsupported("the container has no port '\(http["port"])'")
                return
            }
            let headers = (http["httpHeaders"].array ?? []).map {
                HTTP.Header(name: $0["name"].string ?? "", value: $0["value"].string ?? "")
            }
            let path = http["path"].string ?? "/"
            self = .http(
                HTTP(
                    scheme: (http["scheme"].string ?? "HTTP").lowercased(), host: http["host"].string, port: port,
                    path: path.hasPrefix("/") ? path : "/\(path)", headers: headers))
        } else if !json["tcpSocket"].isNull {
            guard let port = Self.port(json["tcpSocket", "port"], container) else {
                self = .unsupported("the container has no port '\(json["tcpSocket", "port"])'")
                return
            }
            self = .tcp(host: json["tcpSocket", "host"].string, port: port)
        } else if !json["exec"].isNull {
            self = .execute(json["exec", "command"].strings)
        } else if let seconds = json["sleep", "seconds"].int {
            self = .sleep(.seconds(seconds))
        } else {
            self = .unsupported("only httpGet, tcpSocket and exec handlers are supported on this node")
        }
    }

    /// A port number, or the container port of that name.
    private static func port(_ json: JSON, _ container: Container) -> Int? {
        if let number = json.int ?? json.string.flatMap({ Int($0) }) { return number }
        let ports = container.json["ports"].array ?? []
        return ports.first { $0["name"] == json }?["containerPort"].int
    }
}

/// Counts results until a threshold is reached.
struct ProbeTracker: Sendable, Hashable {
    let successThreshold: Int
    let failureThreshold: Int
    private(set) var isPassing: Bool?
    private var run = 0
    private var lastSucceeded: Bool?

    init(_ probe: Probe) {
        successThreshold = probe.successThreshold
        failureThreshold = probe.failureThreshold
    }

    /// - Returns: the new state when this result changed it.
    mutating func record(success: Bool) -> Bool? {
        run = lastSucceeded == success ? run + 1 : 1
        lastSucceeded = success
        guard run >= (success ? successThreshold : failureThreshold), isPassing != success else { return nil }
        isPassing = success
        return success
    }
}
