import FuzzTesting
import Testing

@testable import DocumentStore

/// Extended JSON, broken in small ways: read or refused, quickly, and what is read is read the same when it is written
/// again.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ExtendedJSONMutationTests {
    private static let texts = [
        #"""
        {"_id":{"$oid":"6745a1b2c3d4e5f60718293a"},"name":"é😀","at":{"$date":"2026-11-25T16:41:11.123Z"},
         "old":{"$date":-62167219200000},"far":{"$date":{"$numberLong":"9223372036854775807"}},"n":9223372036854775807,
         "d":-0.0,"e":1e308,"nan":{"$numberDouble":"NaN"},"b":{"$binary":{"base64":"AAEC","subType":"00"}},
         "t":{"$timestamp":{"t":4294967295,"i":1}},"list":[1,[2.5,[]],{"x":null,"y":true}],"text":"\u00e9\ud83d\ude00\n\"\\"}
        """#,
        #"{"litmus_backup":1,"created_at":{"$date":"2026-11-25T00:00:00.000Z"},"collections":["project","users"]}"#,
        #"{"collection":"project","document":{"_id":"a","members":[{"user_id":"u","role":"Owner"}],"_version":3}}"#,
    ]

    private static let tokens = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u+0a1", "\"$oid\":", "\"$date\":",
        "\"$numberLong\":", "\"$numberDouble\":", "\"$binary\":", "\"$timestamp\":", "{\"$date\":\"",
        "{\"$numberLong\":\"",
        "2026-02-30T24:00:00Z", "9999-12-31T23:59:59.999Z", "-9223372036854775808", "\"a\":", "[[[", "{\"a\":", "1",
        "-",
        ".", "e", "E+", "00", "true", "NaN", "é", "\u{301}", "\u{0}", " ", "\n",
    ]

    @Test("values")
    func values() {
        let mutator = Mutator(corpus: Self.texts, tokens: Self.tokens)
        var accepted = 0
        let run = FuzzRun.inputs("extended JSON") { random in
            let text = mutator.text(&random)
            guard let value = try? ExtendedJSON.decode(text) else { return }
            accepted += 1
            let written = ExtendedJSON.encode(value)
            // NaN is not equal to itself, so it is the text that is compared.
            let read = try? ExtendedJSON.decode(String(decoding: written, as: UTF8.self))
            #expect(read.map(ExtendedJSON.encode) == written, "\(random.name)")
        }
        #expect(run.slowest < FuzzRun.allowedTime, "\(run)")
        #expect(accepted > 0)
    }

    @Test("BSON")
    func bson() throws {
        let documents = try Self.texts.map { BSON.encode(try ExtendedJSON.document($0)) }
        let mutator = Mutator(
            corpus: documents,
            tokens: [
                [0], [0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF], [5, 0, 0, 0, 0], [2], [3], [4], [0x10],
            ])
        let run = FuzzRun.inputs("BSON") { random in
            guard let document = try? BSON.decode(mutator.input(&random)) else { return }
            let written = BSON.encode(document)
            #expect((try? BSON.decode(written)).map { BSON.encode($0) } == written, "\(random.name)")
        }
        #expect(run.slowest < FuzzRun.allowedTime, "\(run)")
    }

    @Test(
        "what RFC 8259 has no word for is refused",
        arguments: [
            "01", "-01", "1.", ".5", "+1", "1.e3", "1e", "1-1", "--1", "1.5.5", "-", "1e999", #""\u+0a1""#,
            #""\u-000""#,
            #""\u00"#, "", "nul", "[1,]", "{\"a\":1,}",
        ])
    func strictness(text: String) {
        #expect(throws: ExtendedJSONError.self) { try ExtendedJSON.decode(text) }
    }

    @Test(
        "half of a surrogate pair becomes the replacement character, and what follows it stays",
        arguments: [
            (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83dx""#, "\u{FFFD}x"),
            (#""\ude00""#, "\u{FFFD}"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83d\ude00""#, "😀"),
        ])
    func surrogates(text: String, expected: String) throws {
        #expect(try ExtendedJSON.decode(text) == .string(expected))
    }
}
