import KubernetesAPI

/// The OpenAPI documents of an API server: v3 for each group version, v2 for all of them.
///
/// What clients make of them: `kubectl explain` shows the schemas, `kubectl apply` and `diff` merge lists by them, and
/// `kubectl` leaves validation to the server where PATCH takes `fieldValidation`.
public struct OpenAPIDocuments: Sendable {
    private let resources: [ServedResource]

    /// - Parameter resources: everything served, built-in and custom.
    public init(resources: [ServedResource]) {
        self.resources = resources
    }

    /// The answer to `GET /openapi/v3`: where the document of each group version is.
    /// - Parameter version: changes whenever the documents do, so that clients may keep what they have.
    public func v3Index(version: String = "") -> JSON {
        var paths: JSON = [:]
        for path in Set(resources.map { Self.path(of: $0.type) }) {
            let suffix = version.isEmpty ? "" : "?hash=\(version)"
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)\(suffix)")]
        }
        return ["paths": paths]
    }

    /// The document of one group version, or nil when nothing of it is served.
    /// - Parameter groupVersion: as in the index: `api/v1` or `apis/apps/v1`.
    public func v3(groupVersion: String) -> JSON? {
        let served = resources.filter { Self.path(of: $0.type) == groupVersion }
        guard !served.isEmpty else { return nil }
        var definitions = DefinitionCollector(writer: OpenAPIWriter(referencePrefix: "#/components/schemas/"))
        var paths: JSON = [:]
        for resource in served {
            definitions.add(resource)
            for (path, item) in OpenAPIPaths(resource: resource).items { paths[path] = item }
        }
        return [
            "openapi": "3.0.0", "info": Self.info, "paths": paths,
            "components": ["schemas": .object(definitions.definitions)],
        ]
    }

    /// The v2 document of everything served, as JSON.
    public func v2() -> JSON {
        let writer = OpenAPIWriter(referencePrefix: "#/definitions/", isVersion2: true)
        var definitions = DefinitionCollector(writer: writer)
        for resource in resources { definitions.add(resource) }
        return ["swagger": "2.0", "info": Self.info, "paths": [:], "definitions": .object(definitions.definitions)]
    }

    /// The v2 document as protobuf (`application/com.github.proto-openapi.spec.v2.v1.0+protobuf`), which older clients
    /// ask for.
    public func v2Protobuf() -> [UInt8] {
        OpenAPIProtobuf.encode(document: v2())
    }

    private static let info: JSON = ["title": "Kubernetes", "version": "v1.31.0"]

    /// `api/v1` or `apis/apps/v1`.
    static func path(of type: ResourceType) -> String {
        type.group.isEmpty ? "api/\(type.version)" : "apis/\(type.group)/\(type.version)"
    }
}

/// Collects the named schemas that resources consist of.
struct DefinitionCollector {
    let writer: OpenAPIWriter
    private(set) var definitions: [String: JSON] = [:]

    init(writer: OpenAPIWriter) { self.writer = writer }

    /// Adds a resource's kind, its list and everything they refer to.
    mutating func add(_ resource: ServedResource) {
        guard let name = resource.schema.definitionName else { return }
        add(resource.schema)
        let type = resource.type
        definitions[name]?["x-kubernetes-group-version-kind"] = [Self.groupVersionKind(type, type.kind)]
        guard resource.verbs.contains("list") else { return }
        definitions["\(name)List"] = list(of: resource, named: name)
        definitions["\(name)List"]?["x-kubernetes-group-version-kind"] = [
            Self.groupVersionKind(type, "\(type.kind)List")
        ]
    }

    private func list(of resource: ServedResource, named name: String) -> JSON {
        let text: JSON = ["type": "string"]
        let continuation: JSON = [
            "type": "object",
            "properties": [
                "continue": text, "resourceVersion": text,
                "remainingItemCount": ["type": "integer", "format": "int64"],
            ],
        ]
        let reference: JSON = ["$ref": .string("\(writer.referencePrefix ?? "")\(name)")]
        return [
            "type": "object", "description": .string("A list of \(resource.type.kind) objects."),
            "required": ["items"],
            "properties": [
                "apiVersion": text, "kind": text, "metadata": continuation,
                "items": ["type": "array", "items": reference],
            ],
        ]
    }

    private mutating func add(_ schema: Schema) {
        if let name = schema.definitionName {
            guard definitions[name] == nil else { return }
            definitions[name] = writer.whole(schema.withoutUse)
        }
        for property in schema.properties.values { add(property) }
        if let items = schema.items { add(items) }
    }

    static func groupVersionKind(_ type: ResourceType, _ kind: String) -> JSON {
        ["group": .string(type.group), "version": .string(type.version), "kind": .string(kind)]
    }
}

extension Schema {
    /// The definition as declared: without the default and patch strategy of the field that was met first. Its
    /// description is the type's own where the type is a built-in one.
    fileprivate var withoutUse: Schema {
        var schema = self
        schema.defaultValue = nil
        schema.patchStrategy = nil
        if let name = definitionName, let declared = BuiltinKinds.schema(definition: name) {
            schema.description = declared.description
        }
        return schema
    }
}
