import KubernetesAPI
import Testing

@testable import APIServerHTTP

@Suite struct APIPathTests {
    @Test(
        "Every path of the API is told apart",
        arguments: [
            ("/", APIPath.root), ("/api", .coreVersions), ("/api/", .coreVersions), ("/apis", .groups),
            ("/apis/apps", .group("apps")), ("/api/v1", .resources(group: "", version: "v1")),
            ("/apis/apps/v1", .resources(group: "apps", version: "v1")), ("/version", .version),
            ("/readyz/ping", .health), ("/openapi/v2", .openAPIv2), ("/openapi/v3", .openAPIv3Index),
            ("/openapi/v3/apis/apps/v1", .openAPIv3("apis/apps/v1")), ("/metrics", .unknown), ("/openapi", .unknown),
        ])
    func documents(path: String, expected: APIPath) {
        #expect(APIPath(path) == expected)
    }

    @Test(
        "Collections, objects and subresources are found in their namespace",
        arguments: [
            ("/api/v1/pods", "pods", nil, nil, nil),
            ("/api/v1/namespaces/shop/pods", "pods", "shop", nil, nil),
            ("/api/v1/namespaces/shop/pods/web", "pods", "shop", "web", nil),
            ("/api/v1/namespaces/shop/pods/web/log", "pods", "shop", "web", "log"),
            ("/api/v1/namespaces", "namespaces", nil, nil, nil),
            ("/api/v1/namespaces/shop", "namespaces", nil, "shop", nil),
            ("/api/v1/namespaces/shop/status", "namespaces", nil, "shop", "status"),
            ("/api/v1/namespaces/shop/finalize", "namespaces", nil, "shop", "finalize"),
            ("/api/v1/nodes/one/status", "nodes", nil, "one", "status"),
            ("/api/v1/namespaces/shop/pods/a%3Ab", "pods", "shop", "a:b", nil),
        ] as [(String, String, String?, String?, String?)])
    func core(path: String, resource: String, namespace: String?, name: String?, subresource: String?) throws {
        guard case .resource(let found) = APIPath(path) else {
            Issue.record("\(path) is no resource path")
            return
        }
        #expect(found.type == GroupVersionResource(group: "", version: "v1", resource: resource))
        #expect(found.namespace == namespace)
        #expect(found.name == name)
        #expect(found.subresource == subresource)
        #expect(!found.isLegacyWatch)
    }

    @Test("A legacy watch path is the path after /watch/")
    func legacyWatch() {
        guard case .resource(let path) = APIPath("/apis/apps/v1/watch/namespaces/shop/deployments/web") else {
            Issue.record("no resource path")
            return
        }
        #expect(path.isLegacyWatch)
        #expect(path.type.description == "apps/v1/deployments")
        #expect(path.namespace == "shop")
        #expect(path.name == "web")
    }
}
