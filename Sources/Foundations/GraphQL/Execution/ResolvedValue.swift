/// What a resolver gives: plain data, a Swift value whose fields have resolvers of their own, or a list of these.
public enum ResolvedValue: Sendable {
    /// No value.
    case null
    /// Plain data; of an object the fields are its members.
    case value(GraphQLValue)
    /// A Swift value; its fields have resolvers bound to its type.
    case object(any Sendable)
    /// Values in order.
    case list([ResolvedValue])

    /// The members that an `Encodable` encodes. Throws what its encoding throws.
    public init(encoding value: some Encodable) throws { self = .value(try GraphQLValue(encoding: value)) }

    var isNull: Bool {
        switch self {
        case .null, .value(.null): true
        default: false
        }
    }

    /// A member of plain data.
    func member(_ name: String) -> ResolvedValue {
        guard case .value(.object(let object)) = self, let value = object[name] else { return .null }
        return .value(value)
    }
}

/// What resolvers may return. Types of fields that are objects conform without further code: their fields are then
/// resolved by what ``SchemaBinding`` binds to the type; enums with string values give these.
public protocol GraphQLOutput: Sendable {
    /// The value as the engine takes it.
    var resolved: ResolvedValue { get }
}

extension GraphQLOutput {
    /// An object whose fields have resolvers of their own.
    public var resolved: ResolvedValue { .object(self) }
}

extension GraphQLOutput where Self: RawRepresentable, RawValue == String {
    /// The name of an enum value.
    public var resolved: ResolvedValue { .value(.string(rawValue)) }
}

extension ResolvedValue: GraphQLOutput {
    /// Itself.
    public var resolved: ResolvedValue { self }
}

extension GraphQLValue: GraphQLOutput {
    /// Plain data.
    public var resolved: ResolvedValue { .value(self) }
}

extension GraphQLObject: GraphQLOutput {
    /// Plain data.
    public var resolved: ResolvedValue { .value(.object(self)) }
}

extension String: GraphQLOutput {
    /// A text.
    public var resolved: ResolvedValue { .value(.string(self)) }
}

extension Bool: GraphQLOutput {
    /// A boolean.
    public var resolved: ResolvedValue { .value(.bool(self)) }
}

extension Int: GraphQLOutput {
    /// A whole number.
    public var resolved: ResolvedValue { .value(.int(self)) }
}

extension Int32: GraphQLOutput {
    /// A whole number.
    public var resolved: ResolvedValue { .value(.int(Int(self))) }
}

extension Int64: GraphQLOutput {
    /// A whole number.
    public var resolved: ResolvedValue { .value(.int(Int(self))) }
}

extension Double: GraphQLOutput {
    /// A number.
    public var resolved: ResolvedValue { .value(.double(self)) }
}

extension Optional: GraphQLOutput where Wrapped: GraphQLOutput {
    /// The value, or null.
    public var resolved: ResolvedValue { self?.resolved ?? .null }
}

extension Array: GraphQLOutput where Element: GraphQLOutput {
    /// A list.
    public var resolved: ResolvedValue { .list(map(\.resolved)) }
}
