/// A JSON value as the Kubernetes API carries it (RFC 8259).
///
/// Integers that fit 64 bits stay exact. Objects are unordered, as in the API's own semantics; `encoded()` writes
/// keys sorted, so equal values have equal bytes.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])
}

extension JSON {
    /// The member `key` of an object; `.null` where there is none. Setting `.null` removes the member; setting on
    /// anything but an object replaces it with an object.
    public subscript(key: String) -> JSON {
        get {
            guard case .object(let members) = self else { return .null }
            return members[key] ?? .null
        }
        set {
            if case .object(var members) = self {
                self = .null  // give up the shared storage, so that the change is made in place
                if newValue == .null { members.removeValue(forKey: key) } else { members[key] = newValue }
                self = .object(members)
            } else if newValue != .null {
                self = .object([key: newValue])
            }
        }
    }

    /// The value below nested objects: `json["spec", "replicas"]`. Setting creates the objects on the way.
    public subscript(first: String, second: String, rest: String...) -> JSON {
        get { rest.reduce(self[first][second]) { $0[$1] } }
        set { set(newValue, at: ArraySlice([first, second] + rest)) }
    }

    /// The value at a path of object keys; an empty path is the value itself.
    public subscript(path path: [String]) -> JSON {
        get { path.reduce(self) { $0[$1] } }
        set { set(newValue, at: path[...]) }
    }

    private mutating func set(_ value: JSON, at path: ArraySlice<String>) {
        guard let first = path.first else {
            self = value
            return
        }
        var child = self[first]
        if value == .null && child == .null { return }
        child.set(value, at: path.dropFirst())
        self[first] = child
    }

    public var isNull: Bool { self == .null }

    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number as an integer; a double only when it is whole.
    public var int: Int? {
        switch self {
        case .int(let value): Int(value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    public var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    public var object: [String: JSON]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The object's members whose values are strings, as labels and annotations are.
    public var stringMap: [String: String] {
        object?.compactMapValues(\.string) ?? [:]
    }

    public var strings: [String] {
        array?.compactMap(\.string) ?? []
    }

    /// `object`, `array`, `string`, `integer`, `number`, `boolean` or `null`: the word for error messages.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    public init(_ map: [String: String]) {
        self = .object(map.mapValues(JSON.string))
    }

    public init(_ strings: [String]) {
        self = .array(strings.map(JSON.string))
    }
}

// Not by `nil`: in `members[key] = condition ? nil : value` it would mean `.null` and not "no member".
extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByStringInterpolation
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements.filter { !$0.1.isNull }, uniquingKeysWith: { $1 }))
    }
}

extension JSON: CustomStringConvertible {
    public var description: String { String(decoding: encoded(), as: UTF8.self) }
}
