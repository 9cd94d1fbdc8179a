import KubernetesAPI
import ResourceSchema
import Testing

/// YAML of one document as JSON.
func yaml(_ text: String) throws -> JSON {
    try #require(JSON.documents(yaml: text, source: "test").first)
}

func builtin(_ kind: String) throws -> ServedResource {
    try #require(BuiltinKinds.all.first { $0.type.kind == kind })
}

/// What the API server makes of a new object of a built-in kind.
func defaulted(_ object: JSON) throws -> JSON {
    let kind = object["kind"].string ?? ""
    var result = try builtin(kind).schema.applyingDefaults(to: object)
    BuiltinDefaulting.apply(kind, &result)
    return result
}

/// Everything that is wrong with an object of a built-in kind, as text.
func problems(_ object: JSON) throws -> [String] {
    let kind = object["kind"].string ?? ""
    let full = try defaulted(object)
    return (try builtin(kind).schema.validate(full) + BuiltinValidation.validate(kind, full)).map(\.description)
}
