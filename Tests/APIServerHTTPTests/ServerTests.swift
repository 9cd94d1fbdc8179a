import AsyncHTTPClient
import EmbeddedAPIServer
import KubernetesAPI
import NIOCore
import NIOHTTP1
import Testing

@testable import APIServerHTTP

@Suite struct ServerTests {
    private static let pod: JSON = ["metadata": ["namespace": "shop", "name": "web"], "status": ["phase": "Running"]]

    @Test("Nothing but health and version is told to one without a token")
    func anonymous() async throws {
        try await TestServer.run { server in
            for path in ["/healthz", "/readyz", "/livez", "/version"] {
                #expect(try await server.get(path, token: "").code == 200)
            }
            for path in ["/api", "/apis", "/api/v1/pods", "/openapi/v2", "/nothing"] {
                let answer = try await server.get(path, token: "")
                #expect(answer.code == 401)
                #expect(answer.json["reason"] == "Unauthorized")
            }
            #expect(try await server.get("/api/v1/pods", token: "wrong").code == 401)
            #expect(try await server.send(.POST, "/healthz", token: "").code == 401)
        }
    }

    @Test("Objects and lists are the stored bytes in an envelope")
    func reads() async throws {
        try await TestServer.run { server in
            let stored = server.backend.put(Pod.type, Self.pod)
            let object = try await server.get("/api/v1/namespaces/shop/pods/web")
            #expect(object.bytes == stored.encoded())
            #expect(object.contentType == "application/json")
            let list = try await server.get("/api/v1/pods?limit=500&labelSelector=a%3Db").json
            #expect(list["kind"] == "PodList" && list["apiVersion"] == "v1")
            #expect(list["items"].array == [stored])
            #expect(list["metadata", "resourceVersion"].string?.isEmpty == false)
            #expect(server.backend.lists.last?.labelSelector == LabelSelector(matching: ["a": "b"]))
            let yaml = try await server.get("/api/v1/namespaces/shop/pods/web", accept: "application/yaml")
            #expect(yaml.text.contains("kind: Pod\n"))
        }
    }

