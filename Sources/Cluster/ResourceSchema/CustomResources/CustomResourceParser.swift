import KubernetesAPI

/// Turns a CustomResourceDefinition (apiextensions.k8s.io/v1) into the resources that it adds.
public enum CustomResourceParser {
    /// - Parameter crd: the whole definition, with its defaults applied.
    /// - Returns: one resource for each served version, the preferred version first.
    /// - Throws: `FieldErrors` with everything that is wrong with the definition.
    public static func parse(crd: JSON) throws(FieldErrors) -> [ServedResource] {
        var errors = CustomResourceValidation.errors(of: crd)
        var resources: [ServedResource] = []
        for (index, version) in (crd["spec", "versions"].array ?? []).enumerated() {
            let path = "spec.versions[\(index)]"
            do throws(FieldErrors) {
                let resource = try resource(crd, version, at: path)
                if version["served"].bool ?? false { resources.append(resource) }
            } catch {
                errors += error.errors
            }
        }
        guard errors.isEmpty else { throw FieldErrors(errors) }
        resources.sort { APIVersionOrder.precedes($0.type.version, $1.type.version) }
        for index in resources.indices { resources[index].isPreferred = index == 0 }
        return resources
    }

    /// The version that objects are stored in, or nil when the definition marks none.
    public static func storageVersion(of crd: JSON) -> String? {
        crd["spec", "versions"].array?.first { $0["storage"] == true }?["name"].string
    }

    private static func resource(
        _ crd: JSON, _ version: JSON, at path: String
    ) throws(FieldErrors) -> ServedResource {
        let spec = crd["spec"]
        let names = spec["names"]
        let group = spec["group"].string ?? ""
        let name = version["name"].string ?? ""
        let type = ResourceType(
            group: group, version: name, kind: names["kind"].string ?? "", plural: names["plural"].string ?? "",
            isNamespaced: spec["scope"] == "Namespaced")
        let subresources = ["status", "scale"].filter { !version["subresources"][$0].isNull }
        let columns = try columns(version["additionalPrinterColumns"], at: "\(path).additionalPrinterColumns")
        var resource = ServedResource(
            type: type, singular: names["singular"].string, shortNames: names["shortNames"].strings,
            categories: names["categories"].strings, subresources: subresources.sorted(),
            schema: try schema(version, type, preservesAll: spec["preserveUnknownFields"].bool ?? false, at: path),
            columns: columns, isCustom: true,
            scale: try scale(version["subresources", "scale"], at: "\(path).subresources.scale"),
            selectableFields: (version["selectableFields"].array ?? []).compactMap { field in
                field["jsonPath"].string.map { String($0.drop { $0 == "." }) }
            })
        if !columns.isEmpty { resource.standardColumns = [.name] }
        return resource
    }

    private static func schema(
        _ version: JSON, _ type: ResourceType, preservesAll: Bool, at path: String
    ) throws(FieldErrors) -> Schema {
        let json = version["schema", "openAPIV3Schema"]
        let field = "\(path).schema.openAPIV3Schema"
        guard !json.isNull else { throw FieldErrors([.required(field, "schemas are required")]) }
        var schema = try Schema(openAPIV3: json, path: field)
        try checkMetadata(json["properties", "metadata"], at: "\(field).properties[metadata]")
        let reversed = type.group.split(separator: ".").reversed().joined(separator: ".")
        schema.definitionName = "\(reversed).\(type.version).\(type.kind)"
        if preservesAll { schema.preservesUnknownFields = true }
        let restrictions = schema.properties["metadata"]?.properties ?? [:]
        var metadata =
            BuiltinKinds.schema(definition: "\(SchemaTable.metaPackage).ObjectMeta") ?? Schema(.object)
        for (name, restriction) in restrictions { metadata.properties[name] = restriction }
        schema.properties["metadata"] = metadata
        for name in ["apiVersion", "kind"] where schema.properties[name] == nil {
            schema.properties[name] = Schema(.string)
        }
        return schema
    }

    /// Only names may be restricted: the rest of the metadata belongs to Kubernetes.
    private static func checkMetadata(_ metadata: JSON, at path: String) throws(FieldErrors) {
        let restricted = (metadata["properties"].object ?? [:]).keys.filter { $0 != "name" && $0 != "generateName" }
        guard restricted.isEmpty else {
            throw FieldErrors([
                .forbidden(
                    "\(path).properties[\(restricted.sorted()[0])]",
                    "must not specify anything other than name and generateName, but metadata is implicitly specified")
            ])
        }
    }

    private static func columns(_ json: JSON, at path: String) throws(FieldErrors) -> [PrinterColumn] {
        var columns: [PrinterColumn] = []
        for (index, column) in (json.array ?? []).enumerated() {
            let place = "\(path)[\(index)]"
            let jsonPath = try JSONPath(checked: column["jsonPath"], at: "\(place).jsonPath")
            let type = column["type"].string ?? ""
            guard ["string", "integer", "number", "boolean", "date"].contains(type) else {
                let supported = ["boolean", "date", "integer", "number", "string"]
                throw FieldErrors([.unsupported("\(place).type", column["type"], supported: supported)])
            }
            guard let name = column["name"].string, !name.isEmpty else {
                throw FieldErrors([.required("\(place).name")])
            }
            columns.append(
                PrinterColumn(
                    name, type: type, format: column["format"].string ?? "",
                    description: column["description"].string ?? "", priority: column["priority"].int ?? 0
                ) { CustomCell.value(jsonPath.values(in: $0), type: type) })
        }
        return columns
    }

    private static func scale(_ json: JSON, at path: String) throws(FieldErrors) -> ServedResource.ScalePaths? {
        guard !json.isNull else { return nil }
        func members(_ name: String) throws(FieldErrors) -> [String] {
            let field = "\(path).\(name)"
            guard let members = try JSONPath(checked: json[name], at: field).members else {
                throw FieldErrors([.invalid(field, json[name], "must be a json path without array notation")])
            }
            return members
        }
        return ServedResource.ScalePaths(
            specReplicas: try members("specReplicasPath"), statusReplicas: try members("statusReplicasPath"),
            labelSelector: json["labelSelectorPath"].isNull ? [] : try members("labelSelectorPath"))
    }
}

extension JSONPath {
    /// A path of a definition; what is wrong with it is an error of that field.
    fileprivate init(checked json: JSON, at field: String) throws(FieldErrors) {
        guard let text = json.string, !text.isEmpty else { throw FieldErrors([.required(field)]) }
        do throws(JSONPathError) {
            self = try JSONPath(text)
        } catch {
            throw FieldErrors([.invalid(field, json, error.description)])
        }
    }
}

/// Cells of custom columns.
private enum CustomCell {
    /// The first value, as the column's type wants it: `<none>` is left to the client, which shows null so.
    static func value(_ values: [JSON], type: String) -> JSON {
        guard let first = values.first else { return .null }
        switch type {
        case "string":
            let texts = values.map { $0.string ?? ($0.isNull ? "" : "\($0)") }
            return .string(texts.joined(separator: ","))
        case "integer": return first.int.map { .int(Int64($0)) } ?? .null
        case "number": return first.double == nil ? .null : first
        case "boolean": return first.bool == nil ? .null : first
        default: return first
        }
    }
}
