import KubernetesAPI
import ResourceSchema
import Testing

@Suite("Validation by schema")
struct SchemaValidationTests {
    private func schema(_ properties: String) throws -> Schema {
        let json = try yaml("type: object\nproperties:\n" + properties)
        return try Schema(openAPIV3: json, path: "")
    }

    private struct Rule: Sendable, CustomTestStringConvertible {
        var schema: String
        var value: String
        var error: String?
        var testDescription: String { "\(schema) on \(value)" }

        init(_ schema: String, _ value: String, _ error: String?) {
            self.schema = schema
            self.value = value
            self.error = error
        }
    }

    private static let rules = [
        Rule("{type: string}", "1", #"x: Invalid value: "integer": x in body must be of type string: "integer""#),
        Rule("{type: integer}", "1.5", #"x: Invalid value: "number": x in body must be of type integer: "number""#),
        Rule("{type: integer}", "2.0", nil),
        Rule("{type: number}", "2", nil),
        Rule("{type: string, enum: [a, b]}", "c", #"x: Unsupported value: "c": supported values: "a", "b""#),
        Rule("{type: string, pattern: '^a+$'}", "aab", #"x: Invalid value: "aab": x in body should match '^a+$'"#),
        Rule("{type: string, pattern: 'b'}", "abc", nil),
        Rule("{type: integer, minimum: 1}", "0", "x: Invalid value: 0: x in body should be greater than or equal to 1"),
        Rule(
            "{type: integer, maximum: 3, exclusiveMaximum: true}", "3",
            "x: Invalid value: 3: x in body should be less than 3"),
        Rule("{type: number, multipleOf: 0.5}", "1.7", "x: Invalid value: 1.7: x in body should be a multiple of 0.5"),
        Rule("{type: number, multipleOf: 0.1}", "0.3", nil),
        Rule("{type: string, maxLength: 2}", "abc", "x: Too long: may not be more than 2 bytes"),
        Rule("{type: string, minLength: 2}", "a", #"x: Invalid value: "a": x in body should be at least 2 chars long"#),
        Rule(
            "{type: array, items: {type: integer}, maxItems: 1}", "[1, 2]", "x: Too many: 2: must have at most 1 items"),
        Rule(
            "{type: array, items: {type: integer}}", "[1, a]",
            #"x[1]: Invalid value: "string": x[1] in body must be of type integer: "string""#),
        Rule(
            "{type: array, items: {type: string}, x-kubernetes-list-type: set}", "[a, a]",
            #"x[1]: Duplicate value: "a""#),
        Rule("{x-kubernetes-int-or-string: true}", "25%", nil),
        Rule(
            "{x-kubernetes-int-or-string: true}", "true",
            #"x: Invalid value: "boolean": x in body must be of type integer,string: "boolean""#),
        Rule(
            "{type: object, additionalProperties: {type: integer}}", "{a: b}",
            #"x.a: Invalid value: "string": x.a in body must be of type integer: "string""#),
        Rule(
            "{type: string, format: date-time}", "noon",
            #"x: Invalid value: "noon": x in body must be of type date-time: "noon""#),
        Rule("{type: string, format: date-time}", "'2026-01-02T03:04:05Z'", nil),
        Rule("{type: string, anyOf: [{minLength: 3}, {pattern: '^z'}]}", "zz", nil),
        Rule(
            "{type: string, anyOf: [{minLength: 3}, {pattern: '^z'}]}", "aa",
            #"x: Invalid value: "aa": "x" must validate at least one schema (anyOf)"#),
        Rule(
            "{type: integer, oneOf: [{minimum: 1}, {minimum: 2}]}", "5",
            #"x: Invalid value: 5: "x" must validate one and only one schema (oneOf). Found 2 valid alternatives"#),
        Rule(
            "{type: integer, not: {minimum: 3}}", "4", #"x: Invalid value: 4: "x" must not validate the schema (not)"#),
        Rule("{type: object, properties: {a: {type: string}}, required: [a]}", "{}", "x.a: Required value"),
        Rule("{type: object, x-kubernetes-preserve-unknown-fields: true}", "{anything: [1]}", nil),
    ]

    @Test("values are accepted or refused in Kubernetes' words", arguments: rules)
    private func rule(_ rule: Rule) throws {
        let schema = try schema("  x: \(rule.schema)")
        let value = try yaml("x: \(rule.value)")
        #expect(schema.validate(value).map(\.description) == (rule.error.map { [$0] } ?? []))
    }

    @Test("elements of a keyed list are told apart by their keys")
    func mapList() throws {
        let schema = try schema(
            """
              list:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, required: [name], properties: {name: {type: string}, v: {type: integer}}}
            """)
        let value = try yaml("list: [{name: a, v: 1}, {name: a, v: 2}]")
        #expect(schema.validate(value).map(\.description) == [#"list[1]: Duplicate value: {"name":"a"}"#])
    }

    @Test(
        "a pattern that Kubernetes could not compile is refused with the definition",
        arguments: ["(", "(?=a)", "(a)\\1"])
    func badPattern(pattern: String) throws {
        let json: JSON = [
            "type": "object", "properties": ["a": ["type": "string", "pattern": .string(pattern)]],
        ]
        let error = #expect(throws: FieldErrors.self) { try Schema(openAPIV3: json, path: "schema") }
        #expect(error?.errors.first?.field == "schema.properties[a].pattern")
    }

    @Test("a schema that is not structural is refused with the place and the reason")
    func structural() throws {
        let json = try yaml(
            """
            type: object
            properties:
              untyped: {description: no type}
              list: {type: array}
              map: {type: object, additionalProperties: {type: string}, properties: {a: {type: string}}}
              ref: {type: object, $ref: '#/definitions/x'}
              keyed: {type: array, x-kubernetes-list-type: map, items: {type: object}}
              bad: {type: integer, default: text}
              junctor: {type: object, anyOf: [{properties: {a: {type: string}}}]}
            """)
        let error = try #require(throws: FieldErrors.self) { try Schema(openAPIV3: json, path: "s") }
        let texts = error.errors.map(\.description)
        #expect(
            texts.contains("s.properties[untyped].type: Required value: must not be empty for specified object fields"))
        #expect(texts.contains("s.properties[list].items: Required value: must be specified"))
        #expect(
            texts.contains {
                $0.contains("s.properties[map].additionalProperties: Forbidden") && $0.contains("mutual exclusive")
            })
        #expect(texts.contains("s.properties[ref].$ref: Forbidden: $ref is not supported"))
        #expect(texts.contains { $0.hasPrefix("s.properties[keyed].x-kubernetes-list-map-keys: Required value") })
        #expect(texts.contains { $0.hasPrefix("s.properties[bad].default: Invalid value") })
        #expect(texts.contains { $0.hasPrefix("s.properties[junctor].properties[a]: Required value: because it is") })
    }

    @Test("a schema survives the way to OpenAPI and back")
    func roundTrip() throws {
        let json = try yaml(
            """
            type: object
            required: [a]
            properties:
              a: {type: string, pattern: '^x', minLength: 1, enum: [x, xy], default: x, nullable: true, description: d}
              b: {type: array, x-kubernetes-list-type: set, items: {type: integer, format: int32, minimum: 1}}
              c: {type: object, additionalProperties: {type: boolean}}
              d: {x-kubernetes-int-or-string: true}
              e: {type: object, x-kubernetes-preserve-unknown-fields: true, x-kubernetes-map-type: atomic}
              f: {type: integer, oneOf: [{minimum: 4}, {maximum: 2}], not: {multipleOf: 5}}
            """)
        #expect(try Schema(openAPIV3: json, path: "").openAPIJSON == json)
    }
}
