/// The part of every schema that the specification fixes: directives (3.13) and introspection (4.2).
enum BuiltInDefinitions {
    static let scalars = ["String", "Int", "Float", "Boolean", "ID"]

    /// Parsed once; it is part of the program, so that a mistake in it shows in every test.
    static let document: Document = {
        do {
            return try Document(parsing: source)
        } catch {
            preconditionFailure("the built-in definitions do not parse: \(error)")
        }
    }()

    static let typeNames: Set<String> = Set(
        document.definitions.compactMap { if case .type(let type) = $0 { type.name.value } else { nil } })

    static let directives: [DirectiveDefinition] = document.definitions.compactMap {
        if case .directive(let directive) = $0 { directive } else { nil }
    }

    private static let source = #"""
        "Leaves the field or fragment out unless `if` is true."
        directive @include("Whether it is part of the response." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
        "Leaves the field or fragment out when `if` is true."
        directive @skip("Whether it is left out." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
        "Says that something should no longer be used."
        directive @deprecated("Why, and what to use instead; Markdown." reason: String = "No longer supported")
          on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
        "Says where the behaviour of a custom scalar is specified."
        directive @specifiedBy("The address of the specification." url: String!) on SCALAR

        "What a server can be asked: its types, directives and the starts of operations."
        type __Schema {
          description: String
          types: [__Type!]!
          queryType: __Type!
          mutationType: __Type
          subscriptionType: __Type
          directives: [__Directive!]!
        }

        "A type; which of the fields have a value depends on its kind."
        type __Type {
          kind: __TypeKind!
          name: String
          description: String
          specifiedByURL: String
          fields(includeDeprecated: Boolean = false): [__Field!]
          interfaces: [__Type!]
          possibleTypes: [__Type!]
          enumValues(includeDeprecated: Boolean = false): [__EnumValue!]
          inputFields(includeDeprecated: Boolean = false): [__InputValue!]
          ofType: __Type
        }

        "The kinds of types."
        enum __TypeKind { SCALAR OBJECT INTERFACE UNION ENUM INPUT_OBJECT LIST NON_NULL }

        "A field of an object or interface."
        type __Field {
          name: String!
          description: String
          args(includeDeprecated: Boolean = false): [__InputValue!]!
          type: __Type!
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "An argument, or a field of an input object."
        type __InputValue {
          name: String!
          description: String
          type: __Type!
          "The default as it is written in a document."
          defaultValue: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "A value of an enum."
        type __EnumValue {
          name: String!
          description: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "A directive and where it may stand."
        type __Directive {
          name: String!
          description: String
          isRepeatable: Boolean!
          locations: [__DirectiveLocation!]!
          args(includeDeprecated: Boolean = false): [__InputValue!]!
        }

        "Where a directive may stand."
        enum __DirectiveLocation {
          QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION
          SCHEMA SCALAR OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE INPUT_OBJECT
          INPUT_FIELD_DEFINITION
        }

        "Holds the fields that a selection may have beside those of its type."
        type __MetaFields {
          __typename: String!
          __schema: __Schema!
          __type(name: String!): __Type
        }
        """#
}
