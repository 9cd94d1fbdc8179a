import KubernetesAPI
import Testing

@testable import ResourceSchema

@Suite struct FieldSetTests {
    @Test("an applied Deployment owns its fields in the form that the API documents")
    func documented() throws {
        let config = PatchFixtures.deployment {
            $0["metadata", "labels"] = ["app": "web"]
            $0["metadata", "finalizers"] = ["example.com/a"]
            $0["metadata", "uid"] = "1"
            $0["spec", "selector"] = ["matchLabels": ["app": "web"]]
            $0["spec", "template", "spec", "containers"] = [
                ["name": "web", "args": ["a"], "ports": [["containerPort": 80]], "env": [["name": "A", "value": "1"]]]
            ]
        }
        let expected = try JSON(
            parsing: #"""
                {"f:metadata":{"f:finalizers":{"v:\"example.com/a\"":{}},"f:labels":{"f:app":{}}},
                 "f:spec":{"f:selector":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{
                   ".":{},"f:args":{},"f:env":{"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{}}},"f:name":{},
                   "f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}}}}
                """#)
        #expect(FieldSet.fields(of: config, schema: PatchFixtures.deployment).json == expected)
    }

    @Test("paths are written as in the API's conflict messages")
    func paths() throws {
        let set = try FieldSet(
            json: [
                "f:metadata": ["f:finalizers": [#"v:"a""#: [:]]],
                "f:spec": ["f:ports": [#"k:{"protocol":"TCP","containerPort":80}"#: [".": [:], "f:name": [:]]]],
            ])
        #expect(
            set.paths.map(\.description) == [
                #".metadata.finalizers[="a"]"#, #".spec.ports[containerPort=80,protocol="TCP"]"#,
                #".spec.ports[containerPort=80,protocol="TCP"].name"#,
            ])
    }

    @Test("a field set that names no field is refused")
    func malformed() {
        #expect(throws: Status.self) { try FieldSet(json: ["spec": [:]]) }
        #expect(throws: Status.self) { try FieldSet(json: ["k:{": [:]]) }
        #expect(throws: Status.self) { try FieldSet(json: ["f:spec": 1]) }
    }

    @Test("set operations agree with sets of paths, and the encoding comes back", arguments: 1...40)
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (a, b) = (Self.random(&random, depth: 3), Self.random(&random, depth: 3))
        let (pathsA, pathsB) = (Set(a.paths), Set(b.paths))
        #expect(Set(a.union(b).paths) == pathsA.union(pathsB))
        #expect(Set(a.intersection(b).paths) == pathsA.intersection(pathsB))
        #expect(Set(a.subtracting(b).paths) == pathsA.subtracting(pathsB))
        let below = pathsA.filter { path in
            !pathsB.contains { path.elements.starts(with: $0.elements) }
        }
        #expect(Set(a.subtractingTrees(b).paths) == below)
        #expect(try FieldSet(json: a.json) == a)
        #expect(try FieldSet(json: JSON(parsing: a.json.encoded())) == a)
    }

    private static func random(_ random: inout SeededGenerator, depth: Int) -> FieldSet {
        let elements: [OwnedPath.Element] = [
            .field("a"), .field("b:\""), .key(["name": "x"]), .key(["name": "x", "port": 1]), .value("v"), .value(2),
        ]
        var set = FieldSet()
        for element in elements where depth > 0 && Int.random(in: 0..<3, using: &random) == 0 {
            var child = Self.random(&random, depth: depth - 1)
            if child.children.isEmpty || Bool.random(using: &random) { child.isMember = true }
            set.insert(child, at: element)
        }
        return set
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
