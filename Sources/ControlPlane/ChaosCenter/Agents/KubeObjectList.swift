import GraphQL

/// `KubeObject`: the objects of a namespace, as an agent lists them.
struct KubeObjectList: GraphQLOutput {
    struct Object: GraphQLOutput {
        let name: String
        /// `KEY=VALUE`.
        let labels: [String]?
    }

    let namespace: String
    let objects: [Object]

    /// Reads `{"namespace": NAME, "data": [{"name": NAME, "labels": ["KEY=VALUE"], …}]}`. What has no name is left out.
    /// - Throws: `CenterError.invalid` for other shapes.
    init(json text: String) throws {
        let value = try Self.value(of: text, "kubeObj")
        guard let object = value.objectValue, let data = object["data"] else {
            throw CenterError.invalid("kubeObj: the agent's answer is no object with the member 'data'")
        }
        namespace = object["namespace"]?.stringValue ?? ""
        // An agent that finds nothing may write null.
        objects = (data.listValue ?? []).compactMap { item in
            guard let name = item["name"]?.stringValue else { return nil }
            return Object(name: name, labels: item["labels"]?.listValue?.compactMap(\.stringValue))
        }
    }

    /// Reads `[{"name": NAME}]`.
    /// - Throws: `CenterError.invalid` for other shapes.
    static func namespaces(json text: String) throws -> [String] {
        let value = try Self.value(of: text, "kubeNamespace")
        if value.isNull { return [] }
        guard let items = value.listValue else {
            throw CenterError.invalid("kubeNamespace: the agent's answer is no list")
        }
        return items.compactMap { $0["name"]?.stringValue }
    }

    private static func value(of text: String, _ name: String) throws -> GraphQLValue {
        do {
            return try GraphQLValue(json: text)
        } catch {
            throw CenterError.invalid("\(name): the agent's answer is no JSON: \(error.reason)")
        }
    }
}
