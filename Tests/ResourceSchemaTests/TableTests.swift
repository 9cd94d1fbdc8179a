import KubernetesAPI
import ResourceSchema
import Testing

@Suite("Tables")
struct TableTests {
    private static let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private static func ago(_ seconds: Int64) -> JSON {
        .string((now + .seconds(-seconds)).description)
    }

    /// The cells of one object by column name, wide ones included.
    private func cells(_ object: JSON, _ resource: ServedResource) throws -> [String: JSON] {
        let table = TableConverter(resource: resource).table([object], now: Self.now)
        let names = try #require(table["columnDefinitions"].array).compactMap { $0["name"].string }
        let cells = try #require(table["rows"].array?.first?["cells"].array)
        try #require(names.count == cells.count)
        return Dictionary(uniqueKeysWithValues: zip(names, cells))
    }

    private struct PodState: Sendable, CustomTestStringConvertible {
        var status: String
        var ready: String
        var restarts = "0"
        var spec = "{containers: [{name: a}, {name: b}]}"
        var state: String
        var deleted = false
        var testDescription: String { "\(status) \(ready)" }
    }

    private static let podStates = [
        PodState(status: "Pending", ready: "0/2", state: "{phase: Pending}"),
        PodState(
            status: "Running", ready: "1/2",
            state:
                "{phase: Running, containerStatuses: [{ready: true, state: {running: {}}}, {ready: false, state: {running: {}}}]}"
        ),
        PodState(
            status: "CrashLoopBackOff", ready: "0/2", restarts: "3 (5m ago)",
            state: """
                {phase: Running, containerStatuses: [{restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}},
                 lastState: {terminated: {finishedAt: '\((now + .seconds(-300)).description)'}}}]}
                """),
        PodState(
            status: "Completed", ready: "0/2",
            state: "{phase: Succeeded, containerStatuses: [{state: {terminated: {reason: Completed, exitCode: 0}}}]}"),
        PodState(
            status: "ExitCode:3", ready: "0/2",
            state: "{phase: Failed, containerStatuses: [{state: {terminated: {exitCode: 3}}}]}"),
        PodState(
            status: "Init:0/1", ready: "0/1", spec: "{initContainers: [{name: i}], containers: [{name: a}]}",
            state: "{phase: Pending, initContainerStatuses: [{name: i, state: {running: {}}}]}"),
        PodState(
            status: "Init:Error", ready: "0/1", spec: "{initContainers: [{name: i}], containers: [{name: a}]}",
            state:
                "{phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {reason: Error, exitCode: 1}}}]}"
        ),
        PodState(
            status: "Evicted", ready: "0/2", state: "{phase: Failed, reason: Evicted}"),
        PodState(
            status: "Terminating", ready: "2/2",
            state:
                "{phase: Running, containerStatuses: [{ready: true, state: {running: {}}}, {ready: true, state: {running: {}}}]}",
            deleted: true),
    ]

    @Test("a pod's state is told in one word", arguments: podStates)
    private func pods(state: PodState) throws {
        var pod = try yaml("{metadata: {name: p}, spec: \(state.spec), status: \(state.state)}")
        if state.deleted { pod["metadata", "deletionTimestamp"] = Self.ago(1) }
        let cells = try cells(pod, builtin("Pod"))
        #expect(cells["Status"] == .string(state.status))
        #expect(cells["Ready"] == .string(state.ready))
        #expect(cells["Restarts"] == .string(state.restarts))
    }

