/// A type as it is used: a named type, a list, or one that is never null. Named types are indices of ``Schema/types``.
public indirect enum TypeReference: Sendable, Hashable {
    /// The index of a type in ``Schema/types``.
    case named(Int)
    /// A list.
    case list(TypeReference)
    /// Never null.
    case nonNull(TypeReference)

    /// The index of the named type inside.
    public var index: Int {
        switch self {
        case .named(let index): index
        case .list(let inner), .nonNull(let inner): inner.index
        }
    }

    /// Without `!` around it.
    public var nullable: TypeReference {
        if case .nonNull(let inner) = self { inner } else { self }
    }

    /// Whether it is never null.
    public var isNonNull: Bool {
        if case .nonNull = self { true } else { false }
    }
}

/// A named type of a schema. Lists that its kind does not have are empty.
public final class NamedType: Sendable {
    /// The type's name.
    public let name: String
    /// The text in front of its definition.
    public let description: String?
    /// Its kind.
    public let kind: TypeKind
    /// Its position in ``Schema/types``.
    public let index: Int
    /// The fields of an object or interface, in order.
    public let fields: [FieldType]
    /// The types that an object or interface says it implements.
    public let interfaces: [Int]
    /// The members of a union.
    public let members: [Int]
    /// The values of an enum, in order.
    public let values: [EnumValueType]
    /// The fields of an input object, in order.
    public let inputFields: [InputValueType]
    /// The URL of `@specifiedBy`.
    public let specifiedByURL: String?
    /// How a scalar is read and written; nil for other kinds.
    public let scalar: ScalarCoding?
    let definitions: [TypeDefinition]
    private let fieldIndex: [String: Int]
    private let inputIndex: [String: Int]
    private let valueIndex: [String: Int]

    init(
        name: String, description: String?, kind: TypeKind, index: Int, fields: [FieldType] = [],
        interfaces: [Int] = [], members: [Int] = [], values: [EnumValueType] = [], inputFields: [InputValueType] = [],
        specifiedByURL: String? = nil, scalar: ScalarCoding? = nil, definitions: [TypeDefinition] = []
    ) {
        self.name = name
        self.description = description
        self.kind = kind
        self.index = index
        self.fields = fields
        self.interfaces = interfaces
        self.members = members
        self.values = values
        self.inputFields = inputFields
        self.specifiedByURL = specifiedByURL
        self.scalar = scalar
        self.definitions = definitions
        func positions(_ names: [String]) -> [String: Int] {
            Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }
        fieldIndex = positions(fields.map(\.name))
        inputIndex = positions(inputFields.map(\.name))
        valueIndex = positions(values.map(\.name))
    }

    /// A field of an object or interface.
    public func field(_ name: String) -> FieldType? { fieldIndex[name].map { fields[$0] } }

    /// A field of an input object.
    public func inputField(_ name: String) -> InputValueType? { inputIndex[name].map { inputFields[$0] } }

    /// A value of an enum.
    public func value(_ name: String) -> EnumValueType? { valueIndex[name].map { values[$0] } }

    /// Whether its values have fields or are objects that have: object, interface or union.
    public var isComposite: Bool { kind == .object || kind == .interface || kind == .union }

    /// Whether one of several object types stands for it: interface or union.
    public var isAbstract: Bool { kind == .interface || kind == .union }

    /// Scalar or enum.
    public var isLeaf: Bool { kind == .scalar || kind == .enumeration }

    /// Whether it may be the type of an argument or variable.
    public var isInput: Bool { isLeaf || kind == .inputObject }
}

/// A field of an object or interface.
public final class FieldType: Sendable {
    /// The field's name.
    public let name: String
    /// The text in front of its definition.
    public let description: String?
    /// Its arguments, in order.
    public let arguments: [InputValueType]
    /// The type of its value.
    public let type: TypeReference
    /// Why it should no longer be used; nil when it may be.
    public let deprecationReason: String?
    /// Its position among the fields of its type; meta fields have negative ones.
    let position: Int
    let definition: FieldDefinition?

    init(
        name: String, description: String?, arguments: [InputValueType], type: TypeReference,
        deprecationReason: String?, position: Int, definition: FieldDefinition?
    ) {
        self.name = name
        self.description = description
        self.arguments = arguments
        self.type = type
        self.deprecationReason = deprecationReason
        self.position = position
        self.definition = definition
    }

    /// An argument.
    public func argument(_ name: String) -> InputValueType? { arguments.first { $0.name == name } }
}

/// An argument, or a field of an input object.
public final class InputValueType: Sendable {
    /// Its name.
    public let name: String
    /// The text in front of its definition.
    public let description: String?
    /// Its type.
    public let type: TypeReference
    /// The value when none is given, coerced; nil when there is no default.
    public let defaultValue: GraphQLValue?
    /// Why it should no longer be used; nil when it may be.
    public let deprecationReason: String?
    let definition: InputValueDefinition

    init(
        type: TypeReference, defaultValue: GraphQLValue?, deprecationReason: String?, definition: InputValueDefinition
    ) {
        name = definition.name.value
        description = definition.description?.value
        self.type = type
        self.defaultValue = defaultValue
        self.deprecationReason = deprecationReason
        self.definition = definition
    }

    /// Whether a value must be given.
    public var isRequired: Bool { type.isNonNull && defaultValue == nil }
}

/// A value of an enum.
public struct EnumValueType: Sendable {
    /// The value.
    public let name: String
    /// The text in front of its definition.
    public let description: String?
    /// Why it should no longer be used; nil when it may be.
    public let deprecationReason: String?
    let definition: EnumValueDefinition
}

/// A directive that documents or schemas may use.
public final class DirectiveType: Sendable {
    /// The name without `@`.
    public let name: String
    /// The text in front of its definition.
    public let description: String?
    /// Where it may stand.
    public let locations: [DirectiveLocation]
    /// Its arguments, in order.
    public let arguments: [InputValueType]
    /// Whether it may stand at one place more than once.
    public let isRepeatable: Bool
    /// Whether every schema has it.
    public let isBuiltIn: Bool
    let definition: DirectiveDefinition

    init(definition: DirectiveDefinition, arguments: [InputValueType], isBuiltIn: Bool) {
        name = definition.name.value
        description = definition.description?.value
        locations = definition.locations.compactMap { DirectiveLocation(rawValue: $0.value) }
        self.arguments = arguments
        isRepeatable = definition.isRepeatable
        self.isBuiltIn = isBuiltIn
        self.definition = definition
    }
}
