import FuzzTesting
import Testing

@testable import KubernetesAPI

/// Valid texts, broken in small ways: read or refused, quickly, and what is read is read the same when it is written again.
@Suite(.serialized, .timeLimit(.minutes(3))) struct JSONMutationTests {
    private static let texts = [
        #"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"app.kubernetes.io/name":"x","é":"😀"},
         "annotations":{"a":"\u00e9\ud83d\ude00\n\"\\\/\b\f\r\t"}},"spec":{"containers":[{"name":"c","ports":[{"containerPort":80}]}]},
         "status":{"n":[0,-0.0,1e3,-2.5E-1,9223372036854775807,-9223372036854775808,1e308],"x":null,"y":true}}
        """#,
        #"[[],{},"",[[[[{"a":[{"b":null}]}]]]]]"#, #"{"a":1,"a":2,"b":{"a":1,"a":[1,{"c":1,"c":2}]}}"#,
    ]

    private static let tokens = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u+0a1", "\"a\":", "\"a\":1,", "[[[",
        "{\"a\":", "1", "-", ".", "e", "E+", "00", "true", "nul", "NaN", "é", "😀", "\u{301}", "\u{0}", " ", "\n",
    ]

    @Test("JSON")
    func json() {
        let mutator = Mutator(corpus: Self.texts, tokens: Self.tokens)
        var accepted = 0
        let run = FuzzRun.inputs("Kubernetes JSON") { random in
            guard let (value, duplicates) = try? JSON.parse(mutator.input(&random)) else { return }
            accepted += 1
            #expect(duplicates.count <= JSONParser.maximumDuplicates, "\(random.name)")
            // Whole doubles are written as integers, and -0 as 0, so it is the text that stays.
            let text = value.encoded()
            #expect((try? JSON(parsing: text))?.encoded() == text, "\(random.name)")
        }
        #expect(run.slowest < FuzzRun.allowedTime, "\(run)")
        #expect(accepted > 0)
    }

    @Test("YAML")
    func yaml() {
        let mutator = Mutator(
            corpus: [
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {app: x, \"é\": '😀'}\nspec:\n"
                    + "  containers:\n  - name: c\n    args: [a, \"b\\n\", 1, 1.5, true, ~, 0x1F, 1:30]\n  text: |\n    a\n    b\n",
                "a: &x {b: 1}\nc: *x\nd: [*x, *x]\n--- \ne: >-\n  folded\n  text\n",
            ],
            tokens: [
                "a: ", "- ", "  ", "\n", "{", "}", "[", "]", "&x ", "*x", "<<: *x\n", "!!str ", "!!binary ", "|\n",
                ">\n",
                "---\n", "...\n", "'", "\"", "? ", ": ", "#", "\t", "é", "\u{0}", "\u{FEFF}", "%YAML 1.1\n", "[[[[",
                "{a: ",
            ], maximumSize: 1 << 12)
        var accepted = 0
        let run = FuzzRun.inputs("Kubernetes YAML") { random in
            guard let values = try? JSON.documents(yaml: mutator.text(&random), source: "fuzz") else { return }
            accepted += 1
            for value in values {
                let text = value.encoded()
                #expect((try? JSON(parsing: text))?.encoded() == text, "\(random.name)")
            }
        }
        #expect(run.slowest < FuzzRun.allowedTime, "\(run)")
        #expect(accepted > 0)
    }

    @Test("what RFC 8259 has no word for is refused", arguments: [#""\u+0a1""#, #""\u-000""#, #""\u 0a1""#, #""\u00"#])
    func strictness(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    }

    @Test("a long key over many duplicates is not copied for each of them")
    func duplicates() throws {
        let many = Array(repeating: #""b":1"#, count: 100_000).joined(separator: ",")
        let text = "{\"\(String(repeating: "k", count: 1 << 20))\":{\(many)}}"
        let (_, duplicates) = try JSON.parse(text.utf8)
        #expect(duplicates.count == 100)
        #expect(duplicates.first == String(repeating: "k", count: 200) + ".b")
    }

    /// 700,000 marks would be hashed for minutes.
    @Test("runs of combining marks are refused, and strings as people write them are not")
    func combiningMarks() throws {
        let marks = String(repeating: "\u{301}\u{316}", count: 350_000)
        let escaped = String(repeating: #"\u0301"#, count: 1000)
        let start = ContinuousClock.now
        for text in ["{\"a\(marks)\":1}", "[\"\\n\(marks)\"]", "{\"\(escaped)\":1}"] {
            let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
            #expect(error?.message.contains("combining marks") == true)
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        let languages = String(repeating: "e\u{301}\u{323} กี่ नि 한글 🇩🇪👩‍👩‍👧 ", count: 200)
        #expect(try JSON(parsing: JSON.string(languages).encoded()).string == languages)
    }
}
