/// RFC 6902 JSON Patch.
public struct JSONPatch: Sendable, Hashable {
    public var operations: [JSON]

    /// - Throws: `Status` (400) when the value is no list of operations.
    public init(json: JSON) throws {
        guard let operations = json.array else {
            throw Status.badRequest("a JSON patch is a list of operations, not \(json.typeName)")
        }
        self.operations = operations
    }

    /// - Throws: `Status`: 400 on a malformed operation, 422 when one cannot be applied or a `test` fails.
    public func applied(to document: JSON) throws -> JSON {
        var result = document
        for (index, operation) in operations.enumerated() {
            try apply(operation, index: index, to: &result)
        }
        return result
    }

    private func apply(_ operation: JSON, index: Int, to document: inout JSON) throws {
        guard let name = operation["op"].string else {
            throw Status.badRequest("operation \(index) of the JSON patch has no \"op\"")
        }
        let path = try Pointer(operation["path"], index: index)
        let value = operation.object?["value"]
        func required() throws -> JSON {
            guard let value else {
                throw Status.badRequest("operation \(index) (\(name)) of the JSON patch has no \"value\"")
            }
            return value
        }
        switch name {
        case "add": try path.add(required(), to: &document)
        case "remove": try path.remove(from: &document)
        case "replace":
            _ = try path.value(in: document)
            try path.replace(with: required(), in: &document)
        case "move":
            let from = try Pointer(operation["from"], index: index)
            let moved = try from.value(in: document)
            try from.remove(from: &document)
            try path.add(moved, to: &document)
        case "copy":
            try path.add(try Pointer(operation["from"], index: index).value(in: document), to: &document)
        case "test":
            guard try path.value(in: document) == required() else {
                throw Pointer.unprocessable("the test of \"\(path.text)\" failed")
            }
        default:
            throw Status.badRequest("operation \(index) of the JSON patch has the unknown \"op\" \"\(name)\"")
        }
    }
}

/// RFC 6901 JSON Pointer.
private struct Pointer {
    let text: String
    let tokens: [String]

    init(_ json: JSON, index: Int) throws {
        guard let text = json.string, text.isEmpty || text.hasPrefix("/") else {
            throw Status.badRequest("operation \(index) of the JSON patch needs a path that begins with \"/\"")
        }
        self.text = text
        tokens = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
    }

    /// RFC 6901: digits without a sign or leading zeros.
    private static func index(_ token: String) -> Int? {
        guard token.utf8.allSatisfy({ (48...57).contains($0) }), token == "0" || !token.hasPrefix("0") else {
            return nil
        }
        return Int(token)
    }

    static func unprocessable(_ message: String) -> Status {
        Status(code: 422, reason: "Invalid", message: "the JSON patch cannot be applied: \(message)")
    }

    func value(in document: JSON) throws -> JSON {
        try tokens.reduce(document) { value, token in
            switch value {
            case .object(let members):
                guard let member = members[token] else { throw missing() }
                return member
            case .array(let elements):
                guard let index = Self.index(token), elements.indices.contains(index) else { throw missing() }
                return elements[index]
            default: throw missing()
            }
        }
    }

    func add(_ value: JSON, to document: inout JSON) throws {
        try change(&document, tokens[...]) { container, token in
            switch container {
            case .object(var members):
                members[token] = value
                container = .object(members)
            case .array(var elements):
                let index = token == "-" ? elements.count : Self.index(token) ?? -1
                guard (0...elements.count).contains(index) else { throw missing() }
                elements.insert(value, at: index)
                container = .array(elements)
            default: throw missing()
            }
        } root: {
            $0 = value
        }
    }

    func replace(with value: JSON, in document: inout JSON) throws {
        try change(&document, tokens[...]) { container, token in
            switch container {
            case .object(var members):
                members[token] = value
                container = .object(members)
            case .array(var elements):
                guard let index = Self.index(token), elements.indices.contains(index) else { throw missing() }
                elements[index] = value
                container = .array(elements)
            default: throw missing()
            }
        } root: {
            $0 = value
        }
    }

    func remove(from document: inout JSON) throws {
        try change(&document, tokens[...]) { container, token in
            switch container {
            case .object(var members):
                guard members.removeValue(forKey: token) != nil else { throw missing() }
                container = .object(members)
            case .array(var elements):
                guard let index = Self.index(token), elements.indices.contains(index) else { throw missing() }
                elements.remove(at: index)
                container = .array(elements)
            default: throw missing()
            }
        } root: {
            $0 = .null
        }
    }

    private func change(
        _ value: inout JSON, _ path: ArraySlice<String>, _ edit: (inout JSON, String) throws -> Void,
        root: (inout JSON) -> Void
    ) throws {
        guard let token = path.first else { return root(&value) }
        if path.count == 1 { return try edit(&value, token) }
        switch value {
        case .object(var members):
            guard var child = members[token] else { throw missing() }
            try change(&child, path.dropFirst(), edit, root: root)
            members[token] = child
            value = .object(members)
        case .array(var elements):
            guard let index = Self.index(token), elements.indices.contains(index) else { throw missing() }
            try change(&elements[index], path.dropFirst(), edit, root: root)
            value = .array(elements)
        default: throw missing()
        }
    }

    private func missing() -> Status { Self.unprocessable("there is nothing at \"\(text)\"") }
}
