import KubernetesAPI
import ResourceSchema
import Testing

@Suite("Rules of the built-in kinds")
struct BuiltinValidationTests {
    private func pod(_ spec: String) throws -> JSON {
        try yaml("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: \(spec)}")
    }

    @Test(
        "what users get wrong in pods is named with its place",
        arguments: [
            ("{containers: []}", "spec.containers: Required value"),
            ("{}", "spec.containers: Required value"),
            ("{containers: [{name: a}]}", "spec.containers[0].image: Required value"),
            (
                "{containers: [{name: a, image: x}, {name: a, image: y}]}",
                #"spec.containers[1].name: Duplicate value: "a""#
            ),
            (
                "{containers: [{name: A_b, image: x}]}",
                #"spec.containers[0].name: Invalid value: "A_b": a lowercase RFC 1123"#
            ),
            (
                "{containers: [{name: a, image: x, volumeMounts: [{name: v, mountPath: /v}]}]}",
                #"spec.containers[0].volumeMounts[0].name: Not found: "v""#
            ),
            (
                "{containers: [{name: a, image: x, ports: [{containerPort: 70000}]}]}",
                "spec.containers[0].ports[0].containerPort: Invalid value: 70000"
            ),
            (
                "{containers: [{name: a, image: x, resources: {limits: {memory: 10Xi}}}]}",
                #"spec.containers[0].resources.limits.memory: Invalid value: "10Xi": quantities must match"#
            ),
            (
                "{containers: [{name: a, image: x, resources: {limits: {cpu: 1}, requests: {cpu: 2}}}]}",
                "spec.containers[0].resources.requests: Invalid value: 2: must be less than or equal to cpu limit of 1"
            ),
            (
                "{restartPolicy: Sometimes, containers: [{name: a, image: x}]}",
                #"spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure""#
            ),
            (
                "{containers: [{name: a, image: x, livenessProbe: {periodSeconds: 3}}]}",
                "spec.containers[0].livenessProbe: Required value: must specify a handler type"
            ),
            (
                "{containers: [{name: a, image: x, env: [{name: E, value: 1}]}]}",
                #"spec.containers[0].env[0].value: Invalid value: "integer": spec.containers[0].env[0].value in body must be"#
            ),
        ])
    func pods(spec: String, expected: String) throws {
        let found = try problems(try pod(spec))
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test("a sound pod is accepted")
    func soundPod() throws {
        let found = try problems(
            pod(
                """
                {volumes: [{name: v, emptyDir: {}}], containers: [{name: a, image: x, command: [sleep, '1'],
                 env: [{name: N, value: a}, {name: N, valueFrom: {fieldRef: {fieldPath: metadata.name}}}],
                 volumeMounts: [{name: v, mountPath: /v}], readinessProbe: {tcpSocket: {port: http}},
                 ports: [{name: http, containerPort: 80}], resources: {requests: {cpu: 100m, memory: 64Mi}}}]}
                """))
        #expect(found == [])
    }

    private func deployment(_ selector: String, _ labels: String, _ more: String = "") throws -> JSON {
        try yaml(
            """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {selector: \(selector) \(more),
             template: {metadata: {labels: \(labels)}, spec: {containers: [{name: a, image: x}]}}}}
            """)
    }

    @Test("a deployment's selector must match its template")
    func selector() throws {
        #expect(try problems(try deployment("{matchLabels: {a: b}}", "{a: b, c: d}")) == [])
        #expect(
            try problems(try deployment("{matchLabels: {a: b}}", "{a: c}")) == [
                #"spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`"#
            ])
        let missing = try problems(try yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {}}"))
        #expect(missing.contains("spec.selector: Required value"))
        #expect(missing.contains("spec.template: Required value"))
    }

    @Test("what must not change is refused")
    func updates() throws {
        let old = try deployment("{matchLabels: {a: b}}", "{a: b}")
        let new = try deployment("{matchLabels: {a: c}}", "{a: c}")
        let errors = BuiltinValidation.validateUpdate("Deployment", old: old, new: new)
        #expect(errors.map(\.field) == ["spec.selector"])
        #expect(errors.first?.detail.hasSuffix("field is immutable") == true)

        let service: JSON = ["spec": ["clusterIP": "10.0.0.1"]]
        let moved: JSON = ["spec": ["clusterIP": "10.0.0.2"]]
        #expect(
            BuiltinValidation.validateUpdate("Service", old: service, new: moved).map(\.description) == [
                #"spec.clusterIPs[0]: Invalid value: "10.0.0.2": may not change once set"#
            ])
    }

    @Test("a pod's image and tolerations may change, its command may not")
    func podUpdate() throws {
        let old = try pod("{containers: [{name: a, image: x}], tolerations: [{key: k, operator: Exists}]}")
        var new = old
        new["spec", "containers"] = [["name": "a", "image": "y"]]
        new["spec", "tolerations"] = [["key": "k", "operator": "Exists"], ["key": "l", "operator": "Exists"]]
        new["spec", "nodeName"] = "node"
        #expect(BuiltinValidation.validateUpdate("Pod", old: old, new: new) == [])
        new["spec", "containers"] = [["name": "a", "image": "y", "command": ["z"]]]
        #expect(BuiltinValidation.validateUpdate("Pod", old: old, new: new).map(\.field) == ["spec"])
    }

    private static let badMetadata: [(JSON, String)] = [
        (["name": "My.Pod"], #"metadata.name: Invalid value: "My.Pod": a lowercase RFC 1123 subdomain"#),
        (["name": "p", "labels": ["a": "b c"]], #"metadata.labels: Invalid value: "b c": a valid label"#),
        (
            ["name": "p", "labels": ["/a": "b"]],
            #"metadata.labels: Invalid value: "/a": prefix part must be non-empty"#
        ),
        (["name": "p", "annotations": ["a b": "x"]], #"metadata.annotations: Invalid value: "a b": name part must"#),
        ([:], "metadata.name: Required value: name or generateName is required"),
    ]

    @Test("names, labels and annotations follow Kubernetes' syntax", arguments: badMetadata)
    func metadata(metadata: JSON, expected: String) {
        var object: JSON = ["metadata": metadata]
        object["metadata", "namespace"] = "default"
        let errors = BuiltinValidation.validateMetadata(object, kind: "Pod", isNamespaced: true).map(\.description)
        #expect(errors.contains { $0.hasPrefix(expected) }, "\(errors)")
    }

    @Test("a service needs ports, and several need names")
    func service() throws {
        let none = try yaml("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {}}")
        #expect(try problems(none) == ["spec.ports: Required value"])
        let two = try yaml(
            "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}, {name: b, port: 81}]}}")
        #expect(try problems(two) == ["spec.ports[0].name: Required value"])
        let headless = try yaml("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {clusterIP: None}}")
        #expect(try problems(headless) == [])
    }

    @Test("a config map's keys and a job's restart policy are checked")
    func others() throws {
        let map = try problems(["kind": "ConfigMap", "data": ["a b": "x"]])
        #expect(map.first?.hasPrefix("data[a b]: Invalid value") == true)
        let job = try problems(
            yaml("{kind: Job, spec: {template: {spec: {containers: [{name: a, image: x}]}}}}"))
        #expect(
            job == [
                #"spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: "Never", "OnFailure""#
            ])
    }
}
