import ControlPlaneTesting
import DocumentStore
import GraphQL
import KubernetesAPI
import Testing

@testable import ChaosCenter

struct ProbeTests {
    static let common = """
        probeTimeout interval retry attempt probePollingInterval initialDelay evaluationTimeout stopOnFailure
        """
    static let fields = """
        name description tags type infrastructureType createdAt updatedAt createdBy { username }
        updatedBy { username }
        kubernetesHTTPProperties {
          \(common) url insecureSkipVerify
          method { get { criteria responseCode } post { contentType body bodyPath criteria responseCode } }
        }
        kubernetesCMDProperties { \(common) command comparator { type value criteria } source }
        promProperties { \(common) endpoint query queryPath comparator { type value criteria } }
        k8sProperties {
          \(common) group version resource namespace resourceNames fieldSelector labelSelector operation
        }
        """

    static let run: GraphQLObject = [
        "probeTimeout": "10s", "interval": "1s", "retry": 1, "attempt": 2, "probePollingInterval": "3s",
        "initialDelay": "4s", "evaluationTimeout": "5s", "stopOnFailure": true,
    ]

    private static func properties(_ own: GraphQLObject) -> GraphQLValue {
        var all = run
        for (name, value) in own { all[name] = value }
        return .object(all)
    }

    /// One of each type, with everything that requests can have.
    static let requests: [GraphQLObject] = [
        [
            "name": "ping", "description": "Pings", "tags": ["a"], "type": "httpProbe",
            "infrastructureType": "Kubernetes",
            "kubernetesHTTPProperties": properties([
                "url": "http://shop/order", "insecureSkipVerify": true,
                "method": [
                    "post": [
                        "contentType": "application/json", "body": "{}", "bodyPath": "/tmp/body", "criteria": "==",
                        "responseCode": "201",
                    ]
                ],
            ]),
        ],
        [
            "name": "count", "type": "cmdProbe", "infrastructureType": "Kubernetes",
            "kubernetesCMDProperties": properties([
                "command": "ls | wc -l", "comparator": ["type": "int", "value": "3", "criteria": ">="],
                "source": "{\"image\":\"busybox\",\"hostNetwork\":true}",
            ]),
        ],
        [
            "name": "errors", "type": "promProbe", "infrastructureType": "Kubernetes",
            "promProperties": properties([
                "endpoint": "http://prometheus:9090", "query": "up", "queryPath": "/tmp/query",
                "comparator": ["type": "float", "value": "1", "criteria": "=="],
            ]),
        ],
        [
            "name": "pods", "type": "k8sProbe", "infrastructureType": "Kubernetes",
            "k8sProperties": properties([
                "group": "apps", "version": "v1", "resource": "deployments", "namespace": "shop",
                "resourceNames": "cart,checkout", "fieldSelector": "metadata.name=cart", "labelSelector": "app=shop",
                "operation": "present",
            ]),
        ],
    ]

    static func add(_ world: CenterServer, _ request: GraphQLObject) async throws -> Reply {
        try await world.graphQL(
            """
            mutation ($projectID: ID!, $request: ProbeRequest!) {
              addProbe(projectID: $projectID, request: $request) { \(fields) }
            }
            """, ["projectID": .string(world.projectID), "request": .object(request)])
    }

    private static func get(_ world: CenterServer, _ name: String) async throws -> Reply {
        try await world.graphQL(
            "query ($p: ID!, $n: ID!) { getProbe(projectID: $p, probeName: $n) { \(fields) } }",
            ["p": .string(world.projectID), "n": .string(name)])
    }

    private static func update(_ world: CenterServer, _ request: GraphQLObject) async throws -> Reply {
        try await world.graphQL(
            """
            mutation ($projectID: ID!, $request: ProbeRequest!) {
              updateProbe(projectID: $projectID, request: $request)
            }
            """, ["projectID": .string(world.projectID), "request": .object(request)])
    }

