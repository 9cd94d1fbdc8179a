/// What a request may cost before and while it runs. Each limit has an error of its own, see ``GraphQLError/Code``.
public struct Limits: Sendable, Hashable {
    /// How deep selections, values and types may nest when nothing else is said; deeper ones would exhaust the stack.
    public static let defaultNesting = 200

    /// Tokens of a document: `TOKEN_LIMIT_EXCEEDED`.
    public var tokens: Int
    /// Levels of selection sets, values and types, fragments counted where they are used: `NESTING_LIMIT_EXCEEDED`.
    public var nesting: Int
    /// Levels of fields of an operation, introspection not counted: `DEPTH_LIMIT_EXCEEDED`.
    public var depth: Int
    /// Aliases of an operation, those of a fragment counted at each use: `ALIAS_LIMIT_EXCEEDED`.
    public var aliases: Int
    /// The cost of an operation: the sum of its fields' costs, see ``SchemaBinding/cost(_:_:_:)``:
    /// `COMPLEXITY_LIMIT_EXCEEDED`.
    public var complexity: Int
    /// Steps of comparing fields for conflicts: `COMPARISON_LIMIT_EXCEEDED`.
    public var comparisons: Int
    /// Validation errors that are reported.
    public var validationErrors: Int
    /// Errors of variables that are reported.
    public var variableErrors: Int

    /// Limits that no honest client meets.
    public init(
        tokens: Int = 15_000, nesting: Int = Limits.defaultNesting, depth: Int = 30, aliases: Int = 200,
        complexity: Int = 100_000, comparisons: Int = 500_000, validationErrors: Int = 100, variableErrors: Int = 50
    ) {
        self.tokens = tokens
        self.nesting = nesting
        self.depth = depth
        self.aliases = aliases
        self.complexity = complexity
        self.comparisons = comparisons
        self.validationErrors = validationErrors
        self.variableErrors = variableErrors
    }

    /// Nothing but the limits that protect the stack and the processor.
    public static let unlimited = Limits(
        tokens: .max, depth: .max, aliases: .max, complexity: .max)
}
