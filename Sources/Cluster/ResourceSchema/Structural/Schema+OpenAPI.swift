import KubernetesAPI

extension Schema {
    /// Parses the `openAPIV3Schema` of a CustomResourceDefinition.
    ///
    /// - Parameter path: where the schema is in the definition, for errors.
    /// - Throws: everything that makes it no structural schema, and every pattern that is no regular expression.
    public init(openAPIV3 json: JSON, path: String) throws(FieldErrors) {
        var parser = StructuralSchemaParser()
        let schema = parser.parseRoot(json, at: FieldPath(path))
        guard parser.errors.isEmpty else { throw FieldErrors(parser.errors) }
        self = schema
    }
}

/// Reads one schema and collects what breaks the rules of structural schemas.
struct StructuralSchemaParser {
    var errors: [FieldError] = []

    private static let unsupportedKeys = [
        "$ref", "definitions", "dependencies", "deprecated", "discriminator", "id", "patternProperties", "readOnly",
        "writeOnly", "xml", "additionalItems",
    ]

    mutating func parseRoot(_ json: JSON, at path: FieldPath) -> Schema {
        let schema = parse(json, at: path, place: .root)
        if !errors.contains(where: { $0.field == path.appending("type").text }), schema.type != .object {
            errors.append(.invalid(path.appending("type").text, json["type"], "must be object at the root"))
        }
        return schema
    }

    /// Where in the whole schema a schema stands: the rules differ.
    enum Place {
        case root, property, item
        /// Within `allOf`, `anyOf`, `oneOf` or `not`: value validation only.
        case junctor
    }

    mutating func parse(_ json: JSON, at path: FieldPath, place: Place) -> Schema {
        guard json.object != nil else {
            errors.append(.wrongType(path.text, json, expected: "object"))
            return Schema(.any)
        }
        for key in Self.unsupportedKeys where !json[key].isNull && json[key] != false {
            errors.append(.forbidden(path.appending(key).text, "\(key) is not supported"))
        }
        var schema = Schema(type(json, at: path, place: place))
        schema.description = json["description"].string ?? ""
        schema.format = json["format"].string ?? ""
        schema.isNullable = json["nullable"].bool ?? false
        schema.required = json["required"].strings
        readExtensions(json, into: &schema, at: path)
        readMembers(json, into: &schema, at: path, place: place)
        schema.validation = validation(json, at: path)
        if place == .junctor {
            checkJunctor(json, at: path)
        } else {
            checkJunctorProperties(json, schema, at: path)
            readListType(json, into: &schema, at: path)
            readDefault(json, into: &schema, at: path)
        }
        return schema
    }

    private mutating func type(_ json: JSON, at path: FieldPath, place: Place) -> Schema.ValueType {
        let isIntOrString = json["x-kubernetes-int-or-string"].bool ?? false
        let preserves = json["x-kubernetes-preserve-unknown-fields"].bool ?? false
        let field = path.appending("type").text
        guard let name = json["type"].string, !name.isEmpty else {
            if isIntOrString { return .integerOrString }
            switch place {
            case .root: errors.append(.required(field, "must not be empty at the root"))
            case .property where !preserves:
                errors.append(.required(field, "must not be empty for specified object fields"))
            case .item where !preserves:
                errors.append(.required(field, "must not be empty for specified array items"))
            default: break
            }
            return .any
        }
        guard let type = Schema.ValueType(rawValue: name), type != .integerOrString, type != .any else {
            let supported = ["array", "boolean", "integer", "number", "object", "string"]
            errors.append(.unsupported(field, json["type"], supported: supported))
            return .any
        }
        if isIntOrString {
            errors.append(.invalid(field, json["type"], "must be empty if x-kubernetes-int-or-string is true"))
        }
        return type
    }

