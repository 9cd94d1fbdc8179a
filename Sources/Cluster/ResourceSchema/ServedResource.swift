import KubernetesAPI

/// One resource of one version as the API server offers it: what discovery, tables and the store know of it.
public struct ServedResource: Sendable {
    public var type: ResourceType
    public var singular: String
    public var shortNames: [String]
    /// `all` puts it into `kubectl get all`.
    public var categories: [String]
    /// `get list watch create update patch delete deletecollection`, or fewer.
    public var verbs: [String]
    /// `status`, `scale`, `log`, `token`, `eviction`, …
    public var subresources: [String]
    public var schema: Schema
    /// Columns of `kubectl get` after NAME and before AGE, in order.
    public var columns: [PrinterColumn]
    /// Whether this version is the one named first in discovery of its group.
    public var isPreferred: Bool
    /// From a CustomResourceDefinition: strategic merge patches are refused, pruning is per schema.
    public var isCustom: Bool
    /// Paths of the scale subresource, for kinds that have one.
    public var scale: ScalePaths?
    /// Field selectors that the resource offers beside `metadata.name` and `metadata.namespace`.
    public var selectableFields: [String]
    /// Which of the columns that most kinds have stand in the table beside `columns`.
    public var standardColumns: StandardColumns = [.name, .age]

    public struct StandardColumns: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// NAME, as the first column.
        public static let name = StandardColumns(rawValue: 1)
        /// AGE, before the first column that only `-o wide` shows.
        public static let age = StandardColumns(rawValue: 2)
    }

    public struct ScalePaths: Sendable, Hashable {
        public var specReplicas: [String]
        public var statusReplicas: [String]
        public var labelSelector: [String]

        public init(specReplicas: [String], statusReplicas: [String], labelSelector: [String] = []) {
            self.specReplicas = specReplicas
            self.statusReplicas = statusReplicas
            self.labelSelector = labelSelector
        }
    }

    public init(
        type: ResourceType, singular: String? = nil, shortNames: [String] = [], categories: [String] = [],
        verbs: [String] = Self.allVerbs, subresources: [String] = [], schema: Schema, columns: [PrinterColumn] = [],
        isPreferred: Bool = true, isCustom: Bool = false, scale: ScalePaths? = nil, selectableFields: [String] = []
    ) {
        self.type = type
        self.singular = singular ?? type.kind.lowercased()
        self.shortNames = shortNames
        self.categories = categories
        self.verbs = verbs
        self.subresources = subresources
        self.schema = schema
        self.columns = columns
        self.isPreferred = isPreferred
        self.isCustom = isCustom
        self.scale = scale
        self.selectableFields = selectableFields
    }

    public static let allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
}

/// A column of the Table form of a resource.
public struct PrinterColumn: Sendable {
    public var name: String
    /// `string`, `integer`, `number`, `boolean` or `date` (shown as an age).
    public var type: String
    public var format: String
    public var description: String
    /// 0 is always shown, larger only with `-o wide`.
    public var priority: Int
    /// The cell's value: for a custom resource its `jsonPath`, for a built-in kind a function.
    public var value: @Sendable (JSON) -> JSON
    /// For cells that contain an age: the value at a moment. Nil where `value` says it all.
    public var valueAt: (@Sendable (JSON, Timestamp) -> JSON)?

    public init(
        _ name: String, type: String = "string", format: String = "", description: String = "", priority: Int = 0,
        value: @escaping @Sendable (JSON) -> JSON
    ) {
        self.name = name
        self.type = type
        self.format = format
        self.description = description
        self.priority = priority
        self.value = value
    }
}
