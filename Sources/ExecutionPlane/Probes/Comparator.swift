import KubernetesAPI

/// Compares what a probe saw with what was expected.
struct Comparator: Sendable, Hashable {
    enum ValueType: String, Sendable {
        case int, float, string
    }

    /// The comparison did not hold, or could not be made.
    enum Failure: Error, Sendable, Hashable {
        /// The condition is not met; the text says what was seen and what was expected.
        case notMet(String)
        /// The comparator or a value is unusable.
        case unusable(String)
    }

    var type: ValueType
    var criteria: String
    var expected: String

    /// - Parameter json: `comparator` of a probe's inputs (`type`, `criteria`, `value`).
    init(json: JSON) throws(Failure) {
        let typeText = json["type"].string ?? ""
        guard let type = ValueType(rawValue: typeText.lowercased()) else {
            throw .unusable("comparator type '\(typeText)' not supported in the cmd probe")
        }
        self.init(type: type, criteria: json["criteria"].string ?? "", expected: json["value"].scalarText)
    }

    init(type: ValueType, criteria: String, expected: String) {
        self.type = type
        self.criteria = criteria
        self.expected = expected
    }

    /// - Throws: `Failure`.
    func check(_ actual: String) throws(Failure) {
        switch type {
        case .int: try checkNumber(actual, parse: { Int64($0).map(Double.init) }, equalWords: "should be equal to")
        case .float: try checkNumber(actual, parse: { Double($0) }, equalWords: "equal to")
        case .string: try checkString(actual)
        }
    }

    private var list: [String] {
        expected.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.trimmingWhitespace }
    }

    private func checkNumber(
        _ actualText: String, parse: (String) -> Double?, equalWords: String
    ) throws(Failure) {
        func number(_ text: String, _ what: String) throws(Failure) -> Double {
            guard let value = parse(text.trimmingWhitespace) else {
                throw .unusable("the \(what) value '\(text)' is no \(type.rawValue)")
            }
            return value
        }
        let actual = try number(actualText, "actual")
        switch criteria.lowercased() {
        case "oneof":
            var candidates: [Double] = []
            for item in list { candidates.append(try number(item, "expected")) }
            guard candidates.contains(actual) else {
                throw .notMet("Actual value: \(actualText) doesn't matched any of the Expected values: [\(expected)]")
            }
            return
        case "between":
            guard list.count >= 2 else {
                throw .unusable("The expected value [\(expected)] should specify both lower and upper limits")
            }
            let bounds = (try number(list[0], "lower"), try number(list[1], "upper"))
            guard bounds.0 <= actual, actual <= bounds.1 else {
                throw .notMet(
                    "Actual value: \(actualText) doesn't lie in between the Expected range: [\(expected)]")
            }
            return
        default: break
        }
        let bound = try number(expected, "expected")
        let (holds, words): (Bool, String)
        switch criteria {
        case ">=": (holds, words) = (actual >= bound, "greater than or equal to")
        case "<=": (holds, words) = (actual <= bound, "lesser than or equal to")
        case ">": (holds, words) = (actual > bound, "greater than")
        case "<": (holds, words) = (actual < bound, "lesser than")
        case "==": (holds, words) = (actual == bound, equalWords)
        case "!=":
            guard actual != bound else {
                throw .notMet(
                    "Actual value: \(actualText). Expectation: should not match the provided value: \(expected)")
            }
            return
        default: throw .unusable("criteria '\(criteria)' not supported in the probe")
        }
        guard holds else { throw .notMet("Actual value: \(actualText). Expected value: \(words) \(expected)") }
    }

    private func checkString(_ actual: String) throws(Failure) {
        func regex() throws(Failure) -> Regex<AnyRegexOutput> {
            do { return try Regex(expected) } catch {
                throw .unusable("The probe regex '\(expected)' is not a valid expression")
            }
        }
        let (holds, expectation): (Bool, String)
        switch criteria.lowercased() {
        case "equal": (holds, expectation) = (actual == expected, "Expected value: equal to \(expected)")
        case "notequal":
            (holds, expectation) = (actual != expected, "Expected value: should not be equal to \(expected)")
        case "contains":
            (holds, expectation) = (actual.contains(expected), "Expected value: should contain \(expected)")
        case "matches":
            (holds, expectation) = (
                actual.contains(try regex()), "Expected value: should match regex \(expected)"
            )
        case "notmatches":
            (holds, expectation) = (
                !actual.contains(try regex()), "Expected value: should not match regex: \(expected)"
            )
        case "oneof":
            (holds, expectation) = (
                list.contains(actual), "Expected values: should match one of following [\(expected)]"
            )
        default: throw .unusable("criteria '\(criteria)' not supported in the probe")
        }
        guard holds else { throw .notMet("Actual value: \(actual). \(expectation)") }
    }
}

extension JSON {
    /// A scalar as the text that a manifest's author wrote: strings without quotes, numbers as digits.
    var scalarText: String { string ?? (isNull ? "" : description) }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmingWhitespace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
