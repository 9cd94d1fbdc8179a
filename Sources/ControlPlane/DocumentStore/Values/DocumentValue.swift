/// One value of a document: what JSON has, and the kinds of BSON that a database of this product holds.
///
/// Integers are 64 bits wide; a 32-bit integer that is read from MongoDB becomes one. Filters compare integers and
/// doubles as numbers; `==` tells them apart.
public enum DocumentValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    /// Milliseconds since 1970-01-01T00:00:00Z, as BSON counts them.
    case date(Int64)
    case objectID(ObjectID)
    case binary([UInt8])
    /// MongoDB's internal time stamp: seconds in the upper half, a counter in the lower.
    case timestamp(UInt64)
    case array([DocumentValue])
    case document(Document)
}

extension DocumentValue {
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number as an integer; a double only when it is whole.
    public var int: Int64? {
        switch self {
        case .int(let value): value
        case .double(let value): Int64(exactly: value)
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

    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var array: [DocumentValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    public var document: Document? {
        if case .document(let value) = self { value } else { nil }
    }

    public var isNull: Bool { self == .null }

    /// The word for error messages.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "double"
        case .string: "string"
        case .date: "date"
        case .objectID: "ObjectId"
        case .binary: "binary"
        case .timestamp: "timestamp"
        case .array: "array"
        case .document: "document"
        }
    }
}

extension DocumentValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByStringInterpolation
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(arrayLiteral elements: DocumentValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, DocumentValue)...) { self = .document(Document(elements)) }
}

/// The value as extended JSON.
extension DocumentValue: CustomStringConvertible {
    public var description: String { String(decoding: ExtendedJSON.encode(self), as: UTF8.self) }
}
