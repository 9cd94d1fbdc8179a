import KubernetesAPI

/// The paths of an OpenAPI v2 document, as far as clients look at them: that objects of a kind can be patched, and
/// which query parameters that takes. Older versions of `kubectl` want `dryRun` there before they compare or try.
public enum OpenAPIPatchPaths {
    /// The parameters that every patch takes.
    static let parameters = ["dryRun", "fieldManager", "fieldValidation", "force"]

    /// The `paths` of gnostic's `openapi.v2.Document`, to be appended to the bytes of one: in protobuf the parts of a
    /// message that occurs twice are merged.
    public static func protobuf(of resources: [ServedResource]) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.append(8) { paths in
            for resource in resources where resource.verbs.contains("patch") {
                paths.append(2) { path in
                    path.append(1, name(of: resource.type))
                    path.append(2) { item in item.append(8) { operation(resource.type, into: &$0) } }
                }
            }
        }
        return writer.bytes
    }

    private static func name(of type: ResourceType) -> String {
        let scope = type.isNamespaced ? "/namespaces/{namespace}" : ""
        return "/\(OpenAPIDocuments.path(of: type))\(scope)/\(type.plural)/{name}"
    }

    private static func operation(_ type: ResourceType, into operation: inout ProtobufWriter) {
        for name in parameters {
            operation.append(8) { item in
                item.append(1) { parameter in
                    parameter.append(2) { nonBody in nonBody.append(3) { query(name, into: &$0) } }
                }
            }
        }
        let kind = DefinitionCollector.groupVersionKind(type, type.kind)
        operation.append(13) { named in
            named.append(1, "x-kubernetes-group-version-kind")
            named.append(2) { $0.append(2, kind.description + "\n") }
        }
    }

    private static func query(_ name: String, into query: inout ProtobufWriter) {
        query.append(2, "query")
        query.append(4, name)
        query.append(6, name == "force" ? "boolean" : "string")
    }
}
