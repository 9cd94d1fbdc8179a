import KubernetesAPI
import ResourceSchema

/// What happens to every object that comes in, whatever the request: checked against the schema, unknown fields removed
/// or refused, defaults filled in. Pure.
struct ObjectIntake {
    let kind: ServedKind
    /// `Ignore`, `Warn`, `Strict` or empty.
    var fieldValidation = ""

    /// - Throws: `Status` 400 for what cannot be an object of the kind, 422 for what may not.
    func take(_ object: JSON) throws -> JSON {
        var object = try identified(object)
        let schema = kind.resource.schema
        let (pruned, unknown) = schema.pruning(object)
        if fieldValidation == "Strict", !unknown.isEmpty {
            let list = unknown.map { "unknown field \"\($0)\"" }.joined(separator: ", ")
            throw Status.badRequest("strict decoding error: \(list)")
        }
        object = schema.applyingDefaults(to: pruned)
        if !kind.resource.isCustom {
            try checkTypes(object)
            BuiltinDefaulting.apply(kind.type.kind, &object)
        }
        return object
    }

    /// - Throws: `Status` 422 with every invalid field.
    func validate(_ object: JSON, old: JSON? = nil) throws {
        let type = kind.type
        var errors = BuiltinValidation.validateMetadata(object, kind: type.kind, isNamespaced: type.isNamespaced)
        if kind.resource.isCustom {
            errors += kind.resource.schema.validate(object)
        } else {
            errors += kind.resource.schema.validate(object).filter { $0.reason != "FieldValueTypeInvalid" }
            errors += BuiltinValidation.validate(type.kind, object)
            if let old { errors += BuiltinValidation.validateUpdate(type.kind, old: old, new: object) }
        }
        guard errors.isEmpty else {
            var seen: Set<FieldError> = []
            throw Status.invalid(
                kind: type.kind, group: type.group, name: object["metadata", "name"].string ?? "",
                errors.filter { seen.insert($0).inserted })
        }
    }

    private func identified(_ object: JSON) throws -> JSON {
        guard case .object = object else {
            throw Status.badRequest("the request must be a JSON object, not \(object.typeName)")
        }
        var object = object
        let type = kind.type
        for (field, expected) in [("apiVersion", type.apiVersion), ("kind", type.kind)] {
            switch object[field] {
            case .string(expected): continue
            case .string(""), .null:
                guard !kind.resource.isCustom else {
                    throw Status.badRequest("Object '\(field == "kind" ? "Kind" : field)' is missing in '\(object)'")
                }
                object[field] = .string(expected)
            default:
                let name = field == "kind" ? "kind" : "API version"
                let given = object[field].string ?? "\(object[field])"
                throw Status.badRequest(
                    "the \(name) in the data (\(given)) does not match the expected \(name) (\(expected))")
            }
        }
        guard object["metadata"].isNull || object["metadata"].object != nil else {
            throw Status.badRequest("metadata must be an object, not \(object["metadata"].typeName)")
        }
        return object
    }

    private func checkTypes(_ object: JSON) throws {
        let wrong = kind.resource.schema.validate(object).filter { $0.reason == "FieldValueTypeInvalid" }
        guard wrong.isEmpty else {
            let name = kind.type.kind
            throw Status.badRequest(
                "\(name) in version \"\(kind.type.version)\" cannot be handled as a \(name): "
                    + wrong.map(\.description).joined(separator: "; "))
        }
    }
}
