import ChaosAPI
import Foundation
import InstallManifests
import KubernetesAPI
import ResourceSchema
import Testing

@Suite struct CRDTests {
    private func served(_ kind: String) throws -> ServedResource {
        let crd = try #require(ChaosCRDs.all.first { $0["spec", "names", "kind"].string == kind })
        return try #require(try CustomResourceParser.parse(crd: crd).first)
    }

    @Test(
        "the definitions are valid, without status subresource, with short names",
        arguments: [
            ("ChaosEngine", "ce"), ("ChaosExperiment", "cexp"), ("ChaosResult", "cr"),
        ])
    func definition(kind: String, shortName: String) throws {
        let resource = try served(kind)
        #expect(resource.shortNames == [shortName])
        #expect(resource.type.group == "litmuschaos.io" && resource.type.version == "v1alpha1")
        let crd = try #require(ChaosCRDs.all.first { $0["spec", "names", "kind"].string == kind })
        #expect(crd["spec", "versions"].array?.first?["subresources"].isNull == true)
    }

    @Test("kubectl get shows how far an engine is")
    func columns() throws {
        let engine: JSON = [
            "spec": ["engineState": "active"], "status": ["engineStatus": "completed", "verdict": "Pass"],
        ]
        let columns = try served("ChaosEngine").columns.filter { $0.priority == 0 }
        #expect(columns.map(\.name).prefix(3) == ["STATE", "STATUS", "VERDICT"])
        #expect(columns.prefix(3).map { $0.value(engine) } == ["active", "completed", "Pass"])
    }

    @Test("what upstream's definitions prune is kept")
    func nothingPruned() throws {
        let engine: JSON = [
            "apiVersion": "litmuschaos.io/v1alpha1", "kind": "ChaosEngine", "metadata": ["name": "e"],
            "spec": [
                "appinfo": ["later": "x"],
                "components": [
                    "runner": ["runnerAnnotations": ["sidecar.istio.io/inject": "false"]],
                    "sidecar": [.object(["image": "i", "envFrom": .null])],
                ],
                "experiments": [
                    [
                        "name": "x",
                        "spec": [
                            "rank": 1,
                            "components": ["configMaps": [["name": "c", "mountPath": "/c", "data": ["k": "v"]]]],
                            "probe": [
                                [
                                    "name": "p", "type": "promProbe", "mode": "SOT",
                                    "runProperties": ["probeTimeout": "1s", "interval": "1s", "verbosity": "info"],
                                    "promProbe/inputs": [
                                        "endpoint": "e", "comparator": ["type": "int", "criteria": "==", "value": "1"],
                                    ],
                                ]
                            ],
                        ],
                    ]
                ],
            ],
        ]
        let schema = try served("ChaosEngine").schema
        #expect(schema.validate(engine).isEmpty)
        #expect(schema.unknownFields(in: engine).isEmpty)
        #expect(schema.pruning(engine).value == engine)
    }

    static let mistakes: [(JSON, String)] = [
        (["engineState": "pause"], "spec.engineState"),
        (["appinfo": ["appkind": "pods"]], "spec.appinfo.appkind"),
        (["experiments": [["name": 7]]], "spec.experiments[0].name"),
        (["jobCleanUpPolicy": "keep"], "spec.jobCleanUpPolicy"),
    ]

    @Test("a wrong engine is refused, the field named", arguments: mistakes)
    func refusal(spec: JSON, field: String) throws {
        let errors = try served("ChaosEngine").schema.validate(["spec": spec])
        #expect(errors.map(\.field) == [field])
    }

    @Test(
        "every manifest of the hub is accepted unchanged",
        .enabled(if: Hub.isPresent, "there is no copy of the hub beside this checkout"),
        arguments: ["ChaosEngine", "ChaosExperiment"])
    func hub(kind: String) throws {
        let schema = try served(kind).schema
        let objects = try Hub.objects(kind: kind)
        #expect(objects.count > 40)
        for (file, object) in objects {
            #expect(schema.validate(object).isEmpty, "\(file)")
            #expect(schema.pruning(object).value == object, "\(file)")
        }
    }

    @Test("an engine's service account may do what its experiments list, in its namespace")
    func accounts() throws {
        var engine = ChaosEngine(name: "e", namespace: "shop")
        engine.spec = ["chaosServiceAccount": "sa", "appinfo": ["appns": "shop"]]
        var experiment = ChaosExperiment(name: "x", namespace: "shop")
        experiment.definition.json = [
            "scope": "Namespaced", "permissions": [["apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]]],
        ]
        let objects = BuiltinRBAC.objects(for: engine, experiments: [experiment])
        #expect(objects.map { $0["kind"].string } == ["ServiceAccount", "Role", "RoleBinding"])
        #expect(objects.allSatisfy { $0["metadata", "namespace"] == "shop" })
        let rules = try #require(objects[1]["rules"].array)
        #expect(rules.contains(["apiGroups": [""], "resources": ["nodes"], "verbs": ["list", "watch"]]))
        engine.json["spec", "appinfo", "appns"] = "elsewhere"
        let wide = BuiltinRBAC.objects(for: engine, experiments: [experiment])
        #expect(wide.map { $0["kind"].string } == ["ServiceAccount", "Role", "RoleBinding", "Role", "RoleBinding"])
        #expect(wide.suffix(2).allSatisfy { $0["metadata", "namespace"] == "elsewhere" })
    }
}
