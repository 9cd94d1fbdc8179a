import Testing

@testable import KubernetesAPI

@Suite struct SelectorTests {
    @Test(
        "the query form is read and printed",
        arguments: [
            ("app=web", "app=web"), ("app==web", "app=web"), ("app = web , tier!=db", "app=web,tier!=db"),
            ("a in (x,y)", "a in (x,y)"), ("a in (x)", "a=x"), ("a notin ( x , y )", "a notin (x,y)"),
            ("a notin(x,y)", "a notin (x,y)"), ("a", "a"),
            ("!a", "!a"), ("! a", "!a"), ("a>5", "a>5"), ("a<5", "a<5"), ("", ""),
            ("example.com/a in (b,c),d", "example.com/a in (b,c),d"),
            ("a=", "a="), ("a in (,x)", "a in (,x)"), ("in=x", "in=x"), ("notin", "notin"),
        ])
    func parsing(text: String, printed: String) throws {
        let selector = try LabelSelector(parsing: text)
        #expect(selector.description == printed)
        #expect(try LabelSelector(parsing: printed) == selector)
    }

    @Test(
        "a term that is no requirement is refused",
        arguments: ["a b", "=x", "!", "a in x", "a in (x", "a>b", "a x in (y)", "a=b=c", "a!b", "a,,b"])
    func refused(text: String) {
        let error = #expect(throws: Status.self) { try LabelSelector(parsing: text) }
        #expect(error?.code == 400)
    }

    @Test(
        "labels match as Kubernetes matches them",
        arguments: [
            ("a=1", true), ("a=2", false), ("x=1", false), ("a!=1", false), ("a!=2", true), ("x!=1", true),
            ("a in (1,2)", true),
            ("a notin (1,2)", false), ("x notin (1)", true), ("a", true), ("x", false), ("!x", true), ("!a", false),
            ("n>4", true),
            ("n>5", false), ("n<6", true), ("x<6", false), ("a=1,n=5", true), ("a=1,n=6", false), ("", true),
            ("e=", true),
        ])
    func matching(text: String, expected: Bool) throws {
        #expect(try LabelSelector(parsing: text).matches(["a": "1", "n": "5", "e": ""]) == expected)
    }

    @Test("matchLabels and matchExpressions become requirements")
    func json() throws {
        let selector = try LabelSelector(json: [
            "matchLabels": ["b": "2", "a": "1"],
            "matchExpressions": [
                ["key": "c", "operator": "In", "values": ["x", "y"]],
                ["key": "d", "operator": "NotIn", "values": ["z"]],
                ["key": "e", "operator": "Exists"], ["key": "f", "operator": "DoesNotExist"],
            ],
        ])
        #expect(selector.description == "a=1,b=2,c in (x,y),d!=z,e,!f")
        #expect(throws: Status.self) {
            try LabelSelector(json: ["matchExpressions": [["key": "a", "operator": "Near"]]])
        }
    }

    @Test("field selectors are read, printed and matched")
    func fields() throws {
        let selector = try FieldSelector(parsing: "metadata.name=x, status.phase!=Running,spec.n==3")
        #expect(selector.description == "metadata.name=x,status.phase!=Running,spec.n=3")
        let object: JSON = ["metadata": ["name": "x"], "spec": ["n": 3]]
        #expect(selector.matches(object))
        #expect(try !FieldSelector(parsing: "metadata.name=y").matches(object))
        #expect(try FieldSelector(parsing: "spec.nodeName=").matches(object))
        #expect(FieldSelector(name: "x").matches(object))
        #expect(throws: Status.self) { try FieldSelector(parsing: "metadata.name") }
    }
}
