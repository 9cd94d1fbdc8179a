import KubernetesAPI

/// The paths of one resource in an OpenAPI v3 document.
struct OpenAPIPaths {
    let resource: ServedResource

    var items: [(path: String, item: JSON)] {
        let type = resource.type
        let root = "/" + OpenAPIDocuments.path(of: type)
        let scope = type.isNamespaced ? "/namespaces/{namespace}" : ""
        let collection = "\(root)\(scope)/\(type.plural)"
        var items: [(String, JSON)] = []
        let onCollection = ["post": "create", "get": "list", "delete": "deletecollection"]
        let onObject = ["get": "get", "put": "update", "patch": "patch", "delete": "delete"]
        items.append((collection, item(onCollection)))
        if onObject.values.contains(where: resource.verbs.contains) {
            items.append(("\(collection)/{name}", item(onObject, named: true)))
        }
        if type.isNamespaced && resource.verbs.contains("list") {
            items.append(("\(root)/\(type.plural)", item(["get": "list"], namespaced: false)))
        }
        for subresource in resource.subresources where ["status", "scale"].contains(subresource) {
            let operations = onObject.filter { $0.key != "delete" }
            items.append(("\(collection)/{name}/\(subresource)", item(operations, named: true)))
        }
        return items
    }

    private func item(_ operations: [String: String], named: Bool = false, namespaced: Bool = true) -> JSON {
        var item: JSON = [:]
        for (method, verb) in operations where resource.verbs.contains(verb) { item[method] = operation(method, verb) }
        var parameters: [JSON] = []
        if named { parameters.append(Self.pathParameter("name", "The object's name.")) }
        if namespaced && resource.type.isNamespaced {
            parameters.append(Self.pathParameter("namespace", "The object's namespace."))
        }
        if !parameters.isEmpty { item["parameters"] = .array(parameters) }
        return item
    }

    private func operation(_ method: String, _ verb: String) -> JSON {
        let type = resource.type
        var operation: JSON = [
            "tags": [.string(type.group.isEmpty ? "core_\(type.version)" : "\(type.group)_\(type.version)")],
            "operationId": .string("\(verb)\(type.kind)"),
            "x-kubernetes-action": .string(verb == "create" ? "post" : verb == "update" ? "put" : verb),
            "x-kubernetes-group-version-kind": DefinitionCollector.groupVersionKind(type, type.kind),
            "responses": ["200": ["description": "OK", "content": content(isList: verb == "list")]],
        ]
        operation["parameters"] = .array(parameters(verb))
        switch method {
        case "post", "put": operation["requestBody"] = ["required": true, "content": ["*/*": ["schema": reference()]]]
        case "patch": operation["requestBody"] = ["required": true, "content": patchContent]
        default: break
        }
        return operation
    }

    private func parameters(_ verb: String) -> [JSON] {
        switch verb {
        case "create", "update": return ["dryRun", "fieldManager", "fieldValidation"].map(Self.queryParameter)
        case "patch":
            return ["dryRun", "fieldManager", "fieldValidation"].map(Self.queryParameter)
                + [Self.queryParameter("force", type: "boolean")]
        case "delete":
            return ["dryRun", "propagationPolicy"].map(Self.queryParameter)
                + [Self.queryParameter("gracePeriodSeconds", type: "integer")]
        case "list", "deletecollection":
            return ["labelSelector", "fieldSelector", "continue", "resourceVersion"].map(Self.queryParameter)
                + [Self.queryParameter("limit", type: "integer"), Self.queryParameter("watch", type: "boolean")]
        default: return []
        }
    }

    private var patchContent: JSON {
        var types = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"]
        if !resource.isCustom { types.append("application/strategic-merge-patch+json") }
        var content: JSON = [:]
        for type in types { content[type] = ["schema": ["type": "object"]] }
        return content
    }

    private func content(isList: Bool) -> JSON {
        ["application/json": ["schema": reference(isList: isList)]]
    }

    private func reference(isList: Bool = false) -> JSON {
        guard let name = resource.schema.definitionName else { return ["type": "object"] }
        return ["$ref": .string("#/components/schemas/\(name)\(isList ? "List" : "")")]
    }

    private static func pathParameter(_ name: String, _ description: String) -> JSON {
        [
            "name": .string(name), "in": "path", "required": true, "description": .string(description),
            "schema": ["type": "string", "uniqueItems": true],
        ]
    }

    private static func queryParameter(_ name: String) -> JSON { queryParameter(name, type: "string") }

    private static func queryParameter(_ name: String, type: String) -> JSON {
        ["name": .string(name), "in": "query", "schema": ["type": .string(type), "uniqueItems": true]]
    }
}
