import Testing

@testable import GraphQL

@Suite struct ValidationTests {
    static let schema: Result<Schema, any Error> = Result {
        try Schema(
            sdl: """
                directive @tag repeatable on FIELD | VARIABLE_DEFINITION
                directive @once(need: Int!) on FIELD | QUERY
                type Query {
                  pet: Pet  dog: Dog  cat: Cat  any: CatOrDog  count(n: Int!, m: Int! = 1): Int
                  find(where: Filter, ids: [ID!], size: Size): [Pet]
                  __unused: Int
                }
                type Mutation { a: Int }
                type Subscription { tick: Int  tock: Int }
                interface Pet { name: String  friend: Pet }
                type Dog implements Pet { name: String  friend: Pet  barks: Boolean  age: Int }
                type Cat implements Pet { name: String  friend: Pet  meows: Boolean  age: String }
                type Fish { name: String }
                union CatOrDog = Cat | Dog
                enum Size { SMALL BIG }
                input Filter { name: String!  limit: Int = 3  nested: Filter  sizes: [Size!] }
                """.replacing("  __unused: Int\n", with: ""))
    }

    private func errors(_ source: String, limits: Limits = Limits()) throws -> [String] {
        try Self.schema.get().validate(Document(parsing: source), limits: limits).map { error in
            let places = error.locations.map { "\($0.line):\($0.column)" }.joined(separator: ",")
            return "\(error.rule?.rawValue ?? error.code?.rawValue ?? "-") \(places)"
        }.sorted()
    }

    @Test(arguments: [
        "{ pet { name ... on Dog { barks } ... on Cat { meows } } }",
        "query Q($n: Int!, $f: Filter) { count(n: $n) find(where: $f, ids: \"one\", size: BIG) { __typename } }",
        "{ dog { ...D ...D } } fragment D on Dog { name age: barks @tag @tag }",
        "subscription { ...S } fragment S on Subscription { tick }",
        "{ __schema { types { name fields { name } } } __type(name: \"Dog\") { kind } __typename }",
        "query ($n: Int = 3) { count(n: $n) }", "query ($n: Int) { count(n: 1, m: $n) }",
        "{ find(where: {name: \"x\", sizes: SMALL, nested: {name: \"y\", limit: null}}) { name } }",
        "{ any { ... on Dog { age } ... on Cat { name } } }",
    ])
    func validDocumentsPass(source: String) throws {
        #expect(try errors(source) == [])
    }

