import Testing

@testable import GraphQL

@Suite struct ValueTests {
    @Test(arguments: [
        "null", "true", "[1,-2,3.5,1e+20]", #"{"a":"b","c":[{"d":null}]}"#, #""\"\\\n\r\t\u0001é😀""#, "[]", "{}",
        "9223372036854775807", "-9223372036854775808", "1.8446744073709552e+19",
    ])
    func jsonSurvives(text: String) throws {
        #expect(try GraphQLValue(json: text).jsonString == text)
    }

    @Test func jsonIsReadAsItIsWritten() throws {
        let value = try GraphQLValue(json: #" { "a" : [ 1 , 2.0 ] , "u" : "\u00e9\ud83d\ude00\/" , "a" : 3 } "#)
        #expect(value == ["u": "é😀/", "a": 3])
        #expect(GraphQLValue.double(.nan).jsonString == "null")
    }

    @Test(arguments: [
        "", "nul", "[1,", "[1 2]", "{\"a\" 1}", "{a:1}", "\"open", "\"\u{1}\"", "01", "1.", "-", "1 2", "\"\\x\"",
        "[1,]",
        "1e999",
    ])
    func brokenJSONIsRefused(text: String) {
        #expect(throws: JSONError.self) { try GraphQLValue(json: text) }
    }

    @Test func jsonNestsWithinALimit() throws {
        #expect(throws: JSONError.self) { try GraphQLValue(json: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try GraphQLValue(json: "[[1]]", depth: 1) }
        #expect(try GraphQLValue(json: "[[1],[2]]", depth: 2) == [[1], [2]])
        #expect(throws: JSONError.self) { try GraphQLValue(json: [0x22, 0xFF, 0x22]) }
    }

    struct Record: Codable, Equatable {
        enum Color: String, Codable { case red, green }
        var id: Int
        var ratio: Double
        var name: String?
        var color: Color
        var tags: [String]
        var nested: [Nested]
        var raw: GraphQLValue
        var flag: Bool?
        struct Nested: Codable, Equatable { var x: UInt8 }
    }

    @Test func swiftTypesSurvive() throws {
        let record = Record(
            id: 7, ratio: 2, name: nil, color: .green, tags: ["a"], nested: [.init(x: 1), .init(x: 2)],
            raw: ["k": [1, nil]], flag: true)
        let value = try GraphQLValue(encoding: record)
        #expect(
            value.jsonString
                == #"{"id":7,"ratio":2.0,"color":"green","tags":["a"],"nested":[{"x":1},{"x":2}],"raw":{"k":[1,null]},"flag":true}"#
        )
        #expect(try value.decode(Record.self) == record)
    }

    @Test func decodingErrorsSayWhat() {
        #expect(throws: DecodingError.self) { try (["x": 300] as GraphQLValue).decode(Record.Nested.self) }
        #expect(throws: DecodingError.self) { try (["y": 3] as GraphQLValue).decode(Record.Nested.self) }
        #expect(throws: DecodingError.self) { try GraphQLValue.string("x").decode(Record.Nested.self) }
    }

    @Test func objectsKeepTheirOrderAndCompareWithoutIt() {
        var object: GraphQLObject = ["b": 1, "a": 2]
        #expect(object.keys == ["b", "a"])
        object["c"] = 3
        object["b"] = nil
        #expect(object.keys == ["a", "c"])
        #expect(object == ["c": 3, "a": 2])
        #expect(Set([object]).contains(["c": 3, "a": 2]))
    }
}
