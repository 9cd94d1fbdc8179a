/// A value of variables, arguments and responses: what JSON can hold, with members in order.
public enum GraphQLValue: Sendable, Hashable {
    /// No value.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case int(Int)
    /// Any other number.
    case double(Double)
    /// A text, an `ID` or the name of an enum value.
    case string(String)
    /// Values in order.
    case list([GraphQLValue])
    /// Members in order.
    case object(GraphQLObject)

    /// Whether it is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// A member of an object; nil for other values and missing members.
    public subscript(key: String) -> GraphQLValue? {
        guard case .object(let object) = self else { return nil }
        return object[key]
    }

    /// An element of a list; nil for other values and outside the list.
    public subscript(index: Int) -> GraphQLValue? {
        guard case .list(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// The text, when it is one.
    public var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The whole number, when it is one.
    public var intValue: Int? {
        if case .int(let number) = self { number } else { nil }
    }

    /// The elements, when it is a list.
    public var listValue: [GraphQLValue]? {
        if case .list(let items) = self { items } else { nil }
    }

    /// The members, when it is an object.
    public var objectValue: GraphQLObject? {
        if case .object(let object) = self { object } else { nil }
    }
}

extension GraphQLValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: GraphQLValue...) { self = .list(elements) }
    /// An object.
    public init(dictionaryLiteral elements: (String, GraphQLValue)...) {
        self = .object(GraphQLObject(uniqueKeysWithValues: elements))
    }
}

/// Members in the order in which they were set. Equal when keys and values are, in whatever order.
public struct GraphQLObject: Sendable, Hashable, Sequence, ExpressibleByDictionaryLiteral {
    private var entries: [(key: String, value: GraphQLValue)]

    /// No members.
    public init() { entries = [] }

    /// Members whose keys are known to differ.
    public init(uniqueKeysWithValues members: [(String, GraphQLValue)]) {
        entries = members.map { (key: $0.0, value: $0.1) }
    }

    /// Members whose keys differ.
    public init(dictionaryLiteral elements: (String, GraphQLValue)...) { self.init(uniqueKeysWithValues: elements) }

    init(capacity: Int) {
        entries = []
        entries.reserveCapacity(capacity)
    }

    /// How many members it has.
    public var count: Int { entries.count }

    /// Whether it has none.
    public var isEmpty: Bool { entries.isEmpty }

    /// The keys in order.
    public var keys: [String] { entries.map(\.key) }

    /// The value of a member; setting nil removes it.
    public subscript(key: String) -> GraphQLValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append((key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member whose key is known to be new.
    mutating func append(_ key: String, _ value: GraphQLValue) { entries.append((key: key, value: value)) }

    /// The members in order.
    public func makeIterator() -> IndexingIterator<[(key: String, value: GraphQLValue)]> { entries.makeIterator() }

    /// Same keys with same values.
    public static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    /// Independent of the order.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        var sum = 0
        for entry in entries {
            var member = Hasher()
            member.combine(entry.key)
            member.combine(entry.value)
            sum &+= member.finalize()
        }
        hasher.combine(sum)
    }
}
