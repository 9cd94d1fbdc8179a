import Synchronization

/// A parsed document: operations and fragments, definitions of a schema, or both.
public final class Document: Sendable {
    /// The definitions in their order.
    public let definitions: [Definition]
    /// The text it was parsed from.
    public let source: String
    /// How many tokens the text has, the end of file not counted.
    public let tokenCount: Int
    /// Made when it is first needed, which in most documents is never.
    private let places = Mutex<LocationIndex?>(nil)

    init(definitions: [Definition], source: String, tokenCount: Int) {
        self.definitions = definitions
        self.source = source
        self.tokenCount = tokenCount
    }

    /// The operations in their order.
    public var operations: [OperationDefinition] {
        definitions.compactMap { if case .operation(let operation) = $0 { operation } else { nil } }
    }

    /// The place of a byte of the source.
    public func location(at offset: Int) -> SourceLocation {
        var source = source
        return source.withUTF8 { bytes in
            guard bytes.count > LocationIndex.step else { return SourceLocation(offset: offset, in: bytes) }
            let index = places.withLock { places in
                let index = places ?? LocationIndex(bytes)
                places = index
                return index
            }
            return index.location(at: offset, in: bytes)
        }
    }
}

/// One definition of a document.
public enum Definition: Sendable {
    /// A query, mutation or subscription.
    case operation(OperationDefinition)
    /// A named fragment.
    case fragment(FragmentDefinition)
    /// A type, or an extension of one.
    case type(TypeDefinition)
    /// `schema { … }`, or an extension of it.
    case schema(SchemaDefinition)
    /// `directive @name on …`.
    case directive(DirectiveDefinition)

    /// The position of its first byte in the document.
    public var offset: Int {
        switch self {
        case .operation(let definition): definition.offset
        case .fragment(let definition): definition.offset
        case .type(let definition): definition.offset
        case .schema(let definition): definition.offset
        case .directive(let definition): definition.offset
        }
    }
}

/// The three kinds of operations.
public enum OperationKind: String, Sendable, CaseIterable {
    /// Reads; its fields may run at the same time.
    case query
    /// Writes; its fields run one after the other.
    case mutation
    /// A stream of events.
    case subscription
}

/// A query, mutation or subscription. Section 2.3 of the specification.
public final class OperationDefinition: Sendable {
    /// Query, mutation or subscription.
    public let kind: OperationKind
    /// Nil when anonymous.
    public let name: Name?
    /// The variables in their order.
    public let variables: [VariableDefinition]
    /// Its directives.
    public let directives: [Directive]
    /// What it selects of the root type.
    public let selectionSet: SelectionSet
    /// A description (an extension of the language after October 2021).
    public let description: Description?
    /// The position of its first byte in the document.
    public let offset: Int

    init(
        kind: OperationKind, name: Name?, variables: [VariableDefinition], directives: [Directive],
        selectionSet: SelectionSet, description: Description?, offset: Int
    ) {
        self.kind = kind
        self.name = name
        self.variables = variables
        self.directives = directives
        self.selectionSet = selectionSet
        self.description = description
        self.offset = offset
    }
}

/// `$name: Type = default`.
public struct VariableDefinition: Sendable {
    /// The name without `$`.
    public let name: Name
    /// Its type.
    public let type: TypeNode
    /// The value when none is given.
    public let defaultValue: ValueNode?
    /// Its directives.
    public let directives: [Directive]
    /// A description (an extension of the language after October 2021).
    public let description: Description?
    /// The position of its first byte in the document.
    public let offset: Int
}

/// `fragment Name on Type { … }`.
public final class FragmentDefinition: Sendable {
    /// The fragment's name.
    public let name: Name
    /// The type it applies to.
    public let typeCondition: Name
    /// Its directives.
    public let directives: [Directive]
    /// What it selects.
    public let selectionSet: SelectionSet
    /// A description (an extension of the language after October 2021).
    public let description: Description?
    /// The position of its first byte in the document.
    public let offset: Int

    init(
        name: Name, typeCondition: Name, directives: [Directive], selectionSet: SelectionSet,
        description: Description?, offset: Int
    ) {
        self.name = name
        self.typeCondition = typeCondition
        self.directives = directives
        self.selectionSet = selectionSet
        self.description = description
        self.offset = offset
    }
}

/// `{ … }`. Its offset identifies it within a document.
public final class SelectionSet: Sendable {
    /// What is selected, in order.
    public let selections: [Selection]
    /// The position of the brace in the document.
    public let offset: Int

    init(selections: [Selection], offset: Int) {
        self.selections = selections
        self.offset = offset
    }
}

/// One selection of a set.
public enum Selection: Sendable {
    /// A field.
    case field(Field)
    /// `...Name`.
    case spread(FragmentSpread)
    /// `... on Type { … }`.
    case inline(InlineFragment)

    var directives: [Directive] {
        switch self {
        case .field(let field): field.directives
        case .spread(let spread): spread.directives
        case .inline(let fragment): fragment.directives
        }
    }
}

/// `alias: name(arguments) @directives { … }`.
public final class Field: Sendable {
    /// The name in the response, when it differs.
    public let alias: Name?
    /// The field's name in the schema.
    public let name: Name
    /// Its arguments.
    public let arguments: [Argument]
    /// Its directives.
    public let directives: [Directive]
    /// What is selected of its value; nil for leaves.
    public let selectionSet: SelectionSet?
    /// The position of its first byte in the document.
    public let offset: Int

    init(alias: Name?, name: Name, arguments: [Argument], directives: [Directive], selectionSet: SelectionSet?) {
        self.alias = alias
        self.name = name
        self.arguments = arguments
        self.directives = directives
        self.selectionSet = selectionSet
        offset = alias?.offset ?? name.offset
    }

    /// The name in the response.
    public var responseKey: String { alias?.value ?? name.value }
}

/// `...Name @directives`.
public final class FragmentSpread: Sendable {
    /// The fragment's name.
    public let name: Name
    /// Its directives.
    public let directives: [Directive]
    /// The position of the dots in the document.
    public let offset: Int

    init(name: Name, directives: [Directive], offset: Int) {
        self.name = name
        self.directives = directives
        self.offset = offset
    }
}

/// `... on Type @directives { … }`.
public final class InlineFragment: Sendable {
    /// The type it applies to; nil for the type around it.
    public let typeCondition: Name?
    /// Its directives.
    public let directives: [Directive]
    /// What it selects.
    public let selectionSet: SelectionSet
    /// The position of the dots in the document.
    public let offset: Int

    init(typeCondition: Name?, directives: [Directive], selectionSet: SelectionSet, offset: Int) {
        self.typeCondition = typeCondition
        self.directives = directives
        self.selectionSet = selectionSet
        self.offset = offset
    }
}
