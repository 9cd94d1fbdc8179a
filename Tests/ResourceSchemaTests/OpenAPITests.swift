import KubernetesAPI
import Testing

@testable import ResourceSchema

@Suite("OpenAPI documents")
struct OpenAPITests {
    private let documents = OpenAPIDocuments(resources: BuiltinKinds.all)

    @Test("the index names the document of every group version")
    func index() {
        let paths = documents.v3Index(version: "7")["paths"]
        #expect(paths["api/v1", "serverRelativeURL"] == "/openapi/v3/api/v1?hash=7")
        #expect(paths["apis/apps/v1", "serverRelativeURL"] == "/openapi/v3/apis/apps/v1?hash=7")
    }

    @Test("a kind is found by its group, version and kind, and all references lead somewhere")
    func references() throws {
        for path in (documents.v3Index()["paths"].object ?? [:]).keys {
            let document = try #require(documents.v3(groupVersion: path))
            let schemas = try #require(document["components", "schemas"].object)
            for reference in Self.references(in: document) {
                #expect(schemas[String(reference.dropFirst("#/components/schemas/".count))] != nil, "\(reference)")
            }
        }
        let core = try #require(documents.v3(groupVersion: "api/v1"))
        let pod = core["components", "schemas", "io.k8s.api.core.v1.Pod"]
        #expect(
            pod["x-kubernetes-group-version-kind"].array == [["group": "", "version": "v1", "kind": "Pod"]])
        #expect(documents.v3(groupVersion: "apis/none/v1") == nil)
    }

    private static func references(in json: JSON) -> [String] {
        switch json {
        case .object(let members):
            (members["$ref"]?.string.map { [$0] } ?? []) + members.values.flatMap(references)
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }

    @Test("PATCH takes fieldValidation, so that kubectl leaves validation to the server")
    func patchParameters() throws {
        let apps = try #require(documents.v3(groupVersion: "apis/apps/v1"))
        let patch = apps["paths", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}", "patch"]
        #expect(patch["x-kubernetes-action"] == "patch")
        #expect(patch["parameters"].array?.contains { $0["name"] == "fieldValidation" } == true)
    }

    @Test("lists name their merge keys for client-side apply")
    func mergeKeys() throws {
        let core = try #require(documents.v3(groupVersion: "api/v1"))
        let containers = core["components", "schemas", "io.k8s.api.core.v1.PodSpec", "properties", "containers"]
        #expect(containers["x-kubernetes-patch-merge-key"] == "name")
        #expect(containers["x-kubernetes-patch-strategy"] == "merge")
        #expect(containers["x-kubernetes-list-type"] == "map")
    }

    @Test("the v2 document is a protobuf message that holds every definition")
    func protobuf() throws {
        let bytes = documents.v2Protobuf()
        var reader = ProtobufReader(bytes[...])
        var names: Set<String> = []
        while let (field, value) = try reader.next() {
            guard field == 9, case .bytes(let definitions) = value else { continue }
            var list = ProtobufReader(definitions)
            while let (_, entry) = try list.next() {
                guard case .bytes(let named) = entry else { continue }
                var parts = ProtobufReader(named)
                guard let first = try parts.next(), case .bytes(let name) = first.value else { continue }
                names.insert(String(decoding: name, as: UTF8.self))
            }
        }
        #expect(names == Set((documents.v2()["definitions"].object ?? [:]).keys))
        #expect(names.contains("io.k8s.api.apps.v1.Deployment"))
    }
}
