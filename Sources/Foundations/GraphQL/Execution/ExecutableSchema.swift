/// A schema with its resolvers: what executes requests. Immutable; share one among all connections.
///
/// `Context` is what each request brings along: who asks, loaders, stores.
public final class ExecutableSchema<Context: Sendable>: Sendable {
    /// The schema.
    public let schema: Schema
    /// What requests may cost.
    public let limits: Limits
    private let resolvers: [[FieldResolver<Context>]]
    private let suspends: [[Bool]]
    private let binding: SchemaBinding<Context>
    private let presenter: @Sendable (any Error) -> GraphQLError
    private let cache: DocumentCache<Context>

    /// Binds resolvers to a schema. Throws ``BindingError`` when a field has no resolver, or a resolver no field.
    ///
    /// `present` turns what resolvers throw into what clients read (and is the place to log it); without it, a thrown
    /// ``GraphQLError`` is taken as it is, anything else by its description. `cachedDocuments` is how many parsed and
    /// validated documents are kept, the least recently used given up first.
    public init(
        _ schema: Schema, _ binding: SchemaBinding<Context>, limits: Limits = Limits(), cachedDocuments: Int = 500,
        present: (@Sendable (any Error) -> GraphQLError)? = nil
    ) throws(BindingError) {
        let problems = binding.problems(with: schema)
        guard problems.isEmpty else { throw BindingError(problems: problems) }
        self.schema = schema
        self.binding = binding
        self.limits = limits
        presenter = present ?? { error in GraphQLError(String(describing: error)) }
        cache = DocumentCache(capacity: cachedDocuments)
        resolvers = schema.types.map { type in
            let isMeta = BuiltInDefinitions.typeNames.contains(type.name)
            return type.fields.map { field in
                if isMeta { return .introspection }
                let coordinate = SchemaBinding<Context>.Coordinate(type: type.name, field: field.name)
                return binding.resolvers[coordinate] ?? .member
            }
        }
        var suspends = resolvers.map { $0.map(\.isSuspending) }
        for type in schema.types where type.kind == .interface {
            suspends[type.index] = type.fields.map { field in
                schema.possibleTypes(of: type).contains { possible in
                    possible.field(field.name).map { suspends[possible.index][$0.position] } ?? false
                }
            }
        }
        self.suspends = suspends
    }

    // MARK: What executions ask

    func resolver(_ field: FieldType, of type: NamedType) -> FieldResolver<Context> {
        field.position < 0 ? .introspection : resolvers[type.index][field.position]
    }

    func suspends(_ field: String, of type: NamedType) -> Bool {
        type.field(field).map { suspends[type.index][$0.position] } ?? false
    }

    func source(of field: String) -> SubscriptionResolver<Context>? { binding.sources[field] }

    func present(_ error: any Error) -> GraphQLError { error as? GraphQLError ?? presenter(error) }

    func typeName(of value: ResolvedValue, _ abstract: NamedType) -> String? {
        if let resolve = binding.typeResolvers[abstract.name] { return resolve(value) }
        switch value {
        case .object(let object): return binding.swiftTypes[ObjectIdentifier(type(of: object))]
        case .value(let value): return value["__typename"]?.stringValue
        default: return nil
        }
    }

    // MARK: Documents

    /// Parses and validates a document, or finds it among those kept. Throws ``RequestError``.
    public func prepare(_ query: String) throws(RequestError) -> PreparedDocument<Context> {
        if let prepared = cache[query] { return prepared }
        let document: Document
        do throws(GraphQLError) {
            document = try Document(parsing: query, tokens: limits.tokens, nesting: limits.nesting)
        } catch {
            throw RequestError(errors: [error])
        }
        if let error = SelectionMeasure.nestingError(of: document, limit: limits.nesting) {
            throw RequestError(errors: [error])
        }
        if let error = sizeError(of: document) { throw RequestError(errors: [error]) }
        let errors = schema.validate(document, limits: limits)
        guard errors.isEmpty else { throw RequestError(errors: errors) }
        let prepared = PreparedDocument(document, engine: self)
        cache[query] = prepared
        return prepared
    }

    /// Limits that need no schema come before validation, which would take long for what they refuse.
    private func sizeError(of document: Document) -> GraphQLError? {
        for operation in document.operations {
            let size = SelectionMeasure.size(of: operation, in: document)
            let places = [document.location(at: operation.offset)]
            if size.depth > limits.depth {
                return GraphQLError(
                    "The operation selects fields \(size.depth) levels deep, \(limits.depth) are allowed.",
                    code: .depthLimit, locations: places)
            }
            if size.aliases > limits.aliases {
                return GraphQLError(
                    "The operation has \(size.aliases) aliases, \(limits.aliases) are allowed.", code: .aliasLimit,
                    locations: places)
            }
        }
        return nil
    }

    // MARK: Requests

    /// Executes a query or mutation. A subscription is refused: ``subscribe(to:context:)`` takes those as well.
    public func execute(_ request: GraphQLRequest, context: Context) async -> GraphQLResponse {
        do throws(RequestError) {
            let execution = try start(request, context)
            guard execution.operation.kind != .subscription else {
                throw RequestError(
                    errors: [GraphQLError("A subscription has to be subscribed to.", code: .operationResolution)])
            }
            return await execution.run()
        } catch {
            return GraphQLResponse(data: nil, errors: error.errors)
        }
    }

    /// Chooses the operation, coerces its variables, checks its cost. Throws ``RequestError``.
    func start(_ request: GraphQLRequest, _ context: Context) throws(RequestError) -> Execution<Context> {
        let prepared = try prepare(request.query)
        let operation: OperationDefinition
        do throws(GraphQLError) {
            operation = try prepared.operation(request.operationName)
        } catch {
            throw RequestError(errors: [error])
        }
        let variables = VariableCoercion.coerce(
            request.variables, of: operation, in: schema, document: prepared.document,
            maximumErrors: limits.variableErrors)
        guard variables.errors.isEmpty else { throw RequestError(errors: variables.errors) }
        let execution = Execution(
            engine: self, prepared: prepared, operation: operation, variables: variables.values, context: context)
        if let error = complexityError(execution) { throw RequestError(errors: [error]) }
        return execution
    }

    private func complexityError(_ execution: Execution<Context>) -> GraphQLError? {
        guard limits.complexity < .max else { return nil }
        var meter = ComplexityMeter(execution: execution, costs: binding.costs)
        let complexity = meter.complexity()
        guard complexity > limits.complexity else { return nil }
        return GraphQLError(
            "The operation has complexity \(complexity), which exceeds the limit of \(limits.complexity).",
            code: .complexityLimit,
            locations: [execution.prepared.document.location(at: execution.operation.offset)])
    }
}

/// Why a request was not executed.
public struct RequestError: Error, Sendable, CustomStringConvertible {
    /// The errors of the response, which has no data.
    public let errors: [GraphQLError]

    /// One error a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
