/// One environment variable that changes what a fault does.
public struct Tunable: Sendable, Hashable {
    public enum Form: Sendable, Hashable {
        /// Whole seconds, or a duration such as `1m30s`.
        case seconds
        /// Seconds, or, with RANDOMNESS, a range `lo-hi` of them.
        case secondsRange
        /// 0 to 100, or a range `lo-hi` of which one value is picked.
        case percentage
        /// 0 to 100.
        case fixedPercentage
        case integer
        /// A whole number, or a range `lo-hi` of which one value is picked.
        case integerRange
        case boolean
        case text
        /// Values separated by commas.
        case list
        case choice([String])
        /// A label selector.
        case selector
        /// Values separated by commas, all of these, each once.
        case choices([String])
        /// Addresses or networks, or host names, each with ports if need be, separated by commas.
        case peers(example: String)
        /// Ports separated by commas; after `!` those that are left alone.
        case ports
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
        case .percentage, .fixedPercentage: "%"
        default: ""
        }
    }

    /// What the variable may hold, for people.
    public var allowed: String {
        switch form {
        case .seconds: "seconds (15), or a duration (1m30s)"
        case .secondsRange: "seconds (15), a duration (1m30s), or with RANDOMNESS=true a range (5-15)"
        case .percentage: "0 to 100, or a range (30-60)"
        case .fixedPercentage: "0 to 100"
        case .integer: "a whole number"
        case .integerRange: "a whole number, or a range (2-4)"
        case .boolean: "true or false"
        case .text: "any text"
        case .list: "values separated by commas"
        case .choice(let values): values.joined(separator: ", ")
        case .selector: "a label selector (key=value,…)"
        case .choices(let values): "one or several of \(values.joined(separator: ", "))"
        case .peers(let example): "values separated by commas, each also with ports (\(example))"
        case .ports: "ports separated by commas (80,443), or after ! those left alone (!53,443)"
        }
    }
}