    private mutating func readExtensions(_ json: JSON, into schema: inout Schema, at path: FieldPath) {
        let preserve = json["x-kubernetes-preserve-unknown-fields"]
        if preserve == false {
            let field = path.appending("x-kubernetes-preserve-unknown-fields").text
            errors.append(.invalid(field, false, "must be true or undefined"))
        }
        schema.preservesUnknownFields = preserve.bool ?? false
        schema.isEmbeddedResource = json["x-kubernetes-embedded-resource"].bool ?? false
        if schema.isEmbeddedResource {
            if schema.type != .object {
                errors.append(
                    .invalid(
                        path.appending("type").text, json["type"],
                        "must be object if x-kubernetes-embedded-resource is true"))
            }
            if !schema.preservesUnknownFields && json["properties"].object?.isEmpty ?? true {
                errors.append(
                    .required(
                        path.appending("properties").text,
                        "must not be empty if x-kubernetes-embedded-resource is true without "
                            + "x-kubernetes-preserve-unknown-fields"))
            }
        }
        switch json["x-kubernetes-map-type"].string {
        case nil, "granular": break
        case "atomic": schema.isAtomicMap = true
        case let other?:
            errors.append(
                .unsupported(
                    path.appending("x-kubernetes-map-type").text, .string(other), supported: ["atomic", "granular"]))
        }
    }

    private mutating func readMembers(_ json: JSON, into schema: inout Schema, at path: FieldPath, place: Place) {
        let nested: Place = place == .junctor ? .junctor : .property
        for (name, property) in (json["properties"].object ?? [:]).sorted(by: { $0.key < $1.key }) {
            let field = path.appending("properties").appending(key: name)
            schema.properties[name] = parse(property, at: field, place: nested)
        }
        switch json["items"] {
        case .null:
            if schema.type == .array && place != .junctor {
                errors.append(.required(path.appending("items").text, "must be specified"))
            }
        case .array:
            errors.append(.forbidden(path.appending("items").text, "items must be a schema object and not an array"))
        case let items:
            schema.items = parse(items, at: path.appending("items"), place: place == .junctor ? .junctor : .item)
        }
        readAdditionalProperties(json, into: &schema, at: path.appending("additionalProperties"), place: nested)
    }

    private mutating func readAdditionalProperties(
        _ json: JSON, into schema: inout Schema, at path: FieldPath, place: Place
    ) {
        switch json["additionalProperties"] {
        case .null: return
        case .bool(false): errors.append(.forbidden(path.text, "additionalProperties cannot be set to false"))
        case .bool(true):
            schema.isMap = true
            var anything = Schema(.any)
            anything.preservesUnknownFields = true
            schema.items = anything
        case let values:
            schema.isMap = true
            schema.items = parse(values, at: path, place: place)
        }
        if !schema.properties.isEmpty {
            errors.append(.forbidden(path.text, "additionalProperties and properties are mutual exclusive"))
        }
    }

    private mutating func readListType(_ json: JSON, into schema: inout Schema, at path: FieldPath) {
        let keys = json["x-kubernetes-list-map-keys"].strings
        let keysField = path.appending("x-kubernetes-list-map-keys")
        let typeField = path.appending("x-kubernetes-list-type").text
        guard let name = json["x-kubernetes-list-type"].string else {
            if !keys.isEmpty {
                errors.append(.required(typeField, "must be map if x-kubernetes-list-map-keys is non-empty"))
            }
            return
        }
        if schema.type != .array {
            let type = path.appending("type").text
            errors.append(.invalid(type, json["type"], "must be array if x-kubernetes-list-type is specified"))
        }
        switch name {
        case "atomic": schema.listType = .atomic
        case "set": schema.listType = .set
        case "map":
            schema.listType = .map(keys: keys)
            if keys.isEmpty {
                errors.append(.required(keysField.text, "must not be empty if x-kubernetes-list-type is map"))
            }
            for (index, key) in keys.enumerated() where schema.items?.properties[key] == nil {
                errors.append(
                    .invalid(
                        keysField.appending(index: index).text, .string(key),
                        "entries must all be names of item properties"))
            }
        default: errors.append(.unsupported(typeField, .string(name), supported: ["atomic", "map", "set"]))
        }
    }

    private mutating func readDefault(_ json: JSON, into schema: inout Schema, at path: FieldPath) {
        let value = json["default"]
        guard !value.isNull else { return }
        let field = path.appending("default").text
        let (_, unknown) = schema.pruning(value)
        for name in unknown { errors.append(.invalid(field, value, "must not have unknown fields: \(name)")) }
        errors += schema.validate(schema.applyingDefaults(to: value), path: field)
        schema.defaultValue = value
    }
}
