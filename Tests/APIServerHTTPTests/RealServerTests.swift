import AsyncHTTPClient
import KubernetesAPI
import NIOCore
import NIOHTTP1
import Testing

@testable import APIServerHTTP

/// The front on the API server itself: what no stand-in can show.
@Suite struct RealServerTests {
    private static let json = "application/json"
    private static let configMaps = "/api/v1/namespaces/default/configmaps"

    @Test("An object lives from create to delete, and a watch sees all of it")
    func life() async throws {
        try await TestServer.runReal { server, _ in
            let watch = try await server.request(.GET, "\(Self.configMaps)?watch=true&timeoutSeconds=60")
            let created = try await server.send(
                .POST, Self.configMaps, contentType: Self.json, body: #"{"metadata":{"name":"a"},"data":{"x":"1"}}"#)
            #expect(created.code == 201)
            #expect(created.json["kind"] == "ConfigMap")
            let again = try await server.send(.POST, Self.configMaps, body: #"{"metadata":{"name":"a"}}"#)
            #expect(again.code == 409 && again.json["reason"] == "AlreadyExists")
            let patched = try await server.send(
                .PATCH, "\(Self.configMaps)/a", contentType: "application/merge-patch+json",
                body: #"{"data":{"x":"2"}}"#)
            #expect(patched.json["data", "x"] == "2")
            let stale = try await server.send(
                .PUT, "\(Self.configMaps)/a", contentType: Self.json,
                body: String(decoding: created.bytes, as: UTF8.self))
            #expect(stale.code == 409 && stale.json["reason"] == "Conflict")
            #expect(try await server.get("\(Self.configMaps)/a").json == patched.json)
            #expect(try await server.send(.DELETE, "\(Self.configMaps)/a").code == 200)
            #expect(try await server.get("\(Self.configMaps)/a").code == 404)
            var seen: [String] = []
            var lines = EventLines(watch)
            while seen.last != "DELETED", let event = try await lines.next() { seen.append(event["type"].string ?? "") }
            #expect(seen == ["ADDED", "MODIFIED", "DELETED"])
        }
    }

    @Test("A service account gets a token, is known by it, and may do what RBAC says until it is deleted")
    func serviceAccount() async throws {
        try await TestServer.runReal { server, _ in
            let accounts = "/api/v1/namespaces/default/serviceaccounts"
            _ = try await server.send(.POST, accounts, body: #"{"metadata":{"name":"runner"}}"#)
            let issued = try await server.send(
                .POST, "\(accounts)/runner/token", body: #"{"spec":{"expirationSeconds":600}}"#)
            #expect(issued.code == 201)
            let token = try #require(issued.json["status", "token"].string)
            let denied = try await server.get(Self.configMaps, token: token)
            #expect(denied.code == 403)
            #expect(denied.json["message"].string?.contains("system:serviceaccount:default:runner") == true)
            let rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
            _ = try await server.send(
                .POST, "\(rbac)/roles",
                body: #"""
                    {"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]}]}
                    """#)
            _ = try await server.send(
                .POST, "\(rbac)/rolebindings",
                body: #"""
                    {"metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},
                     "subjects":[{"kind":"ServiceAccount","name":"runner","namespace":"default"}]}
                    """#)
            #expect(try await server.get(Self.configMaps, token: token).code == 200)
            let review = try await server.send(
                .POST, "/apis/authentication.k8s.io/v1/tokenreviews", body: #"{"spec":{"token":"\#(token)"}}"#)
            #expect(review.json["status", "user", "username"] == "system:serviceaccount:default:runner")
            let other = try await server.send(
                .POST, "\(accounts)", body: #"{"metadata":{"name":"other"}}"#, token: token)
            #expect(other.code == 403)
        }
    }

    @Test("A custom resource is found in discovery and OpenAPI as soon as its definition is")
    func customResource() async throws {
        try await TestServer.runReal { server, _ in
            #expect(try await server.get("/apis/example.io/v1").code == 404)
            let definition = #"""
                {"metadata":{"name":"widgets.example.io"},"spec":{"group":"example.io","scope":"Namespaced",
                 "names":{"plural":"widgets","kind":"Widget","singular":"widget","shortNames":["wd"]},
                 "versions":[{"name":"v1","served":true,"storage":true,
                   "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}],
                   "schema":{"openAPIV3Schema":{"type":"object","properties":{
                     "spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}}}]}}
                """#
            let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
            #expect(try await server.send(.POST, path, body: definition).code == 201)
            let list = try await server.get("/apis/example.io/v1").json
            #expect(list["resources"].array?.first?["shortNames"] == ["wd"])
            let widgets = "/apis/example.io/v1/namespaces/default/widgets"
            let created = try await server.send(
                .POST, widgets,
                body: #"{"apiVersion":"example.io/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"size":7}}"#)
            #expect(created.code == 201)
            let table = try await server.get(widgets, accept: AcceptTests.kubectl).json
            #expect(table["columnDefinitions"].array?.map { $0["name"] } == ["Name", "Size"])
            #expect(table["rows"].array?.first?["cells"].array?.prefix(2) == ["w", 7])
            let document = try await server.get("/openapi/v3/apis/example.io/v1")
            #expect(document.text.contains("\"Widget\""))
            _ = try await server.send(.DELETE, "\(path)/widgets.example.io")
            #expect(try await server.get(widgets).code == 404)
        }
    }
}
