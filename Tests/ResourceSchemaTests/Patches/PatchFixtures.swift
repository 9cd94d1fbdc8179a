import KubernetesAPI

@testable import ResourceSchema

/// A cut of the Deployment schema with every way in which a list or object can be merged.
enum PatchFixtures {
    static let text = Schema(.string)
    static let integer = Schema(.integer)

    static func object(_ properties: [String: Schema]) -> Schema {
        var schema = Schema(.object)
        schema.properties = properties
        return schema
    }

    static func map(of values: Schema) -> Schema {
        var schema = Schema(.object)
        schema.isMap = true
        schema.items = values
        return schema
    }

    static func list(of items: Schema, mergeKey: String? = nil, merges: Bool = false, type: Schema.ListType = .atomic)
        -> Schema
    {
        var schema = Schema(.array)
        schema.items = items
        schema.listType = type
        if merges || mergeKey != nil { schema.patchStrategy = .init(mergeKey: mergeKey) }
        return schema
    }

    static let ports: Schema = {
        var protocolName = text
        protocolName.defaultValue = "TCP"
        return list(
            of: object(["containerPort": integer, "protocol": protocolName, "name": text]), mergeKey: "containerPort",
            type: .map(keys: ["containerPort", "protocol"]))
    }()

    static let container = object([
        "name": text, "image": text, "args": list(of: text), "ports": ports,
        // Only a merge key, as some built-in lists have no list type.
        "env": list(of: object(["name": text, "value": text]), mergeKey: "name"),
    ])

    static let deployment: Schema = {
        var selector = object(["matchLabels": map(of: text)])
        selector.isAtomicMap = true
        let containers = list(of: container, mergeKey: "name", type: .map(keys: ["name"]))
        return object([
            "apiVersion": text, "kind": text,
            "metadata": object([
                "name": text, "labels": map(of: text), "annotations": map(of: text),
                "finalizers": list(of: text, merges: true, type: .set),
            ]),
            "spec": object([
                "replicas": integer, "selector": selector, "paused": Schema(.boolean),
                "strategy": object(["type": text, "rollingUpdate": object(["maxSurge": integer])]),
                "template": object([
                    "spec": object([
                        "containers": containers, "tolerations": list(of: object(["key": text])), "volumes": volumes,
                    ])
                ]),
            ]),
        ])
    }()

    static let volumes = list(
        of: object(["name": text, "emptyDir": object([:]), "configMap": object(["name": text])]), mergeKey: "name",
        type: .map(keys: ["name"]))

    /// A Deployment of one container, `web`, changed by `change`.
    static func deployment(_ change: (inout JSON) -> Void = { _ in }) -> JSON {
        var json: JSON = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": ["template": ["spec": ["containers": [["name": "web", "image": "nginx:1"]]]]],
        ]
        change(&json)
        return json
    }

    static func containers(_ json: JSON) -> [JSON] { json["spec", "template", "spec", "containers"].array ?? [] }
}
