import Testing

@testable import Probes

@Suite struct ComparatorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var type: Comparator.ValueType
        var actual: String
        var criteria: String
        var expected: String
        var holds: Bool
        var testDescription: String { "\(type) \(actual) \(criteria) \(expected)" }

        init(_ type: Comparator.ValueType, _ actual: String, _ criteria: String, _ expected: String, _ holds: Bool) {
            (self.type, self.actual, self.criteria, self.expected, self.holds) =
                (type, actual, criteria, expected, holds)
        }
    }

    @Test(
        "compares numbers and strings",
        arguments: [
            Case(.int, "200", "==", "200", true), Case(.int, "503", "==", "200", false),
            Case(.int, "3", ">=", "3", true), Case(.int, "2", ">", "3", false), Case(.int, "2", "<", "3", true),
            Case(.int, "4", "<=", "3", false), Case(.int, "4", "!=", "4", false),
            Case(.int, "201", "oneOf", "200, 201", true), Case(.int, "200", "oneOf", "200", true),
            Case(.int, "204", "OneOf", "200,201", false), Case(.int, "5", "between", "1,5", true),
            Case(.int, "6", "Between", "1,5", false), Case(.float, "0.25", ">=", "0.2", true),
            Case(.float, "0.1", "==", "0.1", true), Case(.string, "ok", "equal", "ok", true),
            Case(.string, "a,b", "equal", "a,b", true), Case(.string, "ok", "notEqual", "ok", false),
            Case(.string, "all is ok", "contains", "ok", true), Case(.string, "no", "contains", "a,b", false),
            Case(.string, "pod-1", "matches", "^pod-[0-9]{1,3}$", true),
            Case(.string, "pod-x", "notMatches", "[0-9]", true), Case(.string, "b", "oneOf", "a,b", true),
        ])
    func compares(_ example: Case) {
        let comparator = Comparator(type: example.type, criteria: example.criteria, expected: example.expected)
        let holds = (try? comparator.check(example.actual)) != nil
        #expect(holds == example.holds)
    }

    @Test("a failure says what was seen and what was expected")
    func reasons() {
        #expect(throws: Comparator.Failure.notMet("Actual value: 1. Expected value: greater than or equal to 2")) {
            try Comparator(type: .int, criteria: ">=", expected: "2").check("1")
        }
        #expect(throws: Comparator.Failure.unusable("the actual value 'many' is no int")) {
            try Comparator(type: .int, criteria: ">=", expected: "2").check("many")
        }
        #expect(throws: Comparator.Failure.unusable("criteria 'near' not supported in the probe")) {
            try Comparator(type: .float, criteria: "near", expected: "2").check("1")
        }
        #expect(throws: Comparator.Failure.unusable("The probe regex '(' is not a valid expression")) {
            try Comparator(type: .string, criteria: "matches", expected: "(").check("1")
        }
    }
}
