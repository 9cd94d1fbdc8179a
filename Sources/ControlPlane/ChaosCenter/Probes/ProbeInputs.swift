import KubernetesAPI

struct HTTPProbeInputs: ProbeInputs {
    struct Get: Codable, Sendable, Hashable {
        var criteria: String
        var responseCode: String

        enum CodingKeys: String, CodingKey {
            case criteria
            case responseCode = "response_code"
        }
    }

    struct Post: Codable, Sendable, Hashable {
        var contentType: String?
        var body: String?
        /// A file in the pod of the experiment.
        var bodyPath: String?
        var criteria: String
        var responseCode: String

        enum CodingKeys: String, CodingKey {
            case body, criteria
            case contentType = "content_type"
            case bodyPath = "body_path"
            case responseCode = "response_code"
        }
    }

    struct Method: Codable, Sendable, Hashable {
        var get: Get?
        var post: Post?
    }

    var url: String
    var method: Method
    var insecureSkipVerify: Bool?
    /// Of ChaosEngines from before 3.0; a bare number is milliseconds.
    var responseTimeout: String?

    enum CodingKeys: String, CodingKey {
        case url, method
        case insecureSkipVerify = "insecure_skip_verify"
        case responseTimeout = "response_timeout"
    }

    init(_ fields: ProbeFields) throws {
        let method = try fields.requiredPart("method")
        self.method = Method(
            get: try method.part("get").map {
                Get(criteria: try $0.requiredText("criteria"), responseCode: try $0.requiredText("responseCode"))
            },
            post: try method.part("post").map {
                Post(
                    contentType: try $0.text("contentType"), body: try $0.text("body"),
                    bodyPath: try $0.text("bodyPath"), criteria: try $0.requiredText("criteria"),
                    responseCode: try $0.requiredText("responseCode"))
            })
        url = try fields.requiredText("url")
        insecureSkipVerify = try fields.flag("insecureSkipVerify")
        responseTimeout = try fields.text("responseTimeout")
    }

    var json: JSON {
        var json: JSON = ["url": .string(url), "method": [:]]
        if let get = method.get {
            json["method", "get"] = ["criteria": .string(get.criteria), "responseCode": .string(get.responseCode)]
        }
        if let post = method.post {
            var request: JSON = ["criteria": .string(post.criteria), "responseCode": .string(post.responseCode)]
            // The schema of ChaosEngines refuses an empty one.
            if let type = post.contentType, !type.isEmpty { request["contentType"] = .string(type) }
            request.setText("body", post.body)
            request.setText("bodyPath", post.bodyPath)
            json["method", "post"] = request
        }
        if let insecureSkipVerify { json["insecureSkipVerify"] = .bool(insecureSkipVerify) }
        if let responseTimeout {
            json["responseTimeout"] = .string(ProbeDuration.complete(responseTimeout, unit: "ms"))
        }
        return json
    }
}

/// What a result is compared with.
struct ProbeComparator: Codable, Sendable, Hashable {
    /// `int`, `float` or `string`; empty where it goes without saying, as for metrics.
    var type: String
    var value: String
    var criteria: String

    init(_ fields: ProbeFields) throws {
        type = try fields.text("type") ?? ""
        value = try fields.requiredText("value")
        criteria = try fields.requiredText("criteria")
    }

    var json: JSON {
        var json: JSON = ["value": .string(value), "criteria": .string(criteria)]
        if !type.isEmpty { json["type"] = .string(type) }
        return json
    }
}

struct CommandProbeInputs: ProbeInputs {
    var command: String
    var comparator: ProbeComparator
    /// JSON of the pod that runs the command; nil: it runs in the experiment's.
    var source: String?

    enum CodingKeys: String, CodingKey { case command, comparator, source }

    init(_ fields: ProbeFields) throws {
        command = try fields.requiredText("command")
        comparator = try ProbeComparator(try fields.requiredPart("comparator"))
        source = try Self.source(fields)
    }

