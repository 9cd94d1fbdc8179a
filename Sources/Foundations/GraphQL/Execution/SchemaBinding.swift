/// Binds Swift functions to the fields of a schema, by type and field name.
///
/// Every field of every object type needs one, or its type must be declared as plain data (``data(_:keys:)``);
/// ``ExecutableSchema`` refuses to start otherwise. Functions that do not suspend run without any task switch.
public struct SchemaBinding<Context: Sendable>: Sendable {
    /// A type and one of its fields.
    struct Coordinate: Hashable {
        let type: String
        let field: String
    }

    typealias Cost = @Sendable (_ arguments: GraphQLObject, _ selection: Int) -> Int

    private(set) var resolvers: [Coordinate: FieldResolver<Context>] = [:]
    private(set) var sources: [String: SubscriptionResolver<Context>] = [:]
    private(set) var dataTypes: [String: [String]?] = [:]
    private(set) var swiftTypes: [ObjectIdentifier: String] = [:]
    private(set) var typeResolvers: [String: @Sendable (ResolvedValue) -> String?] = [:]
    private(set) var costs: [Coordinate: Cost] = [:]

    /// Nothing bound yet.
    public init() {}

    private mutating func set(_ type: String, _ field: String, _ resolver: FieldResolver<Context>) {
        resolvers[Coordinate(type: type, field: field)] = resolver
    }

    // MARK: Fields that need no parent value, such as those of the root types

    /// Binds a function that does not suspend.
    public mutating func field<Output: GraphQLOutput>(
        _ type: String, _ field: String, _ resolve: @escaping @Sendable (FieldCall<Context>) throws -> Output
    ) {
        set(type, field, .immediate { _, call in try resolve(call).resolved })
    }

    /// Binds a function that may suspend.
    public mutating func field<Output: GraphQLOutput>(
        _ type: String, _ field: String, _ resolve: @escaping @Sendable (FieldCall<Context>) async throws -> Output
    ) {
        set(type, field, .suspending { _, call in try await resolve(call).resolved })
    }

    /// Binds a function that does not suspend and takes its arguments as a Swift type.
    public mutating func field<Arguments: Decodable & Sendable, Output: GraphQLOutput>(
        _ type: String, _ field: String, arguments: Arguments.Type,
        _ resolve: @escaping @Sendable (FieldCall<Context>, Arguments) throws -> Output
    ) {
        set(type, field, .immediate { _, call in try resolve(call, call.arguments(as: Arguments.self)).resolved })
    }

    /// Binds a function that may suspend and takes its arguments as a Swift type.
    public mutating func field<Arguments: Decodable & Sendable, Output: GraphQLOutput>(
        _ type: String, _ field: String, arguments: Arguments.Type,
        _ resolve: @escaping @Sendable (FieldCall<Context>, Arguments) async throws -> Output
    ) {
        set(
            type, field,
            .suspending { _, call in try await resolve(call, call.arguments(as: Arguments.self)).resolved })
    }

    // MARK: Fields of a Swift type

    /// Binds a function of the parent value.
    public mutating func field<Parent: Sendable, Output: GraphQLOutput>(
        _ type: String, _ field: String, of parent: Parent.Type,
        _ resolve: @escaping @Sendable (Parent) throws -> Output
    ) {
        set(type, field, .property { source in try resolve(Self.parent(source, type, field)).resolved })
    }

    /// Binds a function of the parent value and the call.
    public mutating func field<Parent: Sendable, Output: GraphQLOutput>(
        _ type: String, _ field: String, of parent: Parent.Type,
        _ resolve: @escaping @Sendable (Parent, FieldCall<Context>) throws -> Output
    ) {
        set(type, field, .immediate { source, call in try resolve(Self.parent(source, type, field), call).resolved })
    }

    /// Binds a function of the parent value and the call that may suspend.
    public mutating func field<Parent: Sendable, Output: GraphQLOutput>(
        _ type: String, _ field: String, of parent: Parent.Type,
        _ resolve: @escaping @Sendable (Parent, FieldCall<Context>) async throws -> Output
    ) {
        set(
            type, field,
            .suspending { source, call in try await resolve(Self.parent(source, type, field), call).resolved })
    }

    private static func parent<Parent: Sendable>(
        _ source: ResolvedValue, _ type: String, _ field: String
    ) throws(GraphQLError) -> Parent {
        switch source {
        case .object(let value):
            if let parent = value as? Parent { return parent }
        case .value(let value):
            if let parent = value as? Parent { return parent }
        default: break
        }
        throw GraphQLError("The value of type \(type) is not the one that \(type).\(field) is resolved from.")
    }

    // MARK: Types

    /// Says that values of a type are plain data: fields without a resolver are members of the object. With `keys`, the
    /// start fails when one of these fields is not among them.
    public mutating func data(_ type: String, keys: [String]? = nil) { dataTypes[type] = .some(keys) }

    /// Says that values of a type are plain data, encoded by a Swift type with these coding keys.
    public mutating func data<Keys: CodingKey & CaseIterable>(_ type: String, keys: Keys.Type) {
        data(type, keys: Keys.allCases.map(\.stringValue))
    }

    /// Says which object type a Swift type is, where an interface or union is expected.
    public mutating func type<Value: Sendable>(_ name: String, is type: Value.Type) {
        swiftTypes[ObjectIdentifier(type)] = name
    }

    /// Decides which object type a value is, where this interface or union is expected. Without it, the Swift type or
    /// the member `__typename` of plain data decides.
    public mutating func resolveType(_ name: String, _ resolve: @escaping @Sendable (ResolvedValue) -> String?) {
        typeResolvers[name] = resolve
    }

    // MARK: Subscriptions and cost

    /// Binds the events of a field of the subscription root. Each element is the field's value of one event.
    public mutating func subscription<Events: AsyncSequence & Sendable>(
        _ field: String, _ subscribe: @escaping @Sendable (FieldCall<Context>) async throws -> Events
    ) where Events.Element: GraphQLOutput {
        sources[field] = { call in SourceStream(try await subscribe(call)) }
    }

    /// Says what a field costs, given its arguments and the cost of what is selected of it; otherwise one more than
    /// that.
    public mutating func cost(
        _ type: String, _ field: String, _ cost: @escaping @Sendable (GraphQLObject, Int) -> Int
    ) {
        costs[Coordinate(type: type, field: field)] = cost
    }
}

/// How a field gets its value.
enum FieldResolver<Context: Sendable>: Sendable {
    /// Of the parent value alone: what the field's place and arguments are need not be put together.
    case property(@Sendable (ResolvedValue) throws -> ResolvedValue)
    case immediate(@Sendable (ResolvedValue, FieldCall<Context>) throws -> ResolvedValue)
    case suspending(@Sendable (ResolvedValue, FieldCall<Context>) async throws -> ResolvedValue)
    /// The member of plain data with the field's name.
    case member
    case introspection

    var isSuspending: Bool {
        if case .suspending = self { true } else { false }
    }
}

typealias SubscriptionResolver<Context: Sendable> = @Sendable (FieldCall<Context>) async throws -> SourceStream
