import GraphQL

/// Writes schemas with everything that the language has, and breaks some of them.
struct SchemaGenerator {
    var random: SeededGenerator
    private var objects: [String] = []
    private var interfaces: [String] = []
    private var outputs: [String] = []
    private var inputs: [String] = []

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A valid schema.
    mutating func schema() -> String {
        objects = (0..<(3 + random.number(3))).map { "Object\($0)" }
        interfaces = ["Node", "Named", "Thing"]
        let leaves = ["Int", "Float", "String", "Boolean", "ID", "Date", "JSON", "Color", "Size"]
        outputs = leaves + objects + interfaces + ["Union0", "Union1"]
        inputs = leaves + ["Input0", "Input1", "Input2"]
        var parts = [
            "scalar Date @specifiedBy(url: \"https://example.org/date\")", "scalar JSON",
            enumeration("Color", ["RED", "GREEN", "BLUE"]), enumeration("Size", ["SMALL", "LARGE"]),
            input(0), input(1), input(2),
            "interface Node { id: ID! \(field("extra")) }",
            "\(description())interface Named implements Node { id: ID! \(common) name(upper: Boolean = false): String }",
            "interface Thing { \(field("weight")) size: Size }",
            "union Union0 = \(objects.prefix(2).joined(separator: " | "))",
            "union Union1 = | \(objects.joined(separator: " | "))",
            "directive @tag(name: String! = \"t\", level: Int) repeatable on FIELD | QUERY | FRAGMENT_SPREAD | OBJECT",
            "\(description())directive @once on FIELD | INLINE_FRAGMENT | FRAGMENT_DEFINITION | VARIABLE_DEFINITION",
        ]
        // The interfaces' own fields are written once and repeated by those who implement them.
        let nodeExtra = parts[7].split(separator: "! ", maxSplits: 1)[1].dropLast(2)
        parts[8] = parts[8].replacing(common, with: String(nodeExtra))
        let weight = parts[9].dropFirst("interface Thing { ".count).dropLast(" size: Size }".count)
        for (index, name) in objects.enumerated() {
            var fields: [String] = []
            var implemented: [String] = []
            if index % 3 != 2 {
                implemented += ["Node", "Named"]
                fields += ["id: ID!", String(nodeExtra), "name(upper: Boolean = false): String"]
            }
            if index % 2 == 0 {
                implemented.append("Thing")
                fields += [String(weight), "size: Size"]
            }
            fields += (0..<(2 + random.number(3))).map { field("own\($0)") }
            fields += (0..<2).map { "same\($0): \(["Int", "Int!", "String", "[Int]"][random.number(4)])" }
            let clause = implemented.isEmpty ? "" : " implements \(implemented.joined(separator: " & "))"
            parts.append(
                "\(description())type \(name)\(clause)\(random.chance(30) ? " @tag" : "") { \(fields.joined(separator: " ")) }"
            )
        }
        let roots = (0..<5).map { field("root\($0)") } + ["node(id: ID!): Node", "things: [Thing!]!", "any: [Union1]"]
        parts.append("type Query { \(roots.joined(separator: " ")) }")
        parts.append("type Mutation { \(field("change0")) \(field("change1")) \(field("change2")) }")
        parts.append("type Subscription { \(field("event0")) \(field("event1")) }")
        if random.chance(50) { parts.append("extend type Query { \(field("late")) }") }
        if random.chance(50) { parts.append("extend enum Color { \"later\" BLACK @deprecated }") }
        if random.chance(30) { parts.append("extend input Input0 { late: String = \"x\" }") }
        return parts.joined(separator: "\n")
    }

    private let common = "%COMMON%"

    private mutating func description() -> String {
        switch random.number(5) {
        case 0: "\"Says \\\"what\\\" it is.\"\n"
        case 1: "\"\"\"\n  A longer text,\n    indented.\n\"\"\"\n"
        default: ""
        }
    }

    private mutating func enumeration(_ name: String, _ values: [String]) -> String {
        let body = values.map { "\(description())\($0)\(random.chance(20) ? " @deprecated(reason: \"old\")" : "")" }
        return "enum \(name) { \(body.joined(separator: " ")) }"
    }

    private mutating func field(_ name: String) -> String {
        var arguments: [String] = []
        if random.chance(40) {
            arguments = (0..<(1 + random.number(3))).map {
                "\(random.chance(10) ? description() : "")arg\($0): \(inputType())"
            }
        }
        let list = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
        let deprecated = random.chance(10) ? " @deprecated(reason: \"because\")" : ""
        return "\(description())\(name)\(list): \(wrapped(random.pick(outputs)))\(deprecated)"
    }

    private mutating func wrapped(_ name: String) -> String {
        switch random.number(8) {
        case 0: "\(name)!"
        case 1: "[\(name)]"
        case 2: "[\(name)!]!"
        case 3: "[[\(name)]!]"
        default: name
        }
    }

    /// An argument's type, often with a default.
    private mutating func inputType() -> String {
        switch random.number(14) {
        case 0: "Int = 3"
        case 1: "String = \"a \\u00e9\""
        case 2: "[Int!] = [1, 2]"
        case 3: "Color = RED"
        case 4: "Input0 = {a: 4}"
        case 5: "Float = 1.5"
        case 6: "ID = 12"
        case 7: "Boolean! = true"
        case 8: "JSON = \"j\""
        default: wrapped(random.pick(inputs))
        }
    }

    private mutating func input(_ number: Int) -> String {
        let nested = number == 0 ? "" : " inner: Input\(number - 1) inners: [Input0!]"
        let required = number == 2 ? " must: String!" : ""
        return
            "\(description())input Input\(number) { a: Int = \(number + 1) b: [String] c: Color = GREEN d: Float self: Input\(number)\(nested)\(required) }"
    }
}
