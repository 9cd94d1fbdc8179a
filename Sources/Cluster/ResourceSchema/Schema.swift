import KubernetesAPI

/// The structural schema of a value: what validation, defaulting, pruning, patches and OpenAPI need to know of it.
///
/// Built-in kinds have theirs from the table in `BuiltinKinds`, custom resources from their definition's
/// `openAPIV3Schema`. Semantics follow Kubernetes' structural schemas.
public struct Schema: Sendable {
    public enum ValueType: String, Sendable {
        case object, array, string, integer, number, boolean
        /// `x-kubernetes-int-or-string`, and quantities.
        case integerOrString
        /// No restriction: any JSON value.
        case any
    }

    /// How a list is merged by server-side apply (`x-kubernetes-list-type`).
    public enum ListType: Sendable, Hashable {
        case atomic
        case set
        /// Elements are objects told apart by these keys.
        case map(keys: [String])
    }

    /// How a list or object is changed by a strategic merge patch.
    public struct PatchStrategy: Sendable, Hashable {
        public var merges: Bool
        /// `retainKeys`: keys that the patch does not name are removed.
        public var retainsKeys: Bool
        /// The element's key for merging a list of objects; nil for a list of scalars.
        public var mergeKey: String?

        public init(merges: Bool = true, retainsKeys: Bool = false, mergeKey: String? = nil) {
            self.merges = merges
            self.retainsKeys = retainsKeys
            self.mergeKey = mergeKey
        }
    }

    public var type: ValueType
    public var description: String = ""
    /// `int32`, `int64`, `date-time`, `byte`, …; empty where there is none.
    public var format: String = ""
    /// The definition's name in OpenAPI, such as `io.k8s.api.core.v1.Container`; nil for an anonymous schema.
    public var definitionName: String?
    public var properties: [String: Schema] = [:]
    public var required: [String] = []
    /// Elements of an array (at most one), or values of a map.
    private var element: [Schema] = []
    /// For objects: whether `element` describes the values of a map (`additionalProperties`).
    public var isMap = false
    public var defaultValue: JSON?
    public var isNullable = false
    /// `x-kubernetes-preserve-unknown-fields`: members that the schema does not name are kept.
    public var preservesUnknownFields = false
    /// `x-kubernetes-embedded-resource`.
    public var isEmbeddedResource = false
    public var listType: ListType = .atomic
    /// Built-in kinds: `listType` says how a list is merged, but its keys may repeat in what is written (a variable that
    /// is set twice, a port that is named twice), as Kubernetes allows for older kinds.
    public var allowsRepeatedKeys = false
    /// `x-kubernetes-map-type: atomic`.
    public var isAtomicMap = false
    public var patchStrategy: PatchStrategy?
    /// Apart, and absent for most schemas, so that copies of a schema stay cheap.
    private var rules: [Validation] = []
    public var validation: Validation {
        get { rules.first ?? Validation() }
        set { rules = [newValue] }
    }
    /// Whether `validation` was ever set.
    var hasValidation: Bool { !rules.isEmpty }

    /// Value validation (`pattern`, bounds, `enum`, and the junctors).
    public struct Validation: Sendable {
        public var enumeration: [JSON] = []
        public var pattern: String?
        public var minimum: Double?
        public var maximum: Double?
        public var exclusiveMinimum = false
        public var exclusiveMaximum = false
        public var multipleOf: Double?
        public var minLength: Int?
        public var maxLength: Int?
        public var minItems: Int?
        public var maxItems: Int?
        public var uniqueItems = false
        public var minProperties: Int?
        public var maxProperties: Int?
        public var allOf: [Schema] = []
        public var anyOf: [Schema] = []
        public var oneOf: [Schema] = []
        /// At most one.
        public var not: [Schema] = []

        public init() {}
    }

    public init(_ type: ValueType) { self.type = type }

    /// The schema of an array's elements, or of a map's values.
    public var items: Schema? {
        get { element.first }
        set { element = newValue.map { [$0] } ?? [] }
    }
}
