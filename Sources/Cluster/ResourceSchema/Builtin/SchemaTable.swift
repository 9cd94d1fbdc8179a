import KubernetesAPI

/// The types of the built-in kinds, read from tables in which a field is one line.
///
///     package io.k8s.api.core.v1
///     kind Pod -- What it is.
///       spec: PodSpec -- What the field means.
///     type PodSpec
///       containers!: [Container] | merge(name) map(name)
///       restartPolicy: string = Always | enum(Always,OnFailure,Never)
///     type HostAlias { ip!: string; hostnames: [string] }
///
/// A `kind` also has `apiVersion`, `kind` and `metadata`. `!` marks required fields. Types are `string`, `int32`,
/// `int64`, `double`, `bool`, `quantity`, `intOrString`, `time`, `microTime`, `bytes`, `any`, `object` (free-form),
/// `[T]`, `{T}` (a map with string keys) and names of declared types, of the same package or of any other.
/// After `=` comes the default; after `|` attributes: `merge` or `merge(KEY)`, `retainKeys`, `map(KEYS)`, `set`,
/// `atomicMap`, `enum(VALUES)`, `min(N)`, `max(N)`, `minItems(N)`. A long description stands on a line of its own.
struct SchemaTable: Sendable {
    /// Every declared type by its definition name, with the types of its fields filled in.
    private(set) var schemas: [String: Schema] = [:]
    /// What could not be read. Empty for the tables of this module.
    private(set) var problems: [String] = []

    private var declarations: [String: Declaration] = [:]
    /// Full names of the types that share a short name.
    private var fullNames: [String: [String]] = [:]

    private struct Declaration {
        var package: String
        var isKind: Bool
        var description: String
        var attributes: String
        var fields: [Field] = []
    }

    private struct Field {
        var name: String
        var isRequired: Bool
        var type: String
        var defaultText: String?
        var attributes: String
        var description: String
    }

    init(_ texts: [String]) {
        for text in texts { read(text) }
        for name in declarations.keys.sorted() { _ = resolve(name) }
    }

    static let builtin = SchemaTable([
        meta, coreCluster, corePod, coreContainer, coreVolume, coreScheduling, corePodStatus, coreService, coreStorage,
        apps, batch, discovery, access, policy, extensions,
    ])

    // MARK: Reading

    private mutating func read(_ text: String) {
        var package = ""
        var current: String?
        for line in text.split(separator: "\n") {
            let content = String(line.drop { $0 == " " })
            if content.hasPrefix("package ") {
                package = String(content.dropFirst(8))
            } else if content.hasPrefix("kind ") || content.hasPrefix("type ") {
                current = declare(content, in: package)
            } else if let current {
                if content.hasPrefix("-- ") {
                    describeLast(of: current, String(content.dropFirst(3)))
                } else {
                    addFields(content, to: current)
                }
            }
        }
    }

    private mutating func declare(_ line: String, in package: String) -> String {
        var (head, description) = line.cut(at: " -- ")
        var body = ""
        if let brace = head.firstIndex(of: "{") {
            body = String(head[head.index(after: brace)...].dropLast())
            head = String(head[..<brace])
        }
        let (declared, attributes) = head.cut(at: " | ")
        let words = declared.split(separator: " ").map(String.init)
        let short = words.count > 1 ? words[1] : ""
        let name = "\(package).\(short)"
        declarations[name] = Declaration(
            package: package, isKind: words.first == "kind", description: description, attributes: attributes)
        fullNames[short, default: []].append(name)
        if !body.isEmpty { addFields(body, to: name) }
        return name
    }

    private mutating func describeLast(of name: String, _ description: String) {
        guard let index = declarations[name]?.fields.indices.last else { return }
        declarations[name]?.fields[index].description = description
    }

    private mutating func addFields(_ line: String, to name: String) {
        let (head, description) = line.cut(at: " -- ")
        for part in head.split(separator: ";") {
            let (declared, attributes) = String(part).cut(at: " | ")
            let (typed, defaultText) = declared.cut(at: " = ")
            let (fieldName, type) = typed.cut(at: ": ")
            guard !type.isEmpty else {
                problems.append("\(name): no type in \"\(part)\"")
                continue
            }
            declarations[name]?.fields.append(
                Field(
                    name: fieldName.hasSuffix("!") ? String(fieldName.dropLast()) : fieldName,
                    isRequired: fieldName.hasSuffix("!"), type: type,
                    defaultText: defaultText.isEmpty ? nil : defaultText, attributes: attributes,
                    description: description))
        }
    }

    // MARK: Resolving

    private mutating func resolve(_ name: String) -> Schema? {
        if let schema = schemas[name] { return schema }
        guard let declaration = declarations[name] else { return nil }
        var schema = Schema(.object)
        schema.definitionName = name
        schema.description = declaration.description
        schema.isAtomicMap = declaration.attributes.contains("atomicMap")
        if declaration.isKind {
            schema.properties = objectProperties()
        }
        for field in declaration.fields {
            schema.properties[field.name] = self.schema(of: field, in: declaration.package)
            if field.isRequired { schema.required.append(field.name) }
        }
        schemas[name] = schema
        return schema
    }

