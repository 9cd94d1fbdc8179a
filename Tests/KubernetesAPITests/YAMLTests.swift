import Testing

@testable import KubernetesAPI

@Suite struct YAMLTests {
    private func one(_ text: String) throws -> JSON {
        try #require(try JSON.documents(yaml: text, source: "f.yaml").first)
    }

    @Test("documents are read in order, empty ones are left out")
    func documents() throws {
        let text = "---\n# nothing\n---\na: 1\n---\n\n---\n{\"b\": [2]}\n...\n"
        #expect(try JSON.documents(yaml: text, source: "f") == [["a": 1], ["b": [2]]])
        #expect(try JSON.documents(yaml: "", source: "f") == [])
        #expect(try JSON.documents(yaml: "\u{FEFF}a: 1\r\nb: 2\r\n", source: "f") == [["a": 1, "b": 2]])
    }

    @Test(
        "scalars have the types that kubectl gives them",
        arguments: [
            ("1", 1), ("-1", -1), ("\"1\"", "1"), ("1.5", 1.5), ("1e3", .double(1000)), ("true", true),
            ("False", false),
            ("yes", true), ("\"yes\"", "yes"), ("off", false), ("y", "y"), ("n", "n"), ("null", .null), ("~", .null),
            ("", .null), ("'~'", "~"),
            ("0x1F", 31), ("0o17", 15), ("017", 15), ("1_000", 1000), ("9223372036854775807", .int(.max)),
            ("1.0", .double(1)),
            ("100m", "100m"), ("1.2.3", "1.2.3"), ("2026-11-24", "2026-11-24"),
            ("2026-11-24T02:30:00Z", "2026-11-24T02:30:00Z"),
            ("!!str 5", "5"), ("10:30", "10:30"), ("8080:80", "8080:80"), ("a b", "a b"), ("|\n  x\n  y", "x\ny\n"),
            (">-\n  x\n  y", "x y"), ("<<", "<<"), ("=", "="),
        ] as [(String, JSON)])
    func scalars(text: String, expected: JSON) throws {
        #expect(try one("[\(text == "" ? "null" : text.contains("\n") ? "\"\"" : text)]").array?.count == 1)
        #expect(try one("v: \(text)\nw: 1")["v"] == expected, "\(text)")
    }

    @Test("anchors and merge keys are resolved")
    func anchors() throws {
        let json = try one("base: &b {a: 1, b: [x]}\ncopy: *b\nmerged:\n  <<: *b\n  a: 2\n")
        #expect(json["copy"] == ["a": 1, "b": ["x"]])
        #expect(json["merged"] == ["a": 2, "b": ["x"]])
    }

    @Test("a bomb of aliases is refused before it fills the memory")
    func bomb() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 {
            let alias = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
            text += "a\(level): &a\(level) [\(alias)]\n"
        }
        #expect(throws: YAMLError.self) { try JSON.documents(yaml: text, source: "f") }
    }

    @Test("aliases of a long text are refused before they fill the memory", arguments: ["*a", "{*a : 1}"])
    func longAliases(alias: String) throws {
        func text(_ count: Int) -> String {
            "a: &a \(String(repeating: "x", count: 100_000))\nb: [\(Array(repeating: alias, count: count).joined(separator: ","))]\n"
        }
        #expect(try one(text(10))["b"].array?.count == 10)
        #expect { try JSON.documents(yaml: text(100), source: "f") } throws: {
            "\($0)".contains("the aliases stand for too much text")
        }
    }

    @Test("deep nesting is refused and does not exhaust the stack")
    func nesting() {
        let text = String(repeating: "[", count: 20000) + String(repeating: "]", count: 20000)
        #expect(throws: YAMLError.self) { try JSON.documents(yaml: text, source: "f") }
    }

    @Test(
        "a broken text is refused with file, line and column",
        arguments: [
            ("a: [1", 2), ("a: 1\nb: c: d\n", 2), ("a: 1\n\tb: 2", 2), ("a: 1\na: 2", 1), ("{a: 1", 2),
            ("a: *nowhere", 1), ("[1]: x", 1),
            ("a: \"x", 1),
        ])
    func broken(text: String, line: Int) {
        let error = #expect(throws: YAMLError.self) { try JSON.documents(yaml: text, source: "dir/f.yaml") }
        #expect(
            error?.description.hasPrefix("dir/f.yaml:\(line):") == true, "\(error.map(String.init(describing:)) ?? "")")
    }

    @Test("what is written is read back the same", arguments: 1...300)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let value: JSON = .object(["v": random.json()])
        let text = try value.yaml()
        #expect(try JSON.documents(yaml: text, source: "f") == [value], "\(text)")
    }
}
