import KubernetesAPI

extension StructuralSchemaParser {
    /// Reads the value validation of a schema.
    mutating func validation(_ json: JSON, at path: FieldPath) -> Schema.Validation {
        var rules = Schema.Validation()
        rules.enumeration = json["enum"].array ?? []
        rules.pattern = pattern(json, at: path)
        rules.minimum = json["minimum"].double
        rules.maximum = json["maximum"].double
        rules.exclusiveMinimum = json["exclusiveMinimum"].bool ?? false
        rules.exclusiveMaximum = json["exclusiveMaximum"].bool ?? false
        rules.multipleOf = json["multipleOf"].double
        rules.minLength = json["minLength"].int
        rules.maxLength = json["maxLength"].int
        rules.minItems = json["minItems"].int
        rules.maxItems = json["maxItems"].int
        rules.minProperties = json["minProperties"].int
        rules.maxProperties = json["maxProperties"].int
        if json["uniqueItems"] == true {
            errors.append(
                .forbidden(
                    path.appending("uniqueItems").text,
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"))
        }
        rules.allOf = junctors(json, "allOf", at: path)
        rules.anyOf = junctors(json, "anyOf", at: path)
        rules.oneOf = junctors(json, "oneOf", at: path)
        if !json["not"].isNull { rules.not = [parse(json["not"], at: path.appending("not"), place: .junctor)] }
        return rules
    }

    private mutating func pattern(_ json: JSON, at path: FieldPath) -> String? {
        guard let pattern = json["pattern"].string, !pattern.isEmpty else { return nil }
        if let problem = PatternCache.shared.problem(of: pattern) {
            errors.append(
                .invalid(
                    path.appending("pattern").text, .string(pattern),
                    "must be a valid regular expression, but isn't: \(problem)"))
        }
        return pattern
    }

    private mutating func junctors(_ json: JSON, _ name: String, at path: FieldPath) -> [Schema] {
        var schemas: [Schema] = []
        for (index, element) in (json[name].array ?? []).enumerated() {
            schemas.append(parse(element, at: path.appending(name).appending(index: index), place: .junctor))
        }
        return schemas
    }

    /// What may not stand within a junctor, because it is no value validation.
    mutating func checkJunctor(_ json: JSON, at path: FieldPath) {
        let isIntOrStringPart = json["type"] == "integer" || json["type"] == "string"
        for key in ["description", "default", "additionalProperties", "nullable", "title", "type"] {
            let value = json[key]
            if value.isNull || value == false || (key == "type" && isIntOrStringPart) { continue }
            errors.append(.forbidden(path.appending(key).text, "must be empty to be structural"))
        }
        for key in [
            "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string",
            "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type",
        ] where !json[key].isNull && json[key] != false {
            errors.append(.forbidden(path.appending(key).text, "must be false to be structural"))
        }
    }

    /// A property that a junctor restricts must also be declared outside of it.
    mutating func checkJunctorProperties(_ json: JSON, _ schema: Schema, at path: FieldPath) {
        var restricted: [(FieldPath, JSON)] = []
        for name in ["allOf", "anyOf", "oneOf"] {
            for (index, element) in (json[name].array ?? []).enumerated() {
                restricted.append((path.appending(name).appending(index: index), element))
            }
        }
        if !json["not"].isNull { restricted.append((path.appending("not"), json["not"])) }
        for (place, element) in restricted {
            for name in (element["properties"].object ?? [:]).keys.sorted()
            where schema.properties[name] == nil && !schema.isMap {
                let declared = path.appending("properties").appending(key: name).text
                let cause = place.appending("properties").appending(key: name).text
                errors.append(.required(declared, "because it is defined in \(cause)"))
            }
        }
    }
}
