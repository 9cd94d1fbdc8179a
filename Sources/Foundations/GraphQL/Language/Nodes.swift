/// A name in a document. `offset` of every node is the position of its first byte.
public struct Name: Sendable, Hashable {
    /// The name itself.
    public let value: String
    /// The position of its first byte in the document.
    public let offset: Int
}

/// A literal value or a variable. Section 2.9 of the specification.
public struct ValueNode: Sendable {
    /// What it is.
    public let kind: Kind
    /// The position of its first byte in the document.
    public let offset: Int

    /// The kinds of values.
    public enum Kind: Sendable {
        /// `$name`.
        case variable(String)
        /// The digits as written, of any length.
        case int(String)
        /// The number as written.
        case float(String)
        /// The value after escapes; `block` when it was written in triple quotation marks.
        case string(String, block: Bool)
        /// `true` or `false`.
        case boolean(Bool)
        /// `null`.
        case null
        /// A name that is none of the above.
        case enumeration(String)
        /// `[…]`.
        case list([ValueNode])
        /// `{name: value}`, as written, so possibly with a name twice.
        case object([ObjectField])
    }

    /// A member of an object value.
    public struct ObjectField: Sendable {
        /// The member's name.
        public let name: Name
        /// The member's value.
        public let value: ValueNode
    }

    var isNull: Bool {
        if case .null = kind { true } else { false }
    }

    var variable: String? {
        if case .variable(let name) = kind { name } else { nil }
    }

    /// Whether a variable stands anywhere in it.
    var hasVariables: Bool {
        switch kind {
        case .variable: true
        case .list(let items): items.contains { $0.hasVariables }
        case .object(let fields): fields.contains { $0.value.hasVariables }
        default: false
        }
    }
}

/// A type as it is written. Section 2.11 of the specification.
public indirect enum TypeNode: Sendable {
    /// A type's name.
    case named(Name)
    /// `[T]`; the offset is that of the bracket.
    case list(TypeNode, offset: Int)
    /// `T!`.
    case nonNull(TypeNode)

    /// The position of its first byte in the document.
    public var offset: Int {
        switch self {
        case .named(let name): name.offset
        case .list(_, let offset): offset
        case .nonNull(let inner): inner.offset
        }
    }

    /// The name inside all brackets.
    public var name: Name {
        switch self {
        case .named(let name): name
        case .list(let inner, _), .nonNull(let inner): inner.name
        }
    }

    var isNonNull: Bool {
        if case .nonNull = self { true } else { false }
    }
}

/// `name: value`.
public struct Argument: Sendable {
    /// The argument's name.
    public let name: Name
    /// Its value.
    public let value: ValueNode
}

/// `@name(arguments)`.
public struct Directive: Sendable {
    /// The name without `@`.
    public let name: Name
    /// The arguments in the order they were written.
    public let arguments: [Argument]
    /// The position of `@` in the document.
    public let offset: Int
}

/// A description: a string in front of a definition.
public struct Description: Sendable {
    /// The text.
    public let value: String
    /// Whether it was written as a block string.
    public let isBlock: Bool
    /// The position of its first byte in the document.
    public let offset: Int
}
