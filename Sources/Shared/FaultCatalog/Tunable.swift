/// One environment variable that changes what a fault does.
public struct Tunable: Sendable, Hashable {
    public enum Form: Sendable, Hashable {
        /// Whole seconds, or a duration such as `1m30s`.
        case seconds
        /// Seconds, or, with RANDOMNESS, a range `lo-hi` of them.
        case secondsRange
        /// 0 to 100, or a range `lo-hi` of which one value is picked.
        case percentage
        case integer
        case boolean
        case text
        /// Values separated by commas.
        case list
        case choice([String])
        /// A label selector.
        case selector
    }

    public var name: String
    public var form: Form
    /// What applies when the variable is unset or empty; empty where nothing does.
    public var defaultValue: String
    /// What the ChaosExperiment's manifest sets; nil where it leaves the variable out.
    public var manifestValue: String?
    /// One sentence.
    public var meaning: String

    public init(
        _ name: String, _ form: Form, default defaultValue: String, manifest manifestValue: String? = nil,
        _ meaning: String
    ) {
        self.name = name
        self.form = form
        self.defaultValue = defaultValue
        self.manifestValue = manifestValue
        self.meaning = meaning
    }

    /// `s`, `%`, or empty.
    public var unit: String {
        switch form {
        case .seconds, .secondsRange: "s"
        case .percentage: "%"
        default: ""
        }
    }

    /// What the variable may hold, for people.
    public var allowed: String {
        switch form {
        case .seconds: "seconds (15), or a duration (1m30s)"
        case .secondsRange: "seconds (15), a duration (1m30s), or with RANDOMNESS=true a range (5-15)"
        case .percentage: "0 to 100, or a range (30-60)"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .text: "any text"
        case .list: "values separated by commas"
        case .choice(let values): values.joined(separator: ", ")
        case .selector: "a label selector (key=value,…)"
        }
    }
}
