import KubernetesAPI
import NIOCore
import Testing

@testable import APIServerHTTP

@Suite struct BodyTests {
    private func decode(_ text: String, _ type: String? = nil, validation: String = "") throws -> BodyDecoder.Decoded {
        try BodyDecoder(fieldValidation: validation).object(ByteBuffer(string: text), contentType: type)
    }

    @Test("Without a Content-Type a body is JSON, and YAML is read as such")
    func formats() throws {
        #expect(try decode(#"{"kind":"Pod"}"#).json == ["kind": "Pod"])
        #expect(try decode("kind: Pod\n", "application/yaml").json == ["kind": "Pod"])
        #expect(try decode(#"{"kind":"Pod"}"#, "application/json; charset=utf-8").json == ["kind": "Pod"])
    }

    @Test("Broken JSON is a 400 with line and column")
    func syntax() {
        let error = #expect(throws: Status.self) { try decode("{\n  \"kind\": Pod\n}") }
        #expect(error?.code == 400)
        #expect(error?.message.contains("line 2, column 11") == true)
    }

    @Test("Broken YAML is a 400 that says so")
    func yaml() {
        let error = #expect(throws: Status.self) { try decode("kind: [Pod\n", "application/yaml") }
        #expect(error?.code == 400)
        #expect(error?.message.contains("not valid YAML") == true)
    }

    @Test("A body that is no object is refused", arguments: ["[1]", "null", "7", "\"x\"", ""])
    func noObject(text: String) {
        let error = #expect(throws: Status.self) { try decode(text) }
        #expect(error?.code == 400)
    }

    @Test("A duplicate key is an error, a warning or nothing, as the request wants it")
    func duplicates() throws {
        let text = #"{"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"name":"a","name":"b"}]}}"#
        let error = #expect(throws: Status.self) { try decode(text, validation: "Strict") }
        #expect(error?.code == 400)
        #expect(error?.message.contains(#"strict decoding error: duplicate field "spec.containers[0].name""#) == true)
        #expect(try decode(text, validation: "Warn").warnings == [#"duplicate field "spec.containers[0].name""#])
        #expect(try decode(text).warnings.count == 1)
        #expect(try decode(text, validation: "Ignore").warnings.isEmpty)
    }

    @Test("Another format is a 415 that names those which are taken")
    func unknownFormat() {
        let error = #expect(throws: Status.self) { try decode("x", "text/html") }
        #expect(error?.code == 415)
        #expect(error?.message.contains("application/json") == true)
    }

    @Test("Each patch type is told by its Content-Type")
    func patches() throws {
        let decoder = BodyDecoder(fieldValidation: "")
        func patch(_ text: String, _ type: String) throws -> Patch {
            try decoder.patch(ByteBuffer(string: text), contentType: type).patch
        }
        #expect(try patch(#"{"a":1}"#, "application/merge-patch+json") == .merge(["a": 1]))
        #expect(try patch(#"{"a":1}"#, "application/strategic-merge-patch+json") == .strategicMerge(["a": 1]))
        #expect(try patch("a: 1\n", "application/apply-patch+yaml") == .apply(["a": 1]))
        #expect(try patch(#" {"a":1}"#, "application/apply-patch+yaml") == .apply(["a": 1]))
        #expect(try patch("[]", "application/json-patch+json") == .json(try JSONPatch(json: [])))
        #expect(throws: Status.self) { try patch(#"{"a":1}"#, "application/json") }
        #expect(throws: Status.self) { try patch("[]", "application/merge-patch+json") }
    }
}
