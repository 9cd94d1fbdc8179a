import KubernetesAPI
import Testing

@testable import KubernetesClient

@Suite struct DiscoveryTests {
    private static let expected = [
        ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods"),
        ResourceType(group: "apps", version: "v1", kind: "Deployment", plural: "deployments"),
        ResourceType(group: "apps", version: "v1beta1", kind: "Deployment", plural: "deployments"),
    ]

    private func types(_ handler: @escaping @Sendable (TestAPIServer.Request) -> TestAPIServer.Reply) async throws
        -> [ResourceType]
    {
        try await TestAPIServer.with(handler) { server in
            try await HTTPKubernetesClient.with(ClusterConnection(server: "http://127.0.0.1:\(server.port)")) {
                try await $0.resourceTypes()
            }
        }
    }

    @Test("aggregated discovery takes two requests")
    func aggregated() async throws {
        @Sendable func resource(_ name: String, _ kind: String) -> JSON {
            [
                "resource": .string(name), "responseKind": ["kind": .string(kind)], "scope": "Namespaced",
                "subresources": [["subresource": "status"]],
            ]
        }
        @Sendable func group(_ name: String, _ versions: [JSON]) -> JSON {
            ["metadata": ["name": .string(name)], "versions": .array(versions)]
        }
        let types = try await types { request in
            guard request.headers["accept"]?.contains("as=APIGroupDiscoveryList") == true else { return .close }
            let items: JSON =
                request.target == "/api"
                ? [group("", [["version": "v1", "resources": [resource("pods", "Pod")]]])]
                : [
                    group(
                        "apps",
                        ["v1", "v1beta1"].map {
                            ["version": .string($0), "resources": [resource("deployments", "Deployment")]]
                        })
                ]
            return .json(["kind": "APIGroupDiscoveryList", "items": items])
        }
        #expect(types == Self.expected)
    }

    @Test("an older server is asked group by group, and one that is away is left out")
    func classic() async throws {
        let types = try await types { request in
            switch request.target {
            case "/api": .json(["kind": "APIVersions", "versions": ["v1"]])
            case "/apis":
                .json([
                    "kind": "APIGroupList",
                    "groups": [
                        [
                            "name": "apps",
                            "versions": [["groupVersion": "apps/v1beta1"], ["groupVersion": "apps/v1"]],
                            "preferredVersion": ["groupVersion": "apps/v1"],
                        ],
                        ["name": "gone.example", "versions": [["groupVersion": "gone.example/v1"]]],
                    ],
                ])
            case "/api/v1":
                .json([
                    "groupVersion": "v1",
                    "resources": [
                        ["name": "pods", "kind": "Pod", "namespaced": true],
                        ["name": "pods/status", "kind": "Pod", "namespaced": true],
                    ],
                ])
            case "/apis/apps/v1", "/apis/apps/v1beta1":
                .json([
                    "groupVersion": .string(String(request.target.dropFirst("/apis/".count))),
                    "resources": [["name": "deployments", "kind": "Deployment", "namespaced": true]],
                ])
            default: .status(.notFound(.init(group: "", version: "", resource: "x"), name: "x"))
            }
        }
        #expect(types == Self.expected)
    }
}
