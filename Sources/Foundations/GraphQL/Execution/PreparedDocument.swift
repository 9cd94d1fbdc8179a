import Synchronization

/// A document that has been parsed and validated, ready to be executed any number of times, by any task.
public final class PreparedDocument<Context: Sendable>: Sendable {
    /// The document.
    public let document: Document
    let operations: [OperationDefinition]
    let fragments: [String: FragmentDefinition]
    /// The selection sets (by offset) below which some field suspends.
    let suspendingSets: Set<Int>
    /// Whether what is selected does not depend on variables, so that plans may be kept.
    let isStatic: Bool
    private let plans: Mutex<[Int: SelectionPlan<Context>]> = Mutex([:])

    init(_ document: Document, engine: ExecutableSchema<Context>) {
        self.document = document
        operations = document.operations
        var fragments: [String: FragmentDefinition] = [:]
        for case .fragment(let fragment) in document.definitions { fragments[fragment.name.value] = fragment }
        self.fragments = fragments
        var analysis = DocumentAnalysis(engine: engine, fragments: fragments)
        for operation in operations { analysis.visit(operation) }
        suspendingSets = analysis.suspending
        isStatic = !analysis.hasConditions
    }

    /// The operation of that name. Section 6.1 of the specification.
    func operation(_ name: String?) throws(GraphQLError) -> OperationDefinition {
        if let name {
            guard let operation = operations.last(where: { $0.name?.value == name }) else {
                throw GraphQLError("There is no operation named \"\(name)\".", code: .operationResolution)
            }
            return operation
        }
        guard let operation = operations.first else {
            throw GraphQLError("The document has no operation.", code: .operationResolution)
        }
        guard operations.count == 1 else {
            throw GraphQLError(
                "The document has several operations, so operationName must say which.", code: .operationResolution)
        }
        return operation
    }

    /// The kind of the operation of that name; nil when there is none.
    public func operationKind(_ name: String? = nil) -> OperationKind? { try? operation(name).kind }

    /// The fields at the root of the operation of that name, each once, in their order. Fragments are not looked into.
    public func rootFields(_ name: String? = nil) -> [String] {
        guard let operation = try? operation(name) else { return [] }
        var fields: [String] = []
        for case .field(let field) in operation.selectionSet.selections where !fields.contains(field.name.value) {
            fields.append(field.name.value)
        }
        return fields
    }

    /// The plan of an operation's root, kept when it is always the same.
    func plan(
        for operation: OperationDefinition, make: () throws(GraphQLError) -> SelectionPlan<Context>
    ) throws(GraphQLError) -> SelectionPlan<Context> {
        guard isStatic else { return try make() }
        if let plan = plans.withLock({ $0[operation.offset] }) { return plan }
        let plan = try make()
        plans.withLock { $0[operation.offset] = plan }
        return plan
    }
}

/// Finds out below which selection sets fields suspend, and whether conditions occur.
struct DocumentAnalysis<Context: Sendable> {
    let engine: ExecutableSchema<Context>
    let fragments: [String: FragmentDefinition]
    private(set) var suspending: Set<Int> = []
    private(set) var hasConditions = false
    private var visitedFragments: [String: Bool] = [:]

    init(engine: ExecutableSchema<Context>, fragments: [String: FragmentDefinition]) {
        self.engine = engine
        self.fragments = fragments
    }

    mutating func visit(_ operation: OperationDefinition) {
        guard let root = engine.schema.root(operation.kind) else { return }
        _ = visit(operation.selectionSet, root)
    }

    private mutating func visit(_ set: SelectionSet, _ type: NamedType) -> Bool {
        var result = false
        for selection in set.selections {
            if !selection.directives.isEmpty { note(selection.directives) }
            switch selection {
            case .field(let field):
                if engine.suspends(field.name.value, of: type) { result = true }
                guard let inner = field.selectionSet,
                    let definition = engine.schema.field(field.name.value, of: type)
                else { continue }
                if visit(inner, engine.schema.types[definition.type.index]) { result = true }
            case .inline(let fragment):
                let type = fragment.typeCondition.flatMap { engine.schema.type($0.value) } ?? type
                if visit(fragment.selectionSet, type) { result = true }
            case .spread(let spread):
                if visit(fragment: spread.name.value) { result = true }
            }
        }
        if result { suspending.insert(set.offset) }
        return result
    }

    private mutating func visit(fragment name: String) -> Bool {
        if let known = visitedFragments[name] { return known }
        guard let fragment = fragments[name], let type = engine.schema.type(fragment.typeCondition.value) else {
            return false
        }
        visitedFragments[name] = false
        let result = visit(fragment.selectionSet, type)
        visitedFragments[name] = result
        return result
    }

    private mutating func note(_ directives: [Directive]) {
        if directives.contains(where: { $0.name.value == "skip" || $0.name.value == "include" }) {
            hasConditions = true
        }
    }
}
