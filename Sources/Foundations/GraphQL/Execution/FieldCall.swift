/// What a resolver learns of the field it resolves.
public struct FieldCall<Context: Sendable>: Sendable {
    /// What the caller of the engine passed: who asks, loaders, stores.
    public let context: Context
    /// The arguments, coerced, defaults filled in; one that was not given and has no default is missing.
    public let arguments: GraphQLObject
    let pathNode: ResponsePath
    let planned: PlannedField<Context>
    let execution: Execution<Context>

    /// The place in the response.
    public var path: [PathElement] { pathNode.elements }
    /// The field in the schema.
    public var field: FieldType { planned.field }
    /// The type that the field belongs to.
    public var parentType: NamedType { planned.parent }
    /// The field as the document writes it; several nodes when it is selected more than once.
    public var nodes: [Field] { planned.nodes }

    /// The arguments as a Swift type. Throws `DecodingError`.
    public func arguments<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try GraphQLValue.object(arguments).decode(type)
    }

    /// The names of the fields selected of this one's value, fragments included; what to fetch.
    public var selectedFields: Set<String> {
        var names: Set<String> = []
        var sets = nodes.compactMap(\.selectionSet)
        var visited: Set<String> = []
        while let set = sets.popLast() {
            for selection in set.selections {
                switch selection {
                case .field(let field): names.insert(field.name.value)
                case .inline(let fragment): sets.append(fragment.selectionSet)
                case .spread(let spread):
                    guard visited.insert(spread.name.value).inserted,
                        let fragment = execution.prepared.fragments[spread.name.value]
                    else { continue }
                    sets.append(fragment.selectionSet)
                }
            }
        }
        return names
    }
}

/// A place in the response, as a chain from its end.
final class ResponsePath: Sendable {
    private let parent: ResponsePath?
    private let element: PathElement

    init(_ parent: ResponsePath?, _ element: PathElement) {
        self.parent = parent
        self.element = element
    }

    var elements: [PathElement] {
        var elements: [PathElement] = []
        var node: ResponsePath? = self
        while let current = node {
            elements.append(current.element)
            node = current.parent
        }
        return elements.reversed()
    }
}