    private static func remove(_ world: CenterServer, _ name: String) async throws -> Reply {
        try await world.graphQL(
            "mutation ($p: ID!, $n: ID!) { deleteProbe(projectID: $p, probeName: $n) }",
            ["p": .string(world.projectID), "n": .string(name)])
    }

    private static func yaml(_ world: CenterServer, _ name: String, _ mode: String) async throws -> Reply {
        try await world.graphQL(
            """
            query ($p: ID!, $r: GetProbeYAMLRequest!) { getProbeYAML(projectID: $p, request: $r) }
            """,
            ["p": .string(world.projectID), "r": ["probeName": .string(name), "mode": .string(mode)]])
    }

    private static func isFree(_ world: CenterServer, _ name: String) async throws -> Bool? {
        try await world.graphQL(
            "query ($p: ID!, $n: ID!) { validateUniqueProbe(projectID: $p, probeName: $n) }",
            ["p": .string(world.projectID), "n": .string(name)]
        ).succeeded()["validateUniqueProbe"].flag
    }

    @Test(arguments: requests)
    func `a probe is shown with everything that it was made with`(_ request: GraphQLObject) async throws {
        try await CenterServer.run { world in
            let made = try await Self.add(world, request).succeeded()
            let name = request["name"]?.stringValue ?? ""
            let shown = try await Self.get(world, name).succeeded()["getProbe"]
            #expect(made["addProbe"] == shown)
            for (field, value) in request {
                guard case .object(let properties) = value else {
                    #expect(shown[field] == value)
                    continue
                }
                for (name, value) in properties where name != "method" {
                    #expect(shown[field][name] == value, "\(field).\(name)")
                }
            }
            guard case .object(let http)? = request["kubernetesHTTPProperties"] else { return }
            let post: GraphQLValue = shown["kubernetesHTTPProperties"]["method"]["post"]
            let given: GraphQLValue = http["method"] ?? .null
            let expected: GraphQLValue = given["post"]
            #expect(post == expected)
        }
    }

