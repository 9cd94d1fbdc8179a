import ChaosAPI
import KubernetesAPI
import Testing

@Suite struct AppTargetTests {
    static let texts: [(String, [AppTarget])] = [
        ("", [AppTarget]()),
        (
            "deployment:default:[app=nginx]",
            [AppTarget(kind: "deployment", namespace: "default", filter: .labels("app=nginx"))]
        ),
        (
            "statefulset:db:[pg-0,pg-1];deployment:web:[tier=fe]",
            [
                AppTarget(kind: "statefulset", namespace: "db", filter: .names(["pg-0", "pg-1"])),
                AppTarget(kind: "deployment", namespace: "web", filter: .labels("tier=fe")),
            ]
        ),
        ("KIND:default:[]", [AppTarget(kind: "KIND", namespace: "default", filter: .all)]),
        ("pod:a:[ x , y ]", [AppTarget(kind: "pod", namespace: "a", filter: .names(["x", "y"]))]),
        (
            "deployment:a:[tier in (x,y),!legacy]",
            [AppTarget(kind: "deployment", namespace: "a", filter: .labels("tier in (x,y),!legacy"))]
        ),
    ]

    @Test("a TARGETS text is parsed into what its entries say", arguments: texts)
    func parsing(text: String, expected: [AppTarget]) throws {
        #expect(try AppTarget.parse(text) == expected)
    }

    @Test("a malformed entry is named in the error", arguments: ["deployment", "deployment:default", ":a:[b]"])
    func malformed(text: String) {
        #expect(throws: AppTargetError(entry: text)) { try AppTarget.parse(text) }
    }

    @Test("a parsed text is written as it was", arguments: ["deployment:default:[a=b,c=d]", "pod:x:[p];KIND:y:[]"])
    func roundTrip(text: String) throws {
        #expect(AppTarget.text(try AppTarget.parse(text)) == text)
    }
}

@Suite struct EngineTargetTests {
    private func engine(_ spec: JSON) -> ChaosEngine {
        var engine = ChaosEngine(name: "e", namespace: "here")
        engine.spec = spec
        return engine
    }

    static let applications: [(JSON, String)] = [
        (["appinfo": ["appns": "a", "applabel": "x=y", "appkind": "deployment"]], "deployment:a:[x=y]"),
        (["appinfo": ["applabel": "x=y", "appkind": "deployment"]], "deployment:here:[x=y]"),
        (["appinfo": ["appns": "a"]], "KIND:a:[]"),
        (["appinfo": ["appns": "", "applabel": "", "appkind": ""]], ""),
        ([:], ""),
        (["selectors": ["pods": [["namespace": "a", "names": "p, q"]]]], "pod:a:[p,q]"),
        (
            [
                "appinfo": ["appns": "other"],
                "selectors": [
                    "workloads": [
                        ["kind": "statefulset", "namespace": "db", "names": "pg"],
                        ["kind": "deployment", "namespace": "web", "labels": "tier=fe"],
                    ]
                ],
            ], "statefulset:db:[pg];deployment:web:[tier=fe]"
        ),
    ]

    @Test("the application is taken from selectors, else from appinfo", arguments: applications)
    func targets(spec: JSON, expected: String) throws {
        #expect(AppTarget.text(try engine(spec).appTargets()) == expected)
    }

    static let mistakes: [(JSON, EngineFault)] = [
        (["selectors": [:]], EngineFault.emptySelectors),
        (["appinfo": ["appkind": "deployment"]], .incompleteAppInfo),
        (["appinfo": ["applabel": "a=b"]], .incompleteAppInfo),
        (["chaosServiceAccount": "sa"], .noExperiments),
        (["chaosServiceAccount": "sa", "experiments": [["name": "x"], [:]]], .unnamedExperiment(1)),
        (["experiments": [["name": "x"]]], .noServiceAccount),
    ]

    @Test("an engine that cannot be run says what is missing", arguments: mistakes)
    func faults(spec: JSON, expected: EngineFault) {
        #expect(throws: expected) { try engine(spec).validate() }
    }
}
