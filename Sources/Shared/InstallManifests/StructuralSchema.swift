import KubernetesAPI

/// Short forms for the parts of a CustomResourceDefinition's `openAPIV3Schema`.
enum StructuralSchema {
    /// An object whose other members are kept.
    static func object(
        _ properties: [String: JSON] = [:], required: [String] = [], _ description: String = ""
    ) -> JSON {
        var schema: JSON = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        if !properties.isEmpty { schema["properties"] = .object(properties) }
        if !required.isEmpty { schema["required"] = JSON(required) }
        return described(schema, description)
    }

    static func string(_ description: String = "", pattern: String? = nil, minLength: Int? = nil) -> JSON {
        var schema: JSON = ["type": "string"]
        if let pattern { schema["pattern"] = .string(pattern) }
        if let minLength { schema["minLength"] = .int(Int64(minLength)) }
        return described(schema, description)
    }

    static func integer(_ description: String = "") -> JSON { described(["type": "integer"], description) }

    static func number(_ description: String = "") -> JSON { described(["type": "number"], description) }

    static func boolean(_ description: String = "") -> JSON { described(["type": "boolean"], description) }

    static func list(of items: JSON, _ description: String = "") -> JSON {
        // Clients that write whole objects send null for a list that they do not have.
        described(["type": "array", "items": items, "nullable": true], description)
    }

    static func stringMap(_ description: String = "") -> JSON {
        described(["type": "object", "additionalProperties": ["type": "string"], "nullable": true], description)
    }

    private static func described(_ schema: JSON, _ description: String) -> JSON {
        var schema = schema
        if !description.isEmpty { schema["description"] = .string(description) }
        return schema
    }

    // MARK: - Kinds of core/v1 that chaos resources embed

    static func environment(_ description: String) -> JSON {
        list(
            of: object(["name": string("The variable's name."), "value": string("Its value.")], required: ["name"]),
            description)
    }

    static func mounts(_ what: String) -> JSON {
        list(
            of: object(
                [
                    "name": string("Name of the \(what).", minLength: 1),
                    "mountPath": string("Where it is mounted.", minLength: 1),
                    "data": stringMap(),
                ], required: ["name", "mountPath"]),
            "Each \(what) that is mounted; it must exist in the engine's namespace.")
    }

    static func tolerations() -> JSON {
        list(
            of: object([
                "effect": string(), "key": string(), "operator": string(), "value": string(),
                "tolerationSeconds": integer(),
            ]), "Taints that the pod tolerates.")
    }

    static func localReferences(_ description: String) -> JSON { list(of: object(["name": string()]), description) }
}