    @Test func `a manifest of a probe is one line with all its properties and the mode`() async throws {
        try await CenterServer.run { world in
            for request in Self.requests { _ = try await Self.add(world, request).succeeded() }
            let text = try await Self.yaml(world, "ping", "Edge").succeeded()["getProbeYAML"].text ?? ""
            #expect(!text.contains("\n"))
            let expected: JSON = [
                "name": "ping", "type": "httpProbe", "mode": "Edge",
                "httpProbe/inputs": [
                    "url": "http://shop/order", "insecureSkipVerify": true,
                    "method": [
                        "post": [
                            "contentType": "application/json", "body": "{}", "bodyPath": "/tmp/body",
                            "criteria": "==", "responseCode": "201",
                        ]
                    ],
                ],
                "runProperties": [
                    "probeTimeout": "10s", "interval": "1s", "retry": 1, "attempt": 2, "probePollingInterval": "3s",
                    "initialDelay": "4s", "evaluationTimeout": "5s", "stopOnFailure": true,
                ],
            ]
            #expect(try JSON(parsing: text) == expected)
            let object = try await Self.yaml(world, "pods", "SOT").succeeded()["getProbeYAML"].text ?? ""
            #expect(try JSON(parsing: object)["k8sProbe/inputs", "resourceNames"] == "cart,checkout")
            let command = try await Self.yaml(world, "count", "SOT").succeeded()["getProbeYAML"].text ?? ""
            #expect(
                try JSON(parsing: command)["cmdProbe/inputs", "source"] == ["image": "busybox", "hostNetwork": true])
            let none = try await Self.yaml(world, "nothing", "SOT")
            #expect(none.errors.first?.contains("no documents in result") == true)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a probe is created, changed and deleted`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            var request = Self.requests[0]
            #expect(try await Self.isFree(world, "ping") == true)
            _ = try await Self.add(world, request).succeeded()
            #expect(try await Self.isFree(world, "ping") == false)
            #expect(try await Self.add(world, request).errors == ["probe already exists"])

            world.clock.advance(by: 7)
            request["kubernetesHTTPProperties"] = [
                "probeTimeout": "20s", "interval": "2s", "url": "http://shop/health",
                "method": ["get": ["criteria": "==", "responseCode": "200"]],
            ]
            request["description"] = "Asks"
            let changed = try await Self.update(world, request).succeeded()
            #expect(changed["updateProbe"].text == "Updated successfully")
            let shown = try await Self.get(world, "ping").succeeded()["getProbe"]
            #expect(shown["description"].text == "Asks")
            #expect(shown["updatedAt"].text == "1800000007000")
            #expect(shown["createdAt"].text == "1800000000000")
            #expect(shown["kubernetesHTTPProperties"]["probeTimeout"].text == "20s")
            #expect(shown["kubernetesHTTPProperties"]["initialDelay"].isNull)
            #expect(shown["kubernetesHTTPProperties"]["method"]["post"].isNull)

            #expect(try await Self.remove(world, "ping").succeeded()["deleteProbe"].flag == true)
            #expect(try await Self.get(world, "ping").errors.first?.contains("no documents in result") == true)
            #expect(try await Self.remove(world, "ping").codes == ["NOT_FOUND"])
            #expect(try await Self.update(world, request).codes == ["NOT_FOUND"])
            // Its name is free again.
            #expect(try await Self.isFree(world, "ping") == true)
            _ = try await Self.add(world, request).succeeded()
        }
    }

    @Test func `the type of a probe does not change`() async throws {
        try await CenterServer.run { world in
            _ = try await Self.add(world, Self.requests[0]).succeeded()
            var request = Self.requests[1]
            request["name"] = "ping"
            let reply = try await Self.update(world, request)
            #expect(reply.errors == ["the type of probe 'ping' is httpProbe and cannot be changed"])
        }
    }

    @Test func `an update keeps what came from a ChaosEngine and no request can say`() async throws {
        try await CenterServer.run { world in
            let inline = ProbeManifestTests.probes[4]
            try await world.center.store.probes.insert(
                try StoredProbe(inline: inline, name: "pods", projectID: world.projectID, now: 1, by: nil))
            _ = try await Self.update(world, Self.requests[3]).succeeded()
            let text = try await Self.yaml(world, "pods", "SOT").succeeded()["getProbeYAML"].text ?? ""
            #expect(try JSON(parsing: text)["data"] == inline["data"])
            #expect(try JSON(parsing: text)["k8sProbe/inputs", "group"] == "apps")
        }
    }

    @Test(arguments: [
        "", "Ping", "-ping", "ping-", "a_b", "a b", "a.b", "é", String(repeating: "a", count: 64),
    ])
    func `a name that Kubernetes would refuse is refused`(_ name: String) async throws {
        try await CenterServer.run { world in
            var request = Self.requests[0]
            request["name"] = .string(name)
            let reply = try await Self.add(world, request)
            #expect(reply.codes == ["BAD_USER_INPUT"])
            #expect(reply.errors.first?.hasPrefix("'\(name)' cannot name a probe: 1 to 63") == true, "\(reply.errors)")
        }
    }

    /// A request of `requests` with a change, and what it is answered.
    struct Wrong: Sendable {
        var request: GraphQLObject
        var message: String

        init(_ index: Int, _ object: String, _ value: GraphQLValue, _ message: String) {
            request = ProbeTests.requests[index]
            request[object] = value
            self.message = message
        }

        /// With a change of one property.
        init(_ index: Int, _ object: String, _ field: String, _ value: GraphQLValue, _ message: String) {
            var properties = ProbeTests.requests[index][object]?.objectValue ?? [:]
            properties[field] = value
            self.init(index, object, .object(properties), message.isEmpty ? "" : "\(object).\(message)")
        }

        static let all: [Wrong] =
            [
                Wrong(
                    0, "kubernetesHTTPProperties", .null,
                    "kubernetesHTTPProperties is required for a probe of type httpProbe"),
                Wrong(
                    0, "k8sProperties", ProbeTests.requests[3]["k8sProperties"] ?? .null,
                    "k8sProperties does not belong to a probe of type httpProbe"),
                Wrong(
                    0, "kubernetesHTTPProperties", "interval", "-1s",
                    "interval: '-1s' is no duration such as 300ms, 10s or 1m30s"),
                Wrong(0, "kubernetesHTTPProperties", "method", [:], "method must have either get or post"),
                Wrong(
                    0, "kubernetesHTTPProperties", "attempt", -1, "attempt must be a number of attempts, not -1"),
                Wrong(
                    1, "kubernetesCMDProperties", "source", "busybox",
                    "source is not the JSON of an object with the member image"),
                Wrong(1, "kubernetesCMDProperties", "source", "{}", "source.image must not be empty"),
                Wrong(
                    1, "kubernetesCMDProperties", "comparator", ["type": "bool", "value": "1", "criteria": "=="],
                    "comparator.type: 'bool' is none of int, float, string"),
                Wrong(
                    3, "k8sProperties", "operation", "patch",
                    "operation: 'patch' is none of present, absent, create, delete"),
                // What is given as a bare number or not at all is well.
                Wrong(0, "kubernetesHTTPProperties", "initialDelay", "", ""),
                Wrong(3, "k8sProperties", "probeTimeout", "10", ""),
                Wrong(3, "k8sProperties", "probeTimeout", "", "probeTimeout must not be empty"),
                Wrong(0, "kubernetesHTTPProperties", "interval", "", "interval must not be empty"),
            ]
            + ["probeTimeout", "interval", "probePollingInterval", "initialDelay", "evaluationTimeout"].map {
                Wrong(
                    0, "kubernetesHTTPProperties", $0, "10 apples",
                    "\($0): '10 apples' is no duration such as 300ms, 10s or 1m30s")
            }
    }

    @Test func `properties that are missing, of another type, or wrong are named`() async throws {
        try await CenterServer.run { world in
            for wrong in Wrong.all {
                let errors = try await Self.add(world, wrong.request).errors
                #expect(errors.joined(separator: "; ") == wrong.message)
            }
        }
    }

    @Test func `probes are filtered, and those of other projects are not listed`() async throws {
        try await CenterServer.run { world in
            for request in Self.requests {
                _ = try await Self.add(world, request).succeeded()
                world.clock.advance(by: 1)
            }
            func names(_ arguments: String) async throws -> [String] {
                let query = "query ($p: ID!) { listProbes(projectID: $p\(arguments)) { name } }"
                let reply = try await world.graphQL(query, ["p": .string(world.projectID)]).succeeded()
                return (reply["listProbes"].items ?? []).compactMap { $0["name"].text }
            }
            #expect(try await names("") == ["pods", "errors", "count", "ping"])
            #expect(try await names(", probeNames: [\"ping\", \"none\"]") == ["ping"])
            #expect(try await names(", filter: {name: \"O\"}") == ["pods", "errors", "count"])
            #expect(try await names(", filter: {type: [cmdProbe, k8sProbe]}") == ["pods", "count"])
            #expect(
                try await names(", filter: {dateRange: {startDate: \"1800000002000\"}}") == ["pods", "errors"])
            #expect(try await names(", infrastructureType: Kubernetes").count == 4)
            let many = try await world.graphQL(
                "query ($p: ID!, $n: [ID!]) { listProbes(projectID: $p, probeNames: $n) { name } }",
                ["p": .string(world.projectID), "n": .list(Array(repeating: "ping", count: 1001))])
            #expect(many.errors == ["probeNames: there are 1001, more than 1000"])
            let foreign = try await world.graphQL(
                "query ($p: ID!) { listProbes(projectID: $p) { name } }",
                ["p": .string(world.stranger.projectID)], as: world.stranger
            ).succeeded()
            #expect(foreign["listProbes"].items?.isEmpty == true)
        }
    }
}
