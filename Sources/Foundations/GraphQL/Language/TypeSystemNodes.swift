/// The kinds of named types. Section 3.4 of the specification.
public enum TypeKind: String, Sendable, CaseIterable {
    /// A leaf with a serialisation of its own.
    case scalar = "SCALAR"
    /// Fields.
    case object = "OBJECT"
    /// Fields that other types promise to have.
    case interface = "INTERFACE"
    /// One of several object types.
    case union = "UNION"
    /// One of several names.
    case enumeration = "ENUM"
    /// Fields of an argument.
    case inputObject = "INPUT_OBJECT"

    /// The word that begins a definition.
    public var keyword: String {
        switch self {
        case .scalar: "scalar"
        case .object: "type"
        case .interface: "interface"
        case .union: "union"
        case .enumeration: "enum"
        case .inputObject: "input"
        }
    }

    init?(keyword: String) {
        guard let kind = Self.allCases.first(where: { $0.keyword == keyword }) else { return nil }
        self = kind
    }
}

/// A definition of a type, or (`isExtension`) an extension of one. Lists that its kind does not have are empty.
public struct TypeDefinition: Sendable {
    /// The kind of type.
    public let kind: TypeKind
    /// Whether it began with `extend`.
    public let isExtension: Bool
    /// The text in front of it.
    public let description: Description?
    /// The type's name.
    public let name: Name
    /// What an object or interface implements.
    public let interfaces: [Name]
    /// Its directives.
    public let directives: [Directive]
    /// The fields of an object or interface.
    public let fields: [FieldDefinition]
    /// The fields of an input object.
    public let inputFields: [InputValueDefinition]
    /// The members of a union.
    public let members: [Name]
    /// The values of an enum.
    public let values: [EnumValueDefinition]
    /// The position of its first byte in the document.
    public let offset: Int
}

/// A field of an object or interface.
public struct FieldDefinition: Sendable {
    /// The text in front of it.
    public let description: Description?
    /// The field's name.
    public let name: Name
    /// Its arguments.
    public let arguments: [InputValueDefinition]
    /// The type of its value.
    public let type: TypeNode
    /// Its directives.
    public let directives: [Directive]
    /// The position of its first byte in the document.
    public let offset: Int
}

/// An argument, or a field of an input object.
public struct InputValueDefinition: Sendable {
    /// The text in front of it.
    public let description: Description?
    /// Its name.
    public let name: Name
    /// Its type.
    public let type: TypeNode
    /// The value when none is given.
    public let defaultValue: ValueNode?
    /// Its directives.
    public let directives: [Directive]
    /// The position of its first byte in the document.
    public let offset: Int
}

/// A value of an enum.
public struct EnumValueDefinition: Sendable {
    /// The text in front of it.
    public let description: Description?
    /// The value.
    public let name: Name
    /// Its directives.
    public let directives: [Directive]
    /// The position of its first byte in the document.
    public let offset: Int
}

/// `schema { query: Query }`, or an extension of it.
public struct SchemaDefinition: Sendable {
    /// Whether it began with `extend`.
    public let isExtension: Bool
    /// The text in front of it.
    public let description: Description?
    /// Its directives.
    public let directives: [Directive]
    /// The root types.
    public let rootTypes: [RootType]
    /// The position of its first byte in the document.
    public let offset: Int

    /// `query: Query`.
    public struct RootType: Sendable {
        /// The kind of operation.
        public let operation: OperationKind
        /// The type it starts from.
        public let type: Name
        /// The position of its first byte in the document.
        public let offset: Int
    }
}

/// `directive @name(arguments) repeatable on LOCATIONS`.
public struct DirectiveDefinition: Sendable {
    /// The text in front of it.
    public let description: Description?
    /// The name without `@`.
    public let name: Name
    /// Its arguments.
    public let arguments: [InputValueDefinition]
    /// Whether it may stand at one place more than once.
    public let isRepeatable: Bool
    /// Where it may stand.
    public let locations: [Name]
    /// The position of its first byte in the document.
    public let offset: Int
}

/// Where a directive may stand. Section 3.13 of the specification.
public enum DirectiveLocation: String, Sendable, CaseIterable {
    case query = "QUERY"
    case mutation = "MUTATION"
    case subscription = "SUBSCRIPTION"
    case field = "FIELD"
    case fragmentDefinition = "FRAGMENT_DEFINITION"
    case fragmentSpread = "FRAGMENT_SPREAD"
    case inlineFragment = "INLINE_FRAGMENT"
    case variableDefinition = "VARIABLE_DEFINITION"
    case schema = "SCHEMA"
    case scalar = "SCALAR"
    case object = "OBJECT"
    case fieldDefinition = "FIELD_DEFINITION"
    case argumentDefinition = "ARGUMENT_DEFINITION"
    case interface = "INTERFACE"
    case union = "UNION"
    case enumeration = "ENUM"
    case enumValue = "ENUM_VALUE"
    case inputObject = "INPUT_OBJECT"
    case inputFieldDefinition = "INPUT_FIELD_DEFINITION"
}