    @Test("columns stand as kubectl shows them, wide ones last")
    func order() throws {
        func names(_ kind: String) throws -> [String] {
            let table = TableConverter(resource: try builtin(kind)).table([])
            return (table["columnDefinitions"].array ?? []).map { column in
                (column["name"].string ?? "").uppercased() + (column["priority"] == 0 ? "" : "*")
            }
        }
        #expect(
            try names("Pod") == [
                "NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP*", "NODE*", "NOMINATED NODE*", "READINESS GATES*",
            ])
        #expect(
            try names("Deployment") == [
                "NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "CONTAINERS*", "IMAGES*", "SELECTOR*",
            ])
        #expect(
            try names("Service") == ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE", "SELECTOR*"])
        #expect(try names("Node").prefix(5) == ["NAME", "STATUS", "ROLES", "AGE", "VERSION"])
        #expect(try names("Role") == ["NAME", "CREATED AT"])
        #expect(
            try names("Event") == [
                "LAST SEEN", "TYPE", "REASON", "OBJECT", "SUBOBJECT*", "SOURCE*", "MESSAGE", "FIRST SEEN*", "COUNT*",
                "NAME*",
            ])
    }

    @Test("cells of other kinds")
    func others() throws {
        let service = try yaml(
            "{metadata: {name: s}, spec: {type: NodePort, clusterIP: 10.0.0.1, ports: [{port: 80, nodePort: 30080, protocol: TCP}]}}"
        )
        let cells = try cells(service, builtin("Service"))
        #expect(cells["Port(s)"] == "80:30080/TCP")
        #expect(cells["External-IP"] == "<none>")
        #expect(cells["Age"] == "<unknown>")
        let deployment = try yaml("{metadata: {name: d}, spec: {replicas: 3}, status: {readyReplicas: 2}}")
        #expect(try self.cells(deployment, builtin("Deployment"))["Ready"] == "2/3")
        let node = try yaml(
            "{metadata: {name: n, labels: {node-role.kubernetes.io/control-plane: ''}}, spec: {unschedulable: true}, status: {conditions: [{type: Ready, status: 'True'}]}}"
        )
        let nodeCells = try self.cells(node, builtin("Node"))
        #expect(nodeCells["Status"] == "Ready,SchedulingDisabled")
        #expect(nodeCells["Roles"] == "control-plane")
        let event = try yaml("{metadata: {name: e}, involvedObject: {kind: Pod, name: p}, message: hello, count: 2}")
        #expect(try self.cells(event, builtin("Event"))["Object"] == "pod/p")
    }

    @Test("rows carry as much of the object as was asked for")
    func includedObject() throws {
        let object: JSON = ["metadata": ["name": "c"], "data": ["a": "b"]]
        let converter = TableConverter(resource: try builtin("ConfigMap"))
        func row(_ include: TableConverter.IncludedObject) -> JSON {
            converter.table([object], resourceVersion: "7", include: include)["rows"].array?.first ?? .null
        }
        #expect(row(.metadata)["object", "kind"] == "PartialObjectMetadata")
        #expect(row(.metadata)["object", "metadata", "name"] == "c")
        #expect(row(.object)["object"] == object)
        #expect(row(.none)["object"].isNull)
    }

    @Test(
        "ages are short",
        arguments: [
            (0, "0s"), (119, "119s"), (120, "2m"), (200, "3m20s"), (2700, "45m"), (8100, "135m"), (10800, "3h"),
            (11700, "3h15m"), (100_000, "27h"), (183_600, "2d3h"), (864_000, "10d"), (100_000_000, "3y62d"),
        ])
    func ages(seconds: Int, expected: String) {
        #expect(Age.text(.seconds(seconds)) == expected)
    }

    @Test(
        "JSONPath finds values",
        arguments: [
            (".a.b", ["1"]), ("{.a.b}", ["1"]), (".list[0].n", [#""x""#]), (".list[-1].n", [#""y""#]),
            (".list[*].n", [#""x""#, #""y""#]), (#".list[?(@.n=="y")].v"#, ["2"]), (".list[?(@.v)].n", [#""y""#]),
            (".a['b']", ["1"]), (#".m.a\.b/c"#, ["true"]), (".none", []), (".list[9]", []),
        ])
    func jsonPath(path: String, expected: [String]) throws {
        let root = try yaml("{a: {b: 1}, list: [{n: x}, {n: y, v: 2}], m: {a.b/c: true}}")
        #expect(try JSONPath(path).values(in: root).map(\.description) == expected)
    }

    @Test("a path that is not understood is shown", arguments: [".list[", ".list[?(n==1)]", "a.b"])
    func badPath(path: String) {
        #expect(throws: JSONPathError.self) { try JSONPath(path) }
    }
}
