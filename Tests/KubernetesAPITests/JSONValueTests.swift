import Testing

@testable import KubernetesAPI

@Suite struct JSONValueTests {
    @Test("setting null removes a member, along a path too")
    func removal() {
        var json: JSON = ["a": 1, "b": ["c": ["d": 2, "e": 3]]]
        json["a"] = .null
        json["b", "c", "d"] = .null
        json["x", "y"] = .null
        #expect(json == ["b": ["c": ["e": 3]]])
        #expect(json.object?.keys.contains("a") == false)
    }

    @Test("setting a path makes the objects on the way")
    func setting() {
        var json: JSON = ["a": "text"]
        json["a", "b", "c"] = 1
        json[path: ["x"]] = [1]
        #expect(json == ["a": ["b": ["c": 1]], "x": [1]])
        json[path: []] = 5
        #expect(json == 5)
    }

    @Test("numbers are integers where they are whole")
    func numbers() {
        #expect(JSON.double(3).int == 3)
        #expect(JSON.double(3.5).int == nil)
        #expect(JSON.double(1e300).int == nil)
        #expect(JSON.int(3).double == 3)
        #expect(JSON.string("3").int == nil)
    }

    @Test("maps and lists of strings take the members that are strings")
    func strings() {
        #expect(JSON(["a": "b"]) == ["a": "b"])
        #expect(JSON(["a", "b"]) == ["a", "b"])
        #expect(JSON.object(["a": "1", "b": 2]).stringMap == ["a": "1"])
        #expect(JSON.array(["a", 1]).strings == ["a"])
    }
}