    /// A request has a text, a ChaosEngine an object; old charts have the word `inline`.
    private static func source(_ fields: ProbeFields) throws -> String? {
        if fields.json["source"].object != nil { return "\(fields.json["source"])" }
        guard let text = try fields.text("source"), !text.isEmpty, text != "inline" else { return nil }
        guard let json = try? JSON(parsing: text), json.object != nil else {
            throw CenterError.invalid("\(fields.place).source is not the JSON of an object with the member image")
        }
        return text
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        command = try container.decode(String.self, forKey: .command)
        comparator = try container.decode(ProbeComparator.self, forKey: .comparator)
        switch try container.decodeIfPresent(JSON.self, forKey: .source) ?? .null {
        case .string(let text): source = text
        case .object(let members): source = "\(StoredSource.restored(members))"
        default: source = nil
        }
    }

    var json: JSON {
        get throws {
            var json: JSON = ["command": .string(command), "comparator": comparator.json]
            if let source { json["source"] = try JSON(parsing: source) }
            return json
        }
    }
}

/// The source of a command probe as upstream stores it: an object whose members have lost their capital letters.
private enum StoredSource {
    private static let names = [
        "hostNetwork", "inheritInputs", "imagePullPolicy", "imagePullSecrets", "nodeSelector", "volumeMount",
    ]

    static func restored(_ members: [String: JSON]) -> JSON {
        var json: JSON = [:]
        for (name, value) in members {
            json[names.first { $0.lowercased() == name } ?? name] = value
        }
        return json
    }
}

struct PrometheusProbeInputs: ProbeInputs {
    var endpoint: String
    var query: String?
    /// A file in the pod of the experiment.
    var queryPath: String?
    var comparator: ProbeComparator

    enum CodingKeys: String, CodingKey {
        case endpoint, query, comparator
        case queryPath = "query_path"
    }

    init(_ fields: ProbeFields) throws {
        endpoint = try fields.requiredText("endpoint")
        query = try fields.text("query")
        queryPath = try fields.text("queryPath")
        comparator = try ProbeComparator(try fields.requiredPart("comparator"))
    }

    var json: JSON {
        var json: JSON = ["endpoint": .string(endpoint), "comparator": comparator.json]
        json.setText("query", query)
        json.setText("queryPath", queryPath)
        return json
    }
}

struct ObjectProbeInputs: ProbeInputs {
    var group: String?
    var version: String
    /// Plural.
    var resource: String
    var namespace: String?
    /// Separated by commas.
    var resourceNames: String?
    var fieldSelector: String?
    var labelSelector: String?
    /// `present`, `absent`, `create` or `delete`.
    var operation: String
    /// YAML of what `create` makes. Only of probes that stood in a ChaosEngine, beside their inputs.
    var data: String?

    enum CodingKeys: String, CodingKey {
        case group, version, resource, namespace, resourceNames, operation, data
        case fieldSelector = "field_selector"
        case labelSelector = "label_selector"
    }

    init(_ fields: ProbeFields) throws {
        group = try fields.text("group")
        version = try fields.requiredText("version")
        resource = try fields.requiredText("resource")
        namespace = try fields.text("namespace")
        resourceNames = try fields.text("resourceNames")
        fieldSelector = try fields.text("fieldSelector")
        labelSelector = try fields.text("labelSelector")
        operation = try fields.requiredText("operation")
    }

    var json: JSON {
        var json: JSON = [
            "version": .string(version), "resource": .string(resource), "operation": .string(operation),
        ]
        json.setText("group", group)
        json.setText("namespace", namespace)
        json.setText("resourceNames", resourceNames)
        json.setText("fieldSelector", fieldSelector)
        json.setText("labelSelector", labelSelector)
        return json
    }
}

extension JSON {
    fileprivate mutating func setText(_ name: String, _ text: String?) {
        if let text { self[name] = .string(text) }
    }
}