    private mutating func objectProperties() -> [String: Schema] {
        var apiVersion = Schema(.string)
        apiVersion.description = "The group and version of the object's schema, such as apps/v1."
        var kind = Schema(.string)
        kind.description = "The kind of the object, in CamelCase."
        return [
            "apiVersion": apiVersion, "kind": kind,
            "metadata": resolve("\(Self.metaPackage).ObjectMeta") ?? Schema(.object),
        ]
    }

    static let metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1"

    private mutating func schema(of field: Field, in package: String) -> Schema {
        var schema = type(field.type, in: package)
        if !field.description.isEmpty { schema.description = field.description }
        schema.defaultValue = field.defaultText.map { Self.defaultValue($0, schema) }
        for attribute in field.attributes.split(separator: " ") {
            if !Self.apply(String(attribute), to: &schema) {
                problems.append("\(field.name): unknown attribute \"\(attribute)\"")
            }
        }
        return schema
    }

    private mutating func type(_ text: String, in package: String) -> Schema {
        if text.hasPrefix("["), text.hasSuffix("]") {
            var list = Schema(.array)
            list.allowsRepeatedKeys = true
            list.items = type(String(text.dropFirst().dropLast()), in: package)
            return list
        }
        if text.hasPrefix("{"), text.hasSuffix("}") {
            var map = Schema(.object)
            map.isMap = true
            map.items = type(String(text.dropFirst().dropLast()), in: package)
            return map
        }
        if let scalar = Self.scalars[text] { return scalar }
        let candidates = fullNames[text] ?? []
        let name = candidates.first { $0 == "\(package).\(text)" } ?? candidates.first
        guard let name, let schema = resolve(name) else {
            problems.append("unknown type \"\(text)\" in \(package)")
            return Schema(.any)
        }
        return schema
    }

    private static func defaultValue(_ text: String, _ schema: Schema) -> JSON {
        switch schema.type {
        case .integer, .integerOrString: Int64(text).map(JSON.int) ?? .string(text)
        case .boolean: .bool(text == "true")
        case .object: [:]
        default: text == "\"\"" ? "" : .string(text)
        }
    }

    private static func apply(_ attribute: String, to schema: inout Schema) -> Bool {
        let (name, rest) = attribute.cut(at: "(")
        let arguments = rest.dropLast().split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        switch name {
        case "merge":
            schema.patchStrategy = Schema.PatchStrategy(mergeKey: arguments.first { !$0.isEmpty })
        case "retainKeys":
            var strategy = schema.patchStrategy ?? Schema.PatchStrategy(merges: false)
            strategy.retainsKeys = true
            schema.patchStrategy = strategy
        case "map": schema.listType = .map(keys: arguments)
        case "set": schema.listType = .set
        case "atomic": schema.listType = .atomic
        case "atomicMap": schema.isAtomicMap = true
        case "enum": schema.validation.enumeration = arguments.map(JSON.string)
        case "min": schema.validation.minimum = arguments.first.flatMap(Double.init)
        case "max": schema.validation.maximum = arguments.first.flatMap(Double.init)
        case "minItems": schema.validation.minItems = arguments.first.flatMap { Int($0) }
        default: return false
        }
        return true
    }

    private static let scalars: [String: Schema] = {
        var scalars = [
            "string": Schema(.string), "int32": Schema(.integer), "int64": Schema(.integer), "double": Schema(.number),
            "bool": Schema(.boolean), "quantity": Schema(.integerOrString), "intOrString": Schema(.integerOrString),
            "time": Schema(.string), "microTime": Schema(.string), "bytes": Schema(.string), "any": Schema(.any),
            "object": Schema(.object),
        ]
        let formats = [
            "int32": "int32", "int64": "int64", "double": "double", "quantity": "quantity",
            "intOrString": "int-or-string", "time": "date-time", "microTime": "date-time", "bytes": "byte",
        ]
        for (name, format) in formats { scalars[name]?.format = format }
        scalars["quantity"]?.definitionName = "io.k8s.apimachinery.pkg.api.resource.Quantity"
        scalars["intOrString"]?.definitionName = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
        scalars["object"]?.preservesUnknownFields = true
        scalars["any"]?.preservesUnknownFields = true
        return scalars
    }()
}

extension String {
    /// The parts before and after the first `separator`, without the spaces around them; the second is empty where
    /// there is no separator. Works on bytes: the tables are read at every start.
    fileprivate func cut(at separator: StaticString) -> (String, String) {
        let length = separator.utf8CodeUnitCount
        let range = separator.withUTF8Buffer { wanted in
            var copy = self
            return copy.withUTF8 { text -> Range<Int>? in
                guard text.count >= length else { return nil }
                return (0...text.count - length)
                    .first { start in (0..<length).allSatisfy { text[start + $0] == wanted[$0] } }
                    .map { $0..<$0 + length }
            }
        }
        guard let range else { return (utf8[...].trimmed, "") }
        let start = utf8.index(startIndex, offsetBy: range.lowerBound)
        let end = utf8.index(startIndex, offsetBy: range.upperBound)
        return (utf8[..<start].trimmed, utf8[end...].trimmed)
    }
}

extension Substring.UTF8View {
    /// Without spaces at both ends.
    fileprivate var trimmed: String {
        var rest = self
        while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
        while rest.last == UInt8(ascii: " ") { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}
