import KubernetesAPI

extension Schema {
    /// The schema as OpenAPI v3, whole and without references, with Kubernetes' extensions.
    public var openAPIJSON: JSON { OpenAPIWriter().whole(self) }
}

/// Writes schemas as OpenAPI v3 or v2. Where `reference` gives a name, the schema is written as a reference to it.
struct OpenAPIWriter {
    /// What stands before a definition's name in a `$ref`, or nil to write definitions in place.
    var referencePrefix: String?
    /// OpenAPI v2 knows no `nullable`, `oneOf` and `anyOf`.
    var isVersion2 = false

    /// The schema itself, with references only below it.
    func whole(_ schema: Schema) -> JSON {
        var json: JSON = [:]
        writeType(of: schema, into: &json)
        writeAnnotations(of: schema, into: &json)
        if !schema.properties.isEmpty {
            json["properties"] = .object(schema.properties.mapValues(member))
        }
        if !schema.required.isEmpty { json["required"] = JSON(schema.required.sorted()) }
        if let items = schema.items { json[schema.isMap ? "additionalProperties" : "items"] = member(items) }
        writeExtensions(of: schema, into: &json)
        writeValidation(schema.validation, into: &json)
        return json
    }

    private func member(_ schema: Schema) -> JSON {
        guard let referencePrefix, let name = schema.definitionName else { return whole(schema) }
        let reference: JSON = ["$ref": .string(referencePrefix + name)]
        var annotations: JSON = [:]
        writeAnnotations(of: schema, into: &annotations)
        if schema.description == BuiltinKinds.schema(definition: name)?.description {
            annotations["description"] = .null
        }
        writeExtensions(ofUseOf: schema, into: &annotations)
        guard annotations != [:] else { return reference }
        if isVersion2 {
            annotations["$ref"] = reference["$ref"]
        } else {
            annotations["allOf"] = [reference]
        }
        return annotations
    }

    private func writeType(of schema: Schema, into json: inout JSON) {
        switch schema.type {
        case .any: break
        case .integerOrString where referencePrefix != nil && schema.definitionName != nil:
            if isVersion2 {
                json["type"] = "string"
                if schema.format == "int-or-string" { json["format"] = "int-or-string" }
            } else {
                let number: JSON = ["type": schema.format == "quantity" ? "number" : "integer"]
                json["oneOf"] = [["type": "string"], number]
            }
        case .integerOrString:
            json["x-kubernetes-int-or-string"] = true
        default:
            json["type"] = .string(schema.type.rawValue)
            if !schema.format.isEmpty { json["format"] = .string(schema.format) }
        }
    }

    private func writeAnnotations(of schema: Schema, into json: inout JSON) {
        if !schema.description.isEmpty { json["description"] = .string(schema.description) }
        if let value = schema.defaultValue { json["default"] = value }
        if schema.isNullable && !isVersion2 { json["nullable"] = true }
    }

    private func writeExtensions(of schema: Schema, into json: inout JSON) {
        if schema.preservesUnknownFields { json["x-kubernetes-preserve-unknown-fields"] = true }
        if schema.isEmbeddedResource { json["x-kubernetes-embedded-resource"] = true }
        if schema.isAtomicMap { json["x-kubernetes-map-type"] = "atomic" }
        switch schema.listType {
        case .atomic: break
        case .set: json["x-kubernetes-list-type"] = "set"
        case .map(let keys):
            json["x-kubernetes-list-type"] = "map"
            json["x-kubernetes-list-map-keys"] = JSON(keys)
        }
        writeExtensions(ofUseOf: schema, into: &json)
    }

    /// What belongs to the field and not to its type.
    private func writeExtensions(ofUseOf schema: Schema, into json: inout JSON) {
        guard let strategy = schema.patchStrategy else { return }
        let parts = [strategy.merges ? "merge" : nil, strategy.retainsKeys ? "retainKeys" : nil].compactMap(\.self)
        json["x-kubernetes-patch-strategy"] = .string(parts.joined(separator: ","))
        if let key = strategy.mergeKey { json["x-kubernetes-patch-merge-key"] = .string(key) }
    }

    private func number(_ value: Double) -> JSON {
        Int64(exactly: value).map(JSON.int) ?? .double(value)
    }

    private func writeValidation(_ rules: Schema.Validation, into json: inout JSON) {
        if !rules.enumeration.isEmpty { json["enum"] = .array(rules.enumeration) }
        json["pattern"] = rules.pattern.map(JSON.string) ?? .null
        json["minimum"] = rules.minimum.map(number) ?? .null
        json["maximum"] = rules.maximum.map(number) ?? .null
        if rules.exclusiveMinimum { json["exclusiveMinimum"] = true }
        if rules.exclusiveMaximum { json["exclusiveMaximum"] = true }
        json["multipleOf"] = rules.multipleOf.map(number) ?? .null
        let counts = [
            ("minLength", rules.minLength), ("maxLength", rules.maxLength), ("minItems", rules.minItems),
            ("maxItems", rules.maxItems), ("minProperties", rules.minProperties),
            ("maxProperties", rules.maxProperties),
        ]
        for (name, count) in counts { json[name] = count.map { .int(Int64($0)) } ?? .null }
        if rules.uniqueItems { json["uniqueItems"] = true }
        if !rules.allOf.isEmpty { json["allOf"] = .array(rules.allOf.map(whole)) }
        guard !isVersion2 else { return }
        if !rules.anyOf.isEmpty { json["anyOf"] = .array(rules.anyOf.map(whole)) }
        if !rules.oneOf.isEmpty { json["oneOf"] = .array(rules.oneOf.map(whole)) }
        if let schema = rules.not.first { json["not"] = whole(schema) }
    }
}
