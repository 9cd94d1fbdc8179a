import Testing

@testable import KubernetesAPI

@Suite struct PatchTests {
    @Test(
        "JSON patches do what the appendix of RFC 6902 shows",
        arguments: [
            (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),
            (
                #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
                #"{"foo":["bar","qux","baz"]}"#
            ),
            (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
            (#"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
            (
                #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
                #"{"baz":"boo","foo":"bar"}"#
            ),
            (
                #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
                #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
                #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
            ),
            (
                #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
                #"{"foo":["all","cows","eat","grass"]}"#
            ),
            (
                #"{"baz":"qux","foo":["a",2,"c"]}"#,
                #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
                #"{"baz":"qux","foo":["a",2,"c"]}"#
            ),
            (
                #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
                #"{"foo":"bar","child":{"grandchild":{}}}"#
            ),
            (
                #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#,
                #"{"foo":"bar","baz":"qux"}"#
            ),
            (
                #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10},{"op":"remove","path":"/~1"}]"#,
                #"{"~1":10}"#
            ),
            (
                #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
                #"{"foo":["bar",["abc","def"]]}"#
            ),
            (#"{"a":1}"#, #"[{"op":"replace","path":"","value":[1]}]"#, "[1]"),
            (#"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/c"}]"#, #"{"a":{"b":1},"c":{"b":1}}"#),
            (#"{"a":null}"#, #"[{"op":"test","path":"/a","value":null}]"#, #"{"a":null}"#),
            (#"{"":1}"#, #"[{"op":"replace","path":"/","value":2}]"#, #"{"":2}"#),
        ])
    func jsonPatch(document: String, patch: String, expected: String) throws {
        let patch = try JSONPatch(json: JSON(parsing: patch))
        #expect(try patch.applied(to: JSON(parsing: document)) == JSON(parsing: expected))
    }

    @Test(
        "a patch that cannot be applied is refused",
        arguments: [
            (#"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, 422),
            (#"[{"op":"test","path":"/foo","value":"x"}]"#, 422),
            (#"[{"op":"remove","path":"/nope"}]"#, 422), (#"[{"op":"replace","path":"/nope","value":1}]"#, 422),
            (#"[{"op":"add","path":"/list/3","value":1}]"#, 422), (#"[{"op":"remove","path":"/list/-"}]"#, 422),
            (#"[{"op":"replace","path":"/list/01","value":1}]"#, 422),
            (#"[{"op":"replace","path":"/list/+1","value":1}]"#, 422), (#"[{"op":"add","path":"foo","value":1}]"#, 400),
            (#"[{"op":"add","path":"/x"}]"#, 400), (#"[{"op":"jump","path":"/x"}]"#, 400), (#"[{"path":"/x"}]"#, 400),
            (#"[{"op":"copy","path":"/x"}]"#, 400), (#"{"op":"add"}"#, 400), (#"[1]"#, 400),
            (#"[{"op":"move","from":"/obj","path":"/obj/a"}]"#, 422),
        ])
    func refused(patch: String, code: Int) throws {
        let document: JSON = ["foo": "bar", "list": [1, 2], "obj": ["a": 1]]
        let error = #expect(throws: Status.self) { try JSONPatch(json: JSON(parsing: patch)).applied(to: document) }
        #expect(error?.code == code, "\(patch)")
    }

    @Test(
        "merge patches do what the appendix of RFC 7386 shows",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
            (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
            (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
            (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ])
    func mergePatch(document: String, patch: String, expected: String) throws {
        #expect(try JSON(parsing: document).merging(patch: JSON(parsing: patch)) == JSON(parsing: expected))
    }

    @Test("each patch has its content type and body")
    func contentTypes() throws {
        let operations: JSON = [["op": "remove", "path": "/a"]]
        #expect(Patch.json(try JSONPatch(json: operations)).body == operations)
        #expect(Patch.merge(["a": 1]).contentType == "application/merge-patch+json")
        #expect(Patch.strategicMerge(["a": 1]).contentType == "application/strategic-merge-patch+json")
        #expect(Patch.apply(["a": 1]).contentType == "application/apply-patch+yaml")
    }
}
