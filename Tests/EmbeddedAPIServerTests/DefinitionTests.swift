import KubernetesAPI
import ResourceSchema
import Testing

@testable import EmbeddedAPIServer

@Suite("CustomResourceDefinitions")
struct DefinitionTests {
    private static let gadgets = GroupVersionResource(group: "example.io", version: "v1", resource: "gadgets")

    private func definition(_ plural: String = "gadgets", kind: String = "Gadget", status: Bool = false) -> JSON {
        func version(_ name: String, storage: Bool) -> JSON {
            [
                "name": .string(name), "served": true, "storage": .bool(storage),
                "subresources": status ? ["status": .object([:])] : .null,
                "schema": [
                    "openAPIV3Schema": [
                        "type": "object",
                        "properties": [
                            "spec": [
                                "type": "object", "required": ["size"],
                                "properties": [
                                    "size": ["type": "integer", "minimum": 1],
                                    "colour": ["type": "string", "default": "red"],
                                ],
                            ],
                            "status": ["type": "object", "properties": ["done": ["type": "boolean"]]],
                        ],
                    ]
                ],
            ]
        }
        return [
            "metadata": ["name": .string("\(plural).example.io")],
            "spec": [
                "group": "example.io", "scope": "Namespaced",
                "names": ["plural": .string(plural), "kind": .string(kind)],
                "versions": [version("v1", storage: true), version("v1beta1", storage: false)],
            ],
        ]
    }

    private func gadget(_ name: String, _ spec: JSON) -> JSON {
        ["apiVersion": "example.io/v1", "kind": "Gadget", "metadata": ["name": .string(name)], "spec": spec]
    }

    private func install(_ client: any APIClient, _ definition: JSON) async throws -> JSON {
        try await client.make(CustomResourceDefinition.type.gvr, in: nil, definition)
    }

    @Test("serve their kind at once: validated, defaulted, pruned")
    func service() async throws {
        let test = try await TestServer()
        let client = test.client
        #expect(await status { try await client.make(Self.gadgets, in: "test", gadget("a", ["size": 1])) }?.code == 404)
        let version = await test.server.servedResourcesVersion()
        let installed = try await install(client, definition())
        #expect(DefinitionStatus.isTrue("Established", of: installed))
        #expect(installed["status", "storedVersions"] == ["v1"])
        #expect(await test.server.servedResourcesVersion() != version)
        let made = try await client.make(Self.gadgets, in: "test", gadget("a", ["size": 2, "weight": 3]))
        #expect(made["spec"] == ["size": 2, "colour": "red"])
        #expect(made["metadata", "generation"] == 1)
        let invalid = await status { try await client.make(Self.gadgets, in: "test", gadget("b", ["size": 0])) }
        #expect(invalid?.code == 422)
        #expect(invalid?.message.contains("spec.size") == true)
        #expect(await status { try await client.make(Self.gadgets, in: "test", gadget("b", [:])) }?.code == 422)
        let unknown = await status {
            try await client.create(
                Self.gadgets, namespace: "test", name: nil, subresource: nil,
                object: gadget("b", ["size": 1, "weight": 3]), options: WriteOptions(fieldValidation: "Strict"))
        }
        #expect(unknown?.message == "strict decoding error: unknown field \"spec.weight\"")
    }

    @Test("without a status subresource whole objects are written, with one they are not")
    func statusSubresource() async throws {
        for hasStatus in [false, true] {
            let test = try await TestServer()
            _ = try await install(test.client, definition(status: hasStatus))
            var object = gadget("a", ["size": 1])
            object["status"] = ["done": true]
            var made = try await test.client.make(Self.gadgets, in: "test", object)
            #expect(made["status", "done"] == (hasStatus ? .null : true))
            made["status"] = ["done": false]
            let update = await status {
                made = try await test.client.update(
                    Self.gadgets, namespace: "test", name: "a", subresource: "status", object: made,
                    options: WriteOptions())
            }
            #expect(update?.code == (hasStatus ? nil : 404))
            #expect(made["status", "done"] == false)
            #expect(made["metadata", "generation"] == 1)
        }
    }

