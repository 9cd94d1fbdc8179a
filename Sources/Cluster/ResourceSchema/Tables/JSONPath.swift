import KubernetesAPI

/// The part of JSONPath that column definitions and scale paths use: `.spec.replicas`, `['a b']`, `[0]`, `[-1]`,
/// `[*]`, `.*` and filters such as `[?(@.type=="Ready")]`.
public struct JSONPath: Sendable, Hashable {
    private enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
        case everything
        case filter(path: [String], Comparison, JSON)
    }

    private enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case unequal = "!="
        case atMost = "<="
        case atLeast = ">="
        case less = "<"
        case greater = ">"
        case exists = ""
    }

    private var steps: [Step] = []

    /// - Parameter text: with or without the braces of `kubectl -o jsonpath`.
    /// - Throws: `JSONPathError` that shows the part that was not understood.
    public init(_ text: String) throws(JSONPathError) {
        var rest = Substring(text)
        if rest.hasPrefix("{"), rest.hasSuffix("}") { rest = rest.dropFirst().dropLast() }
        if rest.first == "$" { rest.removeFirst() }
        while let first = rest.first {
            switch first {
            case ".":
                rest.removeFirst()
                if rest.isEmpty || rest.first == "[" { continue }
                let name = Self.takeName(&rest)
                guard !name.isEmpty else { throw JSONPathError(path: text, part: String(rest)) }
                steps.append(name == "*" ? .everything : .member(name))
            case "[": steps.append(try Self.takeBracket(&rest, of: text))
            default: throw JSONPathError(path: text, part: String(rest))
            }
        }
    }

    /// A name; a dot in it is written `\.`.
    private static func takeName(_ rest: inout Substring) -> String {
        var name = ""
        while let next = rest.first, next != ".", next != "[" {
            rest.removeFirst()
            if next == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(next) }
        }
        return name
    }

    private static func takeBracket(_ rest: inout Substring, of text: String) throws(JSONPathError) -> Step {
        let start = rest
        rest.removeFirst()
        var content = ""
        var quote: Character?
        while let next = rest.popFirst() {
            if let open = quote {
                if next == open { quote = nil }
            } else if next == "'" || next == "\"" {
                quote = next
            } else if next == "]" {
                guard let step = step(content) else { throw JSONPathError(path: text, part: String(start)) }
                return step
            }
            content.append(next)
        }
        throw JSONPathError(path: text, part: String(start))
    }

    private static func step(_ content: String) -> Step? {
        if content == "*" { return .everything }
        if let index = Int(content) { return .index(index) }
        if let name = unquoted(content) { return .member(name) }
        guard content.hasPrefix("?("), content.hasSuffix(")") else { return nil }
        return filter(String(content.dropFirst(2).dropLast()))
    }

    private static func filter(_ condition: String) -> Step? {
        for comparison in Comparison.allCases where comparison != .exists {
            guard let range = condition.firstRange(of: comparison.rawValue) else { continue }
            let left = condition[..<range.lowerBound].filter { $0 != " " }
            var right = condition[range.upperBound...].drop { $0 == " " }
            while right.last == " " { right.removeLast() }
            guard let path = relative(left), let value = literal(String(right)) else { return nil }
            return .filter(path: path, comparison, value)
        }
        return relative(condition.filter { $0 != " " }).map { .filter(path: $0, .exists, .null) }
    }

    private static func relative(_ text: String) -> [String]? {
        guard text.hasPrefix("@") else { return nil }
        return text.dropFirst().split(separator: ".").map(String.init)
    }

    private static func literal(_ text: String) -> JSON? {
        if let string = unquoted(text) { return .string(string) }
        if text == "true" || text == "false" { return .bool(text == "true") }
        if let number = Int64(text) { return .int(number) }
        return Double(text).map(JSON.double)
    }

    private static func unquoted(_ text: String) -> String? {
        guard text.count >= 2, let quote = text.first, quote == "'" || quote == "\"", text.last == quote else {
            return nil
        }
        return String(text.dropFirst().dropLast())
    }

    /// Every value that the path leads to, in document order; members of objects by name.
    public func values(in root: JSON) -> [JSON] {
        steps.reduce([root]) { values, step in values.flatMap { Self.follow(step, from: $0) } }
    }

    /// The first value; null where there is none.
    public func value(in root: JSON) -> JSON { values(in: root).first ?? .null }

    private static func follow(_ step: Step, from value: JSON) -> [JSON] {
        switch step {
        case .member(let name):
            return value.object?[name].map { [$0] } ?? []
        case .index(let index):
            let elements = value.array ?? []
            let place = index < 0 ? elements.count + index : index
            return elements.indices.contains(place) ? [elements[place]] : []
        case .everything:
            return value.array ?? value.object?.sorted { $0.key < $1.key }.map(\.value) ?? []
        case .filter(let path, let comparison, let wanted):
            return (value.array ?? []).filter { holds($0[path: path], comparison, wanted) }
        }
    }

    private static func holds(_ value: JSON, _ comparison: Comparison, _ wanted: JSON) -> Bool {
        switch comparison {
        case .exists: return !value.isNull
        case .equal: return value == wanted
        case .unequal: return value != wanted
        case .less, .greater, .atMost, .atLeast:
            guard let left = value.double, let right = wanted.double else { return false }
            return switch comparison {
            case .less: left < right
            case .greater: left > right
            case .atMost: left <= right
            default: left >= right
            }
        }
    }

    /// The members that a plain path names, or nil when it has indices, wildcards or filters.
    public var members: [String]? {
        var names: [String] = []
        for step in steps {
            guard case .member(let name) = step else { return nil }
            names.append(name)
        }
        return names
    }
}

/// A JSONPath that was not understood.
public struct JSONPathError: Error, Sendable, Hashable, CustomStringConvertible {
    public var path: String
    /// From here on.
    public var part: String

    public var description: String {
        "cannot read the JSONPath \"\(path)\" from \"\(part)\" on; write it as .spec.field, .list[0] or "
            + ".list[?(@.type==\"x\")].field"
    }
}