    @Test("kubectl get sees a Table, and metadata where it asks for that")
    func tables() async throws {
        try await TestServer.run { server in
            server.backend.put(Pod.type, Self.pod)
            let table = try await server.get("/api/v1/pods", accept: AcceptTests.kubectl)
            #expect(table.contentType == "application/json;as=Table;v=v1;g=meta.k8s.io")
            #expect(table.json["kind"] == "Table")
            #expect(table.json["columnDefinitions"].array?.map { $0["name"] } == ["Name", "Status", "Age"])
            let row = table.json["rows"].array?.first
            #expect(row?["cells"].array?.prefix(2) == ["web", "Running"])
            #expect(row?["object", "kind"] == "PartialObjectMetadata")
            let metadata = try await server.get(
                "/api/v1/pods", accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
            #expect(metadata.json["kind"] == "PartialObjectMetadataList")
            #expect(metadata.json["items"].array?.first?["status"].isNull == true)
            #expect(try await server.get("/api/v1/pods", accept: "application/vnd.kubernetes.protobuf").code == 406)
        }
    }

    @Test("Writes reach the backend with their options and their caller")
    func writes() async throws {
        try await TestServer.run { server in
            let created = try await server.send(
                .POST, "/api/v1/namespaces/shop/pods?fieldManager=me&dryRun=All&fieldValidation=Warn",
                body: #"{"kind":"Pod","apiVersion":"v1","a":1,"a":2}"#)
            #expect(created.code == 201)
            #expect(created.headers.first(name: "Warning") == #"299 - "duplicate field \"a\"""#)
            let write = try #require(server.backend.writes.last)
            #expect(write.verb == "create" && write.namespace == "shop" && write.name == nil)
            #expect(write.options == .init(dryRun: true, fieldManager: "me", fieldValidation: "Warn"))
            #expect(write.identity == .administrator)
            let patched = try await server.send(
                .PATCH, "/apis/apps/v1/namespaces/shop/deployments/web/scale",
                contentType: "application/merge-patch+json", body: #"{"spec":{"replicas":3}}"#)
            #expect(patched.code == 200)
            #expect(server.backend.writes.last?.subresource == "scale")
            let deleted = try await server.send(
                .DELETE, "/api/v1/namespaces/shop/pods/web", body: #"{"propagationPolicy":"Orphan"}"#)
            #expect(deleted.json["status"] == "Success")
            #expect(server.backend.deletes.last?.propagationPolicy == .orphan)
            let review = try await server.send(
                .POST, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                headers: [("Impersonate-User", "system:serviceaccount:shop:runner")])
            #expect(review.code == 400)
        }
    }

    @Test("The administrator acts as another, with the groups of a service account")
    func impersonation() async throws {
        try await TestServer.run { server in
            _ = try await server.send(
                .POST, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body: "{}",
                headers: [("Impersonate-User", "system:serviceaccount:shop:runner")])
            let identity = try #require(server.backend.writes.last?.identity)
            #expect(identity.username == "system:serviceaccount:shop:runner")
            #expect(identity.groups.contains("system:serviceaccounts:shop"))
            #expect(!identity.groups.contains("system:masters"))
            server.backend.deny("kubernetes-admin")
            let denied = try await server.send(.GET, "/api/v1/pods", headers: [("Impersonate-User", "jane")])
            #expect(denied.code == 403)
        }
    }

    @Test(
        "What cannot be done is told apart from what is not there",
        arguments: [
            ("GET", "/api/v1/widgets", 404), ("GET", "/apis/none.io/v1", 404), ("GET", "/apis/none.io", 404),
            ("GET", "/metrics", 404), ("GET", "/api/v1/pods/web", 404), ("GET", "/api/v1/namespaces/shop/nodes", 404),
            ("POST", "/api/v1/pods", 405), ("PUT", "/api/v1/namespaces/shop/pods", 405),
            ("GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 405),
            ("DELETE", "/api/v1/namespaces/shop/pods/web/status", 405), ("POST", "/apis", 405),
            ("GET", "/api/v1/namespaces/shop/pods/web/nothing", 404),
            ("POST", "/api/v1/namespaces/shop/pods/web/attach", 501),
            ("GET", "/api/v1/namespaces/shop/pods/absent", 404), ("GET", "/api/v1/pods?limit=x", 400),
            ("GET", "/api/v1/namespaces/shop/pods/explosive", 500),
        ])
    func refusals(method: String, path: String, code: Int) async throws {
        try await TestServer.run { server in
            let answer = try await server.send(.RAW(value: method), path)
            #expect(answer.code == code)
            #expect(answer.json["kind"] == "Status" && answer.json["status"] == "Failure")
            #expect(answer.json["code"] == .int(Int64(code)))
        }
    }

    @Test("A body of 10 MB is refused with the limit, and the connection lives on")
    func largeBody() async throws {
        try await TestServer.run { server in
            let large = #"{"data":""# + String(repeating: "x", count: 10_000_000) + #""}"#
            let answer = try await server.send(.POST, "/api/v1/namespaces/shop/pods", body: large)
            #expect(answer.code == 413)
            #expect(answer.json["message"].string?.contains("3 MiB") == true)
            #expect(try await server.get("/api").code == 200)
        }
    }

    @Test("Discovery is given in the form that the client asks for")
    func discovery() async throws {
        try await TestServer.run { server in
            let aggregated =
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
            let core = try await server.get("/api", accept: aggregated)
            #expect(core.contentType == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
            let resources = core.json["items"].array?.first?["versions"].array?.first?["resources"].array ?? []
            #expect(resources.first?["resource"] == "pods")
            #expect(resources.first?["subresources"].array?.map { $0["subresource"] } == ["log", "status"])
            #expect(try await server.get("/api").json["versions"] == ["v1"])
            let groups = try await server.get("/apis").json["groups"].array ?? []
            #expect(groups.map { $0["name"] } == ["apps", "authorization.k8s.io"])
            let list = try await server.get("/apis/apps/v1").json
            #expect(
                list["resources"].array?.map { $0["name"] } == [
                    "deployments", "deployments/scale", "deployments/status",
                ])
            #expect(list["resources"].array?[1]["group"] == "autoscaling")
            let index = try await server.get("/openapi/v3").json
            let url = try #require(index["paths", "apis/apps/v1"]["serverRelativeURL"].string)
            let document = try await server.get(url)
            #expect(document.json["openapi"] == "3.0.0")
            #expect(document.headers.first(name: "Cache-Control")?.contains("immutable") == true)
        }
    }

    @Test("OpenAPI v2 is protobuf whatever the client calls it, and nothing else")
    func openAPIv2() async throws {
        try await TestServer.run { server in
            let type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
            for accept in [type, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"] {
                let answer = try await server.get("/openapi/v2", accept: accept)
                #expect(answer.code == 200)
                #expect(answer.contentType == type)
                #expect(answer.text.contains("/apis/apps/v1/namespaces/{namespace}/deployments/{name}"))
                #expect(answer.text.contains("dryRun"))
            }
            #expect(try await server.get("/openapi/v2", accept: "application/json").code == 406)
        }
    }

    @Test("A log is streamed as text, its error is a Status")
    func log() async throws {
        try await TestServer.run { server in
            let log = try await server.get("/api/v1/namespaces/shop/pods/web/log?container=app&follow=true")
            #expect(log.contentType == "text/plain")
            #expect(log.text == "first\ncontainer app\n")
            #expect(try await server.get("/api/v1/namespaces/shop/pods/other/log").json["reason"] == "NotFound")
        }
    }
}