    @Test("versions show the same object, each with its own apiVersion")
    func versions() async throws {
        let test = try await TestServer()
        _ = try await install(test.client, definition())
        var beta = Self.gadgets
        beta.version = "v1beta1"
        var object = gadget("a", ["size": 1])
        object["apiVersion"] = "example.io/v1beta1"
        #expect(try await test.client.make(beta, in: "test", object)["apiVersion"] == "example.io/v1beta1")
        let stored = try await test.client.get(Self.gadgets, namespace: "test", name: "a", subresource: nil)
        #expect(stored["apiVersion"] == "example.io/v1")
        let patched = try await test.client.patch(
            beta, namespace: "test", name: "a", subresource: nil, patch: .merge(["spec": ["size": 5]]),
            options: WriteOptions())
        #expect(patched["apiVersion"] == "example.io/v1beta1" && patched["spec", "size"] == 5)
        let listed = try await test.client.list(beta, namespace: nil, options: ListOptions())
        #expect(listed.items.map { $0["apiVersion"] } == ["example.io/v1beta1"])
    }

    @Test("custom resources take no strategic merge patch, and need a version to be replaced")
    func writes() async throws {
        let test = try await TestServer()
        _ = try await install(test.client, definition())
        _ = try await test.client.make(Self.gadgets, in: "test", gadget("a", ["size": 1]))
        let strategic = await status {
            try await test.client.patch(
                Self.gadgets, namespace: "test", name: "a", subresource: nil, patch: .strategicMerge(["spec": [:]]),
                options: WriteOptions())
        }
        #expect(strategic?.code == 415)
        let unconditional = await status {
            try await test.client.update(
                Self.gadgets, namespace: "test", name: "a", subresource: nil, object: gadget("a", ["size": 2]),
                options: WriteOptions())
        }
        #expect(
            unconditional?.message.contains("metadata.resourceVersion: Invalid value: 0: must be specified") == true)
    }

    @Test("names that are taken keep a definition from being served")
    func conflicts() async throws {
        let test = try await TestServer()
        _ = try await install(test.client, definition())
        let second = try await install(test.client, definition("gizmos"))
        #expect(!DefinitionStatus.isTrue("NamesAccepted", of: second))
        #expect(!(await test.server.servedResources().contains { $0.type.plural == "gizmos" }))
    }

    @Test("a definition goes when its last object does, also after a restart")
    func deletion() async throws {
        let folder = try ScratchFolder()
        let configuration = APIServerConfiguration(storage: .file(path: folder.file()))
        var test = try await TestServer(configuration)
        _ = try await install(test.client, definition())
        var held = gadget("held", ["size": 1])
        held["metadata", "finalizers"] = ["example.io/hold"]
        _ = try await test.client.make(Self.gadgets, in: "test", held)
        _ = try await test.client.make(Self.gadgets, in: "test", gadget("free", ["size": 1]))
        try await test.client.delete(CustomResourceDefinition.self, name: "gadgets.example.io")
        try await test.server.close()

        test = try await TestServer(configuration)
        let left = try await test.client.list(Self.gadgets, namespace: nil, options: ListOptions())
        #expect(left.items.map { $0["metadata", "name"] } == ["held"])
        let refused = await status { try await test.client.make(Self.gadgets, in: "test", gadget("b", ["size": 1])) }
        #expect(refused?.code == 405)
        _ = try await test.client.patch(
            Self.gadgets, namespace: "test", name: "held", subresource: nil,
            patch: .json(try JSONPatch(json: [["op": "remove", "path": "/metadata/finalizers"]])),
            options: WriteOptions())
        #expect(try await test.client.find(CustomResourceDefinition.self, name: "gadgets.example.io") == nil)
        #expect(!(await test.server.servedResources().contains { $0.type.group == "example.io" }))
        try await test.server.close()
    }
}
