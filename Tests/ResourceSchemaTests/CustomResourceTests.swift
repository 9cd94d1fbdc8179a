import Foundation
import KubernetesAPI
import ResourceSchema
import Testing

@Suite("Custom resources")
struct CustomResourceTests {
    private static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all]}
          versions:
            - name: v1beta1
              served: true
              storage: false
              schema: {openAPIV3Schema: {type: object}}
            - name: v1
              served: true
              storage: true
              subresources:
                status: {}
                scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size, labelSelectorPath: .status.selector}
              additionalPrinterColumns:
                - {name: Verdict, type: string, jsonPath: '.status.experiments[0].verdict'}
                - {name: Size, type: integer, jsonPath: .spec.size, priority: 1}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec: {type: object, properties: {size: {type: integer, minimum: 1, default: 1}}}
                    status: {type: object, x-kubernetes-preserve-unknown-fields: true}
            - name: v1alpha1
              served: false
              storage: false
              schema: {openAPIV3Schema: {type: object}}
        """

    @Test("served versions become resources, the stable one first")
    func versions() throws {
        let resources = try CustomResourceParser.parse(crd: yaml(Self.definition))
        #expect(resources.map(\.type.version) == ["v1", "v1beta1"])
        let first = try #require(resources.first)
        #expect(first.isPreferred && first.isCustom)
        #expect(first.shortNames == ["wd"] && first.categories == ["all"] && first.subresources == ["scale", "status"])
        #expect(first.scale?.specReplicas == ["spec", "size"])
        #expect(first.schema.definitionName == "com.example.v1.Widget")
        #expect(CustomResourceParser.storageVersion(of: try yaml(Self.definition)) == "v1")
    }

    @Test("custom columns are shown, dates as ages, and replace the usual ones")
    func columns() throws {
        let resource = try #require(try CustomResourceParser.parse(crd: yaml(Self.definition)).first)
        let now = Timestamp(microseconds: 1_800_000_000_000_000)
        let created = (now + .seconds(-300)).description
        let object = try yaml(
            "{metadata: {name: w, creationTimestamp: '\(created)'}, status: {experiments: [{verdict: Pass}]}}")
        let table = TableConverter(resource: resource).table([object], now: now)
        #expect(
            table["columnDefinitions"].array?.compactMap { $0["name"].string } == ["Name", "Verdict", "Size", "Age"])
        #expect(table["rows"].array?.first?["cells"] == .array(["w", "Pass", .null, "5m"]))
    }

    @Test("metadata is Kubernetes' own and unknown fields are pruned by the schema")
    func pruning() throws {
        let resource = try #require(try CustomResourceParser.parse(crd: yaml(Self.definition)).first)
        let object = try yaml(
            "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w, labels: {a: b}, bad: 1}, spec: {sizes: 3}, status: {x: 1}}"
        )
        #expect(resource.schema.pruning(object).unknownPaths == ["metadata.bad", "spec.sizes"])
        #expect(resource.schema.validate(object) == [])
        #expect(resource.schema.applyingDefaults(to: object)["spec", "size"] == 1)
    }

    @Test(
        "what is wrong with a definition is named",
        arguments: [
            ("name: widgets.example.com", "name: widget.example.com", "metadata.name: Invalid value"),
            ("storage: true", "storage: false", "spec.versions: Invalid value: \"\": must have exactly one version"),
            ("scope: Namespaced", "scope: Local", "spec.scope: Unsupported value: \"Local\""),
            (
                "{type: integer, minimum: 1, default: 1}", "{minimum: 1}",
                "spec.versions[1].schema.openAPIV3Schema.properties[spec].properties[size].type: Required value"
            ),
            (
                "jsonPath: .spec.size,", "jsonPath: 'spec[',",
                "spec.versions[1].additionalPrinterColumns[1].jsonPath: Invalid value"
            ),
            (
                "specReplicasPath: .spec.size", "specReplicasPath: '.spec.size[0]'",
                "spec.versions[1].subresources.scale.specReplicasPath"
            ),
        ])
    func errors(text: String, replacement: String, expected: String) throws {
        let broken = Self.definition.replacing(text, with: replacement)
        let error = try #require(throws: FieldErrors.self) { try CustomResourceParser.parse(crd: yaml(broken)) }
        #expect(error.errors.contains { $0.description.hasPrefix(expected) }, "\(error)")
    }

    /// The fault manifests of the hub, where it lies beside the checkout.
    private static let hub = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/hub/faults")

    @Test(
        "every manifest of the hub passes a permissive definition unchanged",
        .enabled(if: FileManager.default.fileExists(atPath: hub.path), "needs the hub beside the checkout"))
    func hubManifests() throws {
        var count = 0
        let permissive = try yaml(
            """
            type: object
            properties:
              spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
              status: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """)
        var definition = try yaml(Self.definition)
        definition["spec", "versions"] = [
            ["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": permissive]]
        ]
        let resource = try #require(try CustomResourceParser.parse(crd: definition).first)
        let files = FileManager.default.enumerator(atPath: Self.hub.path)
        while let name = files?.nextObject() as? String {
            guard name.hasSuffix("fault.yaml") || name.hasSuffix("engine.yaml") else { continue }
            let text = try String(contentsOf: Self.hub.appending(path: name), encoding: .utf8)
            for object in try JSON.documents(yaml: text, source: name) {
                let (pruned, unknown) = resource.schema.pruning(object)
                #expect(resource.schema.validate(pruned) == [], "\(name)")
                #expect(unknown.filter { !$0.hasPrefix("description") } == [], "\(name)")
                count += 1
            }
        }
        #expect(count > 100)
    }
}
