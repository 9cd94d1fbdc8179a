import Testing

@testable import GraphQL

@Suite struct SchemaDefinitionTests {
    /// The errors as "Rule line:column,…", sorted.
    private func errors(_ sdl: String) -> [String] {
        do {
            _ = try Schema(sdl: sdl)
            return []
        } catch {
            return error.errors.map { error in
                let places = error.locations.map { "\($0.line):\($0.column)" }.joined(separator: ",")
                return "\(error.rule?.rawValue ?? "-") \(places)"
            }.sorted()
        }
    }

    @Test(arguments: [
        (
            "type Query { a: Int }\nschema { query: Query }\nschema { query: Query }",
            ["LoneSchemaDefinition 3:1", "UniqueOperationTypes 2:10,3:10"]
        ),
        ("type Query { a: Int }\nschema { query: Query query: Query }", ["UniqueOperationTypes 2:10,2:23"]),
        ("type Query { a: Int }\ntype Query { b: Int }", ["UniqueTypeNames 1:6,2:6"]),
        ("type Query { a: E }\nenum E { A A }", ["UniqueEnumValueNames 2:10,2:12"]),
        ("type Query { a: Int }\nextend type Query { a: Int }", ["UniqueFieldDefinitionNames 1:14,2:21"]),
        ("type Query { a(x: Int, x: Int): Int }", ["UniqueArgumentDefinitionNames 1:16,1:24"]),
        ("directive @a on FIELD\ndirective @a on FIELD\ntype Query { a: Int }", ["UniqueDirectiveNames 1:12,2:12"]),
        ("type Query implements N { a: Nope }", ["KnownTypeNames 1:23", "KnownTypeNames 1:30"]),
        ("type Query @nope { a: Int @skip(if: true) }", ["KnownDirectives 1:12", "KnownDirectives 1:27"]),
        (
            "directive @a on OBJECT\ntype Query @a { a: Int }\nextend type Query @a",
            ["UniqueDirectivesPerLocation 2:12,3:19"]
        ),
        ("type Query { a: Int }\nextend enum Query { A }", ["PossibleTypeExtensions 1:1,2:1"]),
        ("type Query { a: Int }\nextend enum Nope { A }", ["PossibleTypeExtensions 2:13"]),
        ("type Query { a: Int @deprecated(why: \"x\") }", ["KnownArgumentNames 1:33"]),
        ("scalar S @specifiedBy\ntype Query { a: S }", ["ProvidedRequiredArguments 1:10"]),
        (
            "type Query { a(x: I = {a: 1, a: 2}): Int }\ninput I { a: Int }",
            ["UniqueInputFieldNames 1:24,1:30"]
        ),
        ("query { a }\ntype Query { a: Int }", ["ExecutableDefinitions 1:1"]),
        ("type Query { a: Int }\ntype Int { a: Int }", ["UniqueTypeNames 2:6"]),
    ])
    func definitionsFollowTheRules(sdl: String, expected: [String]) {
        #expect(errors(sdl) == expected)
    }

