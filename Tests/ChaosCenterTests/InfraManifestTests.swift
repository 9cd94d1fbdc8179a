import ControlPlaneTesting
import EmbeddedAPIServer
import Foundation
import GraphQL
import HTTPTypes
import KubernetesAPI
import ResourceSchema
import Testing

@testable import ChaosCenter

/// What is to be applied to a cluster.
struct InfraManifestTests {
    private static let shapes: [GraphQLObject] = [
        [:], ["infraNsExists": true, "infraSaExists": true],
        ["infraScope": "namespace", "infraNamespace": "team-a", "serviceAccount": "chaos.agent"],
        [
            "nodeSelector": "disk=ssd, example.com/zone=", "skipSsl": true,
            "tolerations": [
                [
                    "key": "dedicated", "operator": "Equal", "value": "chaos", "effect": "NoExecute",
                    "tolerationSeconds": 60,
                ],
                .null, ["operator": "Exists"],
            ],
        ],
    ]

    @Test func `every object is one that Kubernetes accepts`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            for (place, shape) in Self.shapes.enumerated() {
                let infra = try await world.registered("cluster-\(place)", shape)
                #expect(infra.objects.count > 5)
                for object in infra.objects {
                    let name = "\(object["kind"]) \(object["metadata", "name"])"
                    let served = try #require(
                        BuiltinKinds.all.first {
                            $0.type.kind == object["kind"].string && $0.type.apiVersion == object["apiVersion"].string
                        }, "\(name)")
                    #expect(served.schema.validate(object).isEmpty, "\(name): \(served.schema.validate(object))")
                    #expect(served.schema.unknownFields(in: object).isEmpty, "\(name)")
                    #expect(served.type.isNamespaced == !object["metadata", "namespace"].isNull, "\(name)")
                }
                #expect(Set(infra.objects).count == infra.objects.count)
            }
        }
    }

    /// Applies the objects as `kubectl apply --server-side` does.
    private static func apply(_ objects: [JSON], with client: any APIClient) async throws {
        for object in objects {
            let metadata = ObjectMeta(json: object["metadata"])
            let type = try #require(
                try await client.resourceTypes().first {
                    $0.kind == object["kind"].string && $0.apiVersion == object["apiVersion"].string
                })
            _ = try await client.patch(
                type.gvr, namespace: type.isNamespaced ? metadata.namespace : nil, name: metadata.name,
                subresource: nil, patch: .apply(object), options: WriteOptions(fieldManager: "kubectl"))
        }
    }

    private static func withCluster(_ body: (APIServer) async throws -> Void) async throws {
        let server = try APIServer(APIServerConfiguration(storage: .ephemeral))
        try await server.start()
        let result: Result<Void, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try await server.close()
        try result.get()
    }

    @Test func `a cluster takes the manifest, and again after the registration was confirmed`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered("cluster", Self.shapes[3])
            let key = try await world.confirmed(infra)
            let again = try await world.graphQL(
                "{ getInfraManifest(projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\", upgrade: true) }"
            ).succeeded()["getInfraManifest"].text
            try await Self.withCluster { cluster in
                let client = cluster.client(as: .administrator)
                try await Self.apply(infra.objects, with: client)
                try await Self.apply(try JSON.documents(yaml: try #require(again), source: "again"), with: client)
                let secret = try await client.get(Secret.self, namespace: "litmus", name: "subscriber-secret")
                #expect(secret.json["data", "ACCESS_KEY"].string == Data(key.utf8).base64EncodedString())
            }
        }
    }

    @Test func `an administrator of one namespace can apply what is for that namespace`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered("own", Self.shapes[2])
            try await Self.withCluster { cluster in
                let group = "rbac.authorization.k8s.io"
                try await Self.apply(
                    [
                        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "team-a"]],
                        [
                            "apiVersion": .string("\(group)/v1"), "kind": "Role",
                            "metadata": ["name": "admin", "namespace": "team-a"],
                            "rules": [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]],
                        ],
                        [
                            "apiVersion": .string("\(group)/v1"), "kind": "RoleBinding",
                            "metadata": ["name": "admin", "namespace": "team-a"],
                            "roleRef": ["apiGroup": .string(group), "kind": "Role", "name": "admin"],
                            "subjects": [["kind": "User", "apiGroup": .string(group), "name": "ann"]],
                        ],
                    ], with: cluster.client(as: .administrator))
                let ann = cluster.client(as: Identity(username: "ann", groups: ["system:authenticated"]))
                try await Self.apply(infra.objects, with: ann)
                let deployment = try await ann.get(Deployment.self, namespace: "team-a", name: "litmus-agent")
                #expect(deployment.json["spec", "template", "spec", "serviceAccountName"] == "chaos.agent")
            }
        }
    }

    private func kinds(_ infra: RegisteredInfra) -> Set<String> { Set(infra.objects.compactMap { $0["kind"].string }) }

    @Test func `a cluster gets what is missing, a namespace nothing outside of it`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let cluster = try await world.registered("cluster")
            #expect(
                kinds(cluster).isSuperset(of: [
                    "Namespace", "ServiceAccount", "CustomResourceDefinition", "ClusterRole",
                ]))
            #expect(cluster.setting("INFRA_SCOPE") == "cluster")
            let there = try await world.registered("there", ["infraNsExists": true, "infraSaExists": true])
            #expect(kinds(there).isDisjoint(with: ["Namespace", "ServiceAccount"]))
            let own = try await world.registered(
                "own", ["infraScope": "namespace", "infraNamespace": "team-a", "serviceAccount": "chaos"])
            #expect(own.objects.allSatisfy { $0["metadata", "namespace"] == "team-a" })
            #expect(own.object("ServiceAccount")["metadata", "name"] == "chaos")
            #expect(own.object("Deployment")["spec", "template", "spec", "serviceAccountName"] == "chaos")
            #expect(own.setting("INFRA_SCOPE") == "namespace")
            #expect(own.manifest.contains("# Before this, an administrator of the cluster applies"))
            #expect(!cluster.manifest.contains("# "))
        }
    }

    @Test func `the choices of the registration are in the agent's pod and settings`() async throws {
        try await CenterServer.run(.sqlite, { $0.agentAuthority = "PEM" }) { world in
            try await world.environment()
            let infra = try await world.registered("x", Self.shapes[3])
            let pod = infra.object("Deployment")["spec", "template", "spec"]
            #expect(
                pod["nodeSelector"].stringMap == ["disk": "ssd", "example.com/zone": "", "kubernetes.io/os": "linux"])
            #expect(
                pod["tolerations"] == [
                    [
                        "key": "dedicated", "operator": "Equal", "value": "chaos", "effect": "NoExecute",
                        "tolerationSeconds": 60,
                    ], ["operator": "Exists"],
                ])
            #expect(pod["containers"].array?.first?["image"] == "localhost/litmus:test")
            #expect(infra.setting("SKIP_SSL_VERIFY") == "true" && infra.setting("CUSTOM_TLS_CERT") == "UEVN")
            #expect(infra.setting("VERSION") == "3.31.0" && infra.setting("START_TIME") == "1800000000000")
            #expect(infra.object("Secret")["stringData", "INFRA_ID"].string == infra.id)
        }
    }

    @Test func `a manifest can be fetched again, with the key that counts`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            let headers = ["Referer": "https://chaos.example.com/settings"]
            func fetch() async throws -> String? {
                try await world.graphQL(
                    "{ getInfraManifest(projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\", upgrade: true) }",
                    as: world.executor, headers: headers
                ).succeeded()["getInfraManifest"].text
            }
            #expect(try await fetch() == infra.manifest)
            let key = try await world.confirmed(infra)
            let objects = try JSON.documents(yaml: try #require(try await fetch()), source: "test")
            let configuration = try #require(objects.first { $0["kind"] == "ConfigMap" })
            let secret = try #require(objects.first { $0["kind"] == "Secret" })
            #expect(configuration["data", "IS_INFRA_CONFIRMED"] == "true")
            #expect(secret["stringData", "ACCESS_KEY"].string == key)
        }
    }

    @Test func `who has the access key gets the manifest without a login`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            let infra = try await world.registered()
            func fetch(_ key: String) async throws -> Reply {
                try await world.graphQL(
                    "mutation { getManifestWithInfraID(projectID: \"\(world.projectID)\", infraID: \"\(infra.id)\", "
                        + "accessKey: \"\(key)\") }", token: "",
                    headers: ["Referer": "https://chaos.example.com/"])
            }
            #expect(try await fetch(infra.accessKey).succeeded()["getManifestWithInfraID"].text == infra.manifest)
            let wrong = try await fetch("wrong")
            #expect(wrong.errors == ["ACCESS_KEY is invalid"] && wrong.codes == ["UNAUTHENTICATED"])
        }
    }

    // MARK: The server's address

    private static let referers: [(String, String?)] = [
        ("https://chaos.example.com/api/query", "https://chaos.example.com/api/query"),
        ("http://10.0.0.7:9091/account/x", "http://10.0.0.7:9091/api/query"),
        ("https://u:p@[2001:db8::1]:8443/", "https://[2001:db8::1]:8443/api/query"),
        ("nonsense", nil), ("ftp://example.com/", nil), ("https://", nil), ("javascript:alert(1)", nil),
        ("https://a b/", nil),
    ]

    @Test func `agents are told the address of the Referer, and one that is none is refused`() async throws {
        try await CenterServer.run { world in
            try await world.environment()
            for (place, (referer, expected)) in Self.referers.enumerated() {
                let reply = try await world.register("x\(place)", headers: ["Referer": referer])
                if let expected {
                    let infra = try RegisteredInfra(try reply.succeeded()["registerInfra"])
                    #expect(infra.setting("SERVER_ADDR") == expected)
                    #expect(!infra.manifest.contains("--public-url"))
                } else {
                    #expect(reply.errors.first?.hasPrefix("unable to parse referer header") == true, "\(referer)")
                }
            }
        }
    }

    @Test func `without a Referer it is the address that was asked, with a note when only this machine can reach it`()
        async throws
    {
        try await CenterServer.run { world in
            try await world.environment()
            let plain = try RegisteredInfra(try await world.register("a", headers: [:]).succeeded()["registerInfra"])
            let host = "\(plain.setting("SERVER_ADDR") ?? "")"
            #expect(host == "http://localhost/api/query", "the client sends the header Host without a port")
            #expect(plain.manifest.hasPrefix("---\n# SERVER_ADDR is \(host), which only this machine can reach."))
            #expect(plain.manifest.contains("--public-url"))
            let proxied = try RegisteredInfra(
                try await world.register("b", headers: ["X-Forwarded-Proto": "https"]).succeeded()["registerInfra"])
            #expect(proxied.setting("SERVER_ADDR")?.hasPrefix("https://") == true)
        }
    }

    @Test func `the address of the settings counts before all others`() async throws {
        try await CenterServer.run(.sqlite, { $0.publicURL = "https://litmus.example.com/chaos/" }) { world in
            try await world.environment()
            for (place, referer) in ["http://localhost:3000/", "nonsense"].enumerated() {
                let reply = try await world.register("x\(place)", headers: ["Referer": referer]).succeeded()
                let infra = try RegisteredInfra(reply["registerInfra"])
                #expect(infra.setting("SERVER_ADDR") == "https://litmus.example.com/chaos/api/query")
            }
        }
    }

    @Test func `a server that speaks TLS itself is asked by https`() throws {
        var settings = ChaosCenterSettings(dataDirectory: "", image: "")
        let origin = RequestOrigin(
            HTTPRequest(method: .post, scheme: nil, authority: "chaos:9443", path: "/api/query"))
        #expect(try ServerAddress(settings, origin).graphQL == "http://chaos:9443/api/query")
        settings.servesTLS = true
        #expect(try ServerAddress(settings, origin).graphQL == "https://chaos:9443/api/query")
        let nowhere = RequestOrigin(HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/api/query"))
        #expect(throws: CenterError.self) { try ServerAddress(settings, nowhere) }
    }

    @Test(
        arguments: [
            ("http://localhost:9091", true), ("http://127.3.0.1", true), ("http://[::1]:80", true),
            ("http://x.localhost", true), ("http://0.0.0.0:1", true), ("https://127.example.com", false),
            ("https://localhost.example.com", false), ("http://10.0.0.1", false),
        ])
    func `addresses of this machine are known`(_ url: String, _ isLoopback: Bool) {
        #expect(ServerAddress(url)?.isLoopback == isLoopback)
    }

    // MARK: The download

    @Test(arguments: Engine.allCases)
    func `the token downloads the manifest until the registration is confirmed`(_ engine: Engine) async throws {
        try await CenterServer.run(engine, { $0.publicURL = "https://chaos.example.com" }) { world in
            try await world.environment()
            let infra = try await world.registered("Büro 1")
            for isPost in [false, true] {
                let answer = try await world.server.send(isPost ? .post : .get, "/file/\(infra.token)", below: "/api")
                #expect(answer.status == 200 && answer.text == infra.manifest)
                #expect(answer.headers[.contentType] == "application/yaml")
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(
                    answer.headers[.contentDisposition]
                        == "attachment; filename=\"B_ro_1-litmus-chaos-enable.yml\"; "
                        + "filename*=UTF-8''B%C3%BCro%201-litmus-chaos-enable.yml")
            }
            for key in ["none", "\(infra.id).wrong", infra.id, "\(infra.token)x"] {
                #expect(try await world.server.send(.get, "/file/\(key)", below: "/api").status == 404)
            }
            _ = try await world.confirmed(infra)
            #expect(try await world.server.send(.get, "/file/\(infra.token)", below: "/api").status == 404)
        }
    }
}
