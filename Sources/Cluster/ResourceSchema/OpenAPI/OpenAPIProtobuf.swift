import KubernetesAPI

/// OpenAPI v2 documents in the protobuf form of gnostic's `openapi.v2.Document`.
///
/// Written: the head, the definitions with types, descriptions, defaults and references, and vendor extensions, whose
/// values are YAML texts.
enum OpenAPIProtobuf {
    static func encode(document: JSON) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.append(1, document["swagger"].string ?? "2.0")
        writer.append(2) { info in
            info.append(1, document["info", "title"].string ?? "")
            info.append(2, document["info", "version"].string ?? "")
        }
        writer.append(8) { _ in }
        writer.append(9) { definitions in
            for (name, schema) in sorted(document["definitions"]) {
                definitions.append(1) { named in
                    named.append(1, name)
                    named.append(2) { encode(schema, into: &$0) }
                }
            }
        }
        return writer.bytes
    }

    private static func encode(_ schema: JSON, into writer: inout ProtobufWriter) {
        if let reference = schema["$ref"].string { writer.append(1, reference) }
        if let format = schema["format"].string { writer.append(2, format) }
        if let description = schema["description"].string { writer.append(4, description) }
        if !schema["default"].isNull { writer.append(5) { any(schema["default"], into: &$0) } }
        if let maximum = schema["maximum"].double { writer.append(7, maximum) }
        if let minimum = schema["minimum"].double { writer.append(9, minimum) }
        if let pattern = schema["pattern"].string { writer.append(13, pattern) }
        if let count = schema["maxItems"].int, count >= 0 { writer.append(14, UInt64(count)) }
        if let count = schema["minItems"].int, count >= 0 { writer.append(15, UInt64(count)) }
        for name in schema["required"].strings { writer.append(19, name) }
        for value in schema["enum"].array ?? [] { writer.append(20) { any(value, into: &$0) } }
        if !schema["additionalProperties"].isNull {
            writer.append(21) { item in
                item.append(1) { encode(schema["additionalProperties"], into: &$0) }
            }
        }
        if let type = schema["type"].string { writer.append(22) { $0.append(1, type) } }
        if !schema["items"].isNull {
            writer.append(23) { list in list.append(1) { encode(schema["items"], into: &$0) } }
        }
        if !schema["properties"].isNull {
            writer.append(25) { properties in
                for (name, property) in sorted(schema["properties"]) {
                    properties.append(1) { named in
                        named.append(1, name)
                        named.append(2) { encode(property, into: &$0) }
                    }
                }
            }
        }
        for (name, value) in sorted(schema) where name.hasPrefix("x-") {
            writer.append(31) { named in
                named.append(1, name)
                named.append(2) { any(value, into: &$0) }
            }
        }
    }

    /// JSON is YAML, which this message carries.
    private static func any(_ value: JSON, into writer: inout ProtobufWriter) {
        writer.append(2, value.description + "\n")
    }

    private static func sorted(_ json: JSON) -> [(key: String, value: JSON)] {
        (json.object ?? [:]).sorted { $0.key < $1.key }
    }
}