    @Test(arguments: [
        ("{ pet { name } }\ntype A { a: Int }", ["ExecutableDefinitions 2:1"]),
        ("query A { __typename }\nquery A { __typename }", ["UniqueOperationNames 1:7,2:7"]),
        ("{ __typename }\nquery A { __typename }", ["LoneAnonymousOperation 1:1"]),
        ("subscription { tick tock }", ["SingleFieldSubscriptions 1:21"]),
        ("subscription { __typename }", ["SingleFieldSubscriptions 1:16"]),
        ("query ($a: Nope) { count(n: $a) }", ["KnownTypeNames 1:12"]),
        ("{ ... on Nope { a } }", ["KnownTypeNames 1:10"]),
        (
            "{ ... on Size { a } ...F }\nfragment F on Filter { a }",
            [
                "FragmentsOnCompositeTypes 1:10", "FragmentsOnCompositeTypes 2:15",
            ]
        ),
        (
            "query ($a: Dog) { __typename @tag ...F }\nfragment F on Query { find(where: $a) { name } }",
            [
                "VariablesAreInputTypes 1:12", "VariablesInAllowedPosition 1:8,2:35",
            ]
        ),
        ("{ pet count(n: 1) { a } }", ["ScalarLeafs 1:19", "ScalarLeafs 1:3"]),
        (
            "{ pet { barks } nope { a { b } } any { name } }",
            [
                "FieldsOnCorrectType 1:17", "FieldsOnCorrectType 1:40", "FieldsOnCorrectType 1:9",
            ]
        ),
        (
            "{ ...F }\nfragment F on Query { __typename }\nfragment F on Query { __typename }",
            [
                "UniqueFragmentNames 2:10,3:10"
            ]
        ),
        ("{ ...Nope }", ["KnownFragmentNames 1:6"]),
        (
            "{ __typename }\nfragment F on Query { ...G }\nfragment G on Query { __typename }",
            [
                "NoUnusedFragments 2:1", "NoUnusedFragments 3:1",
            ]
        ),
        (
            "{ dog { ... on Cat { name } ...F } }\nfragment F on Fish { name }",
            [
                "PossibleFragmentSpreads 1:29", "PossibleFragmentSpreads 1:9",
            ]
        ),
        (
            "{ ...A }\nfragment A on Query { ...B }\nfragment B on Query { ...A ...B }",
            [
                "NoFragmentCycles 2:23,3:23", "NoFragmentCycles 3:28",
            ]
        ),
        ("query ($a: Int!, $a: Int!) { count(n: $a) }", ["UniqueVariableNames 1:9,1:19"]),
        (
            "query Q { count(n: $a) ...F }\nfragment F on Query { find(ids: [$b]) { name } }",
            [
                "NoUndefinedVariables 1:20,1:1", "NoUndefinedVariables 2:34,1:1",
            ]
        ),
        ("query ($a: Int, $b: Int) { count(n: 1, m: $a) }", ["NoUnusedVariables 1:17"]),
        ("query @tag { __typename @nope }", ["KnownDirectives 1:25", "KnownDirectives 1:7"]),
        ("{ __typename @include(if: true) @include(if: true) @tag @tag }", ["UniqueDirectivesPerLocation 1:14,1:33"]),
        (
            "{ count(n: 1, k: 2) __typename @once(need: 1, x: 1) }",
            [
                "KnownArgumentNames 1:15", "KnownArgumentNames 1:47",
            ]
        ),
        ("{ count(n: 1, n: 2) }", ["UniqueArgumentNames 1:9,1:15"]),
        (
            "{ count(n: \"1\") find(size: TINY, ids: [1, null], where: {limit: 1, x: 2}) { name } }",
            [
                "ValuesOfCorrectType 1:12", "ValuesOfCorrectType 1:28", "ValuesOfCorrectType 1:43",
                "ValuesOfCorrectType 1:57", "ValuesOfCorrectType 1:68",
            ]
        ),
        ("query ($a: Int = \"x\") { count(n: $a) }", ["ValuesOfCorrectType 1:18"]),
        (
            "{ count(n: 2147483648) find(where: [{name: 1}], size: \"BIG\") { name } }",
            [
                "ValuesOfCorrectType 1:12", "ValuesOfCorrectType 1:36", "ValuesOfCorrectType 1:55",
            ]
        ),
        ("{ count __typename @once }", ["ProvidedRequiredArguments 1:20", "ProvidedRequiredArguments 1:3"]),
        (
            "query ($a: Int, $b: [ID]) { count(n: $a) find(ids: $b) { name } }",
            [
                "VariablesInAllowedPosition 1:17,1:52", "VariablesInAllowedPosition 1:8,1:38",
            ]
        ),
        ("{ dog { name: barks name } }", ["OverlappingFieldsCanBeMerged 1:9,1:21"]),
        ("{ a: count(n: 1) a: count(n: 2) }", ["OverlappingFieldsCanBeMerged 1:3,1:18"]),
        ("{ any { ... on Dog { age } ... on Cat { age } } }", ["OverlappingFieldsCanBeMerged 1:22,1:41"]),
        (
            "{ pet { x: name } pet { ...F } }\nfragment F on Pet { x: friend { name } }",
            [
                "OverlappingFieldsCanBeMerged 1:3,1:9,1:19,2:21"
            ]
        ),
        ("{ find(where: {name: \"a\", name: \"b\"}) { name } }", ["UniqueInputFieldNames 1:16,1:27"]),
        (
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
            ["MaxIntrospectionDepth 1:3"]
        ),
    ])
    func brokenRulesAreReportedWithTheirPlaces(source: String, expected: [String]) throws {
        #expect(try errors(source) == expected)
    }

    @Test func errorsAreLimited() throws {
        let source = "{ " + (0..<150).map { "n\($0)" }.joined(separator: " ") + " }"
        #expect(try errors(source).count == 101)
        #expect(try errors(source, limits: Limits(validationErrors: 5)).count == 6)
    }

    @Test func comparisonsAreLimited() throws {
        let fields = String(repeating: "dog { name } ", count: 400)
        #expect(try errors("{ \(fields) }", limits: Limits(comparisons: 10_000)) == ["COMPARISON_LIMIT_EXCEEDED "])
        #expect(try errors("{ \(fields) }") == [])
    }

    /// A chain of fragments nests as selections do, so it has the same limit.
    @Test func fragmentsNestWithinTheLimit() throws {
        func chain(_ length: Int) -> String {
            "{ ...F0 } " + (0..<length).map { "fragment F\($0) on Query { ...F\($0 + 1) } " }.joined()
                + "fragment F\(length) on Query { __typename }"
        }
        #expect(try errors(chain(190)) == [])
        #expect(try errors(chain(250)) == ["NESTING_LIMIT_EXCEEDED 1:1"])
        #expect(try errors(chain(5000)) == ["NESTING_LIMIT_EXCEEDED 1:1"])
    }
}