    @Test(arguments: [
        ("type A { a: Int }", ["TypeSystem "]),
        ("schema { query: I }\ninput I { a: Int }", ["TypeSystem 1:17"]),
        ("type Query { __a: Int }", ["TypeSystem 1:14"]),
        ("type Query { a: I }\ninput I { a: Int }", ["TypeSystem 1:17"]),
        ("type Query { a(x: Query): Int }", ["TypeSystem 1:19"]),
        ("type Query { a(x: Int! @deprecated): Int }", ["TypeSystem 1:24,1:19"]),
        ("type Query\nextend type Query @d\ndirective @d on OBJECT", ["TypeSystem 1:1,2:1"]),
        ("type Query { a: U }\nunion U", ["TypeSystem 2:1"]),
        ("type Query { a: U }\nunion U = Query | Query | Int", ["TypeSystem 2:11,2:19", "TypeSystem 2:27"]),
        ("type Query { a: E }\nenum E", ["TypeSystem 2:1"]),
        ("type Query implements A { a: Int }\ntype A { a: Int }", ["TypeSystem 1:23"]),
        (
            "type Query implements I { a: Int }\ninterface I { a: String b(x: Int): Int }",
            [
                "TypeSystem 2:18,1:30", "TypeSystem 2:25,1:1",
            ].sorted()
        ),
        (
            "type Query implements I { a(x: Int, z: Int!): Int }\ninterface I { a(x: ID, y: Int): Int }",
            ["TypeSystem 1:37,2:15", "TypeSystem 2:20,1:32", "TypeSystem 2:24,1:27"]
        ),
        (
            "type Query implements J { a: Int }\ninterface I { a: Int }\ninterface J implements I { a: Int }",
            ["TypeSystem 3:24,1:23"]
        ),
        ("type Query { a(x: A): Int }\ninput A { b: B! }\ninput B { a: A! }", ["TypeSystem 2:11,3:11"]),
        (
            "interface I implements I { a: Int }\ntype Query implements I { a: Int }",
            ["TypeSystem 1:24"]
        ),
    ])
    func typesFollowTheRules(sdl: String, expected: [String]) {
        #expect(errors(sdl) == expected)
    }

    @Test(arguments: [
        "type Query { a(x: Int = \"one\"): Int }", "input A { a: A = {} }\ntype Query { a(x: A): Int }",
        "input A { b: B = {} }\ninput B { a: A = {} }\ntype Query { a(x: A): Int }",
    ])
    func defaultsMustFitTheirTypes(sdl: String) {
        #expect(errors(sdl).first?.hasPrefix("ValuesOfCorrectType") == true)
    }

    @Test func schemaIsPrintedAsDefined() throws {
        let sdl = """
            \"\"\"What it is for.\"\"\"
            schema {
              query: Root
            }

            directive @tag(name: String = "x", level: [Int!] = [1, 2]) repeatable on OBJECT | FIELD

            \"\"\"Where it starts.\"\"\"
            type Root implements Node {
              id: ID!

              \"\"\"
              Two
              lines.
              \"\"\"
              find(
                \"\"\"Which.\"\"\"
                filter: Filter = {size: BIG, ratio: 0.5}
              ): [Node!] @deprecated(reason: "slow")
            }

            interface Node {
              id: ID! @deprecated
            }

            union Any = Root

            enum Size {
              BIG
              SMALL @deprecated(reason: "tiny")
            }

            input Filter {
              size: Size = SMALL
              ratio: Float
              ids: [ID] = [1, "a"]
            }

            scalar Date @specifiedBy(url: "https://example.org")
            """
        let printed = try Schema(sdl: sdl).printed
        // The default of an argument takes up the defaults of the fields that it leaves out.
        #expect(
            printed
                == sdl.replacing(
                    "{size: BIG, ratio: 0.5}", with: "{size: BIG, ratio: 0.5, ids: [1, \"a\"]}"))
        #expect(try Schema(sdl: printed).printed == printed)
    }

    @Test func subtypesAndPossibleTypes() throws {
        let schema = try Schema(
            sdl: """
                type Query { a: A, u: U }
                interface A { x: Int }
                interface B implements A { x: Int }
                type C implements A & B { x: Int }
                type D implements A { x: Int }
                union U = C
                """)
        func type(_ name: String) throws -> NamedType { try #require(schema.type(name)) }
        #expect(schema.possibleTypes(of: try type("A")).map(\.name) == ["C", "D"])
        #expect(schema.possibleTypes(of: try type("U")).map(\.name) == ["C"])
        #expect(schema.isSubtype(try type("B"), of: try type("A")))
        #expect(!schema.isSubtype(try type("D"), of: try type("B")))
        #expect(schema.overlap(try type("U"), try type("B")))
        #expect(!schema.overlap(try type("U"), try type("D")))
    }
}
