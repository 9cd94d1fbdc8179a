import Testing

@testable import KubernetesAPI

@Suite struct JSONParserTests {
    @Test(
        "values are read as RFC 8259 means them",
        arguments: [
            (" null ", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("12", 12), ("[]", []),
            ("{}", [:]),
            ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.5", 1.5), ("1e3", .double(1000)),
            ("-2.5E-1", -0.25), (#""""#, ""), (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"),
            (#""\u00fc\u6F22""#, "ü漢"), (#""\ud83d\ude00""#, "😀"), ("\"\u{7F}ü😀\"", "\u{7F}ü😀"),
            (#"{"a":[1,{"b":null}],"c":"x"}"#, .object(["a": [1, .object(["b": .null])], "c": "x"])),
            ("\t[ 1 ,\r\n2 ]\n", [1, 2]),
        ] as [(String, JSON)])
    func values(text: String, expected: JSON) throws {
        #expect(try JSON(parsing: text) == expected)
    }

    @Test(
        "a lone half of a surrogate pair becomes the replacement character",
        arguments: [#""\ud83d""#, #""\ude00x""#, #""\ud83dx""#])
    func lonelySurrogates(text: String) throws {
        #expect(try JSON(parsing: text).string?.contains("\u{FFFD}") == true)
    }

    @Test(
        "a broken text is refused with its line and column",
        arguments: [
            ("", 1, 1), ("  ", 1, 3), ("{", 1, 2), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("{\"a\" 1}", 1, 6),
            ("{\"a\":}", 1, 6),
            ("{a:1}", 1, 2), ("{\"a\":1,}", 1, 8), ("\n\n  [1,\n x]", 4, 2), ("nul", 1, 1), ("nulll", 1, 5),
            ("truefalse", 1, 5),
            ("1 2", 1, 3), ("\"abc", 1, 5), ("\"a\nb\"", 1, 3), (#""\x""#, 1, 4), (#""\u12g4""#, 1, 4), ("01", 1, 3),
            ("-", 1, 2),
            ("1.", 1, 3), (".5", 1, 1), ("+1", 1, 1), ("1e", 1, 3), ("1.e3", 1, 3), ("-01", 1, 4), ("1e999", 1, 6),
            ("'a'", 1, 1),
            (#""\ud83d\u0041""#, 1, 14), ("NaN", 1, 1), ("--1", 1, 2), ("1-1", 1, 2),
        ])
    func broken(text: String, line: Int, column: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
        #expect(error?.line == line, "\(text)")
        #expect(error?.column == column, "\(text): \(error.map(String.init(describing:)) ?? "")")
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: [0x22] + bytes + [0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: [0x22, 0x5C, 0x6E] + bytes + [0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: bytes) }
    }

    @Test("keys that occur twice are reported with their path, the last value wins")
    func duplicates() throws {
        let text = #"{"spec":{"replicas":1,"replicas":2,"list":[{"a":1},{"a":1,"a":2}]},"spec2":1}"#
        let (value, duplicates) = try JSON.parse(text.utf8)
        #expect(value["spec", "replicas"] == 2)
        #expect(duplicates == ["spec.replicas", "spec.list[1].a"])
    }

    @Test("deep nesting is refused and does not exhaust the stack")
    func nesting() throws {
        let depth = JSONParser.maximumDepth
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSON(parsing: nested(depth)) }
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: nested(depth + 1)) }
        #expect(error?.message.contains("nested deeper") == true)
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
    }

    @Test("what is encoded is read back the same, compact and for people", arguments: 1...200)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let value = random.json()
        #expect(try JSON(parsing: value.encoded()) == value)
        #expect(try JSON(parsing: value.prettyPrinted()) == value)
    }

    @Test("changed bytes are read or refused, never worse", arguments: 1...100)
    func mutations(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = random.json().encoded()
        for _ in 0..<3 where !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if let value = try? JSON(parsing: bytes) {
            #expect((try? JSON(parsing: value.encoded())) == value)
        }
    }

    @Test("keys are written sorted by their bytes, so that equal values have equal text")
    func sorted() {
        let value: JSON = ["b": 1, "a": [1.5, 2], "Z": "x\n", "ü": true]
        #expect(value.description == #"{"Z":"x\n","a":[1.5,2],"b":1,"ü":true}"#)
    }

    @Test("control characters are written as escapes")
    func controls() {
        #expect(JSON.string("\u{0}\u{1F}\r\t\"\\/").description == #""\u0000\u001f\r\t\"\\/""#)
    }

    @Test("what JSON cannot express is written as null")
    func notFinite() {
        #expect(JSON.array([.double(.nan), .double(.infinity)]).description == "[null,null]")
    }
}
