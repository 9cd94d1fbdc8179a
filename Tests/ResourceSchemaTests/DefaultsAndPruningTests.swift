import KubernetesAPI
import ResourceSchema
import Testing

@Suite("Defaults and unknown fields")
struct DefaultsAndPruningTests {
    private static let schema = """
        type: object
        properties:
          spec:
            type: object
            default: {}
            properties:
              mode: {type: string, default: fast}
              count: {type: integer, nullable: true, default: 3}
              inner: {type: object, properties: {level: {type: integer, default: 1}}}
              list: {type: array, items: {type: object, properties: {on: {type: boolean, default: true}}}}
              open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {n: {type: object}}}
              map: {type: object, additionalProperties: {type: object, properties: {v: {type: integer, default: 7}}}}
              template: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
        """

    private func schema() throws -> Schema { try Schema(openAPIV3: try yaml(Self.schema), path: "") }

    @Test("defaults fill in what is absent, below defaults too, and nothing in objects that are absent")
    func defaults() throws {
        #expect(try schema().applyingDefaults(to: [:]) == ["spec": ["mode": "fast", "count": 3]])
        let given = try yaml("spec: {mode: slow, inner: {}, list: [{}, {on: false}], map: {a: {}}}")
        let expected = try yaml(
            "spec: {mode: slow, count: 3, inner: {level: 1}, list: [{on: true}, {on: false}], map: {a: {v: 7}}}")
        #expect(try schema().applyingDefaults(to: given) == expected)
    }

    @Test("null counts as absent except where it is allowed")
    func null() throws {
        let given = JSON.object(["spec": .object(["mode": .null, "count": .null])])
        let result = try schema().applyingDefaults(to: given)
        #expect(result["spec", "mode"] == "fast")
        #expect(result["spec"].object?["count"] == JSON.null)
    }

    @Test("unknown fields are removed and named, except where they are kept")
    func pruning() throws {
        let given = try yaml(
            """
            bad: 1
            spec:
              mod: slow
              list: [{on: true, off: false}]
              open: {anything: {deep: 1}, n: {lost: 1}}
              template: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {}, status: {}}
            """)
        let (value, unknown) = try schema().pruning(given)
        #expect(unknown == ["bad", "spec.list[0].off", "spec.mod", "spec.open.n.lost", "spec.template.status"])
        #expect(value["spec", "open", "anything", "deep"] == 1)
        #expect(value["spec", "template", "metadata", "name"] == "a")
        #expect(value["bad"].isNull)
        #expect(try schema().unknownFields(in: ["spec": ["foo": 1]]) == [#"unknown field "spec.foo""#])
    }

    @Test("a minimal pod gets the defaults of Kubernetes")
    func pod() throws {
        let pod = try defaulted(
            yaml(
                """
                {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {serviceAccountName: sa,
                 volumes: [{name: tmp}, {name: cm, configMap: {name: c}}], containers: [{name: a, image: nginx,
                 ports: [{containerPort: 80}], resources: {limits: {cpu: 1}},
                 livenessProbe: {httpGet: {port: 80}}}, {name: b, image: 'reg:5000/x:1.2'}]}}
                """))
        let spec = pod["spec"]
        #expect(spec["restartPolicy"] == "Always")
        #expect(spec["dnsPolicy"] == "ClusterFirst")
        #expect(spec["terminationGracePeriodSeconds"] == 30)
        #expect(spec["schedulerName"] == "default-scheduler")
        #expect(spec["securityContext"] == [:])
        #expect(spec["serviceAccount"] == "sa")
        #expect(spec["volumes"].array?.first == ["name": "tmp", "emptyDir": [:]])
        #expect(spec["volumes"].array?.last?["configMap", "defaultMode"] == 420)
        let container = try #require(spec["containers"].array?.first)
        #expect(container["imagePullPolicy"] == "Always")
        #expect(container["terminationMessagePath"] == "/dev/termination-log")
        #expect(container["ports"].array?.first?["protocol"] == "TCP")
        #expect(container["resources", "requests", "cpu"] == 1)
        #expect(
            container["livenessProbe"] == [
                "httpGet": ["path": "/", "port": 80, "scheme": "HTTP"], "timeoutSeconds": 1, "periodSeconds": 10,
                "successThreshold": 1, "failureThreshold": 3,
            ])
        #expect(spec["containers"].array?.last?["imagePullPolicy"] == "IfNotPresent")
    }

    @Test("a minimal deployment gets the defaults of Kubernetes, its template included")
    func deployment() throws {
        let deployment = try defaulted(
            yaml(
                """
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {selector: {matchLabels: {a: b}},
                 template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: 'x:latest'}]}}}}
                """))
        let spec = deployment["spec"]
        #expect(spec["replicas"] == 1)
        #expect(spec["revisionHistoryLimit"] == 10)
        #expect(spec["progressDeadlineSeconds"] == 600)
        #expect(
            spec["strategy"] == [
                "type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"],
            ])
        #expect(spec["template", "spec", "restartPolicy"] == "Always")
        #expect(spec["template", "spec", "containers"].array?.first?["imagePullPolicy"] == "Always")
    }

    @Test("a minimal service gets the defaults of Kubernetes")
    func service() throws {
        let service = try defaulted(
            yaml("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}], selector: {a: b}}}"))
        let expected = try yaml(
            """
            {ports: [{port: 80, targetPort: 80, protocol: TCP}], selector: {a: b}, type: ClusterIP,
             sessionAffinity: None, internalTrafficPolicy: Cluster, ipFamilyPolicy: SingleStack, ipFamilies: [IPv4]}
            """)
        #expect(service["spec"] == expected)
    }

    @Test("a job selects its own pods once it has an identity")
    func job() throws {
        let job = try defaulted(
            yaml(
                """
                {apiVersion: batch/v1, kind: Job, metadata: {name: j, uid: u-1}, spec: {template: {spec:
                 {restartPolicy: Never, containers: [{name: a, image: x}]}}}}
                """))
        #expect(job["spec", "completions"] == 1)
        #expect(job["spec", "parallelism"] == 1)
        #expect(job["spec", "backoffLimit"] == 6)
        #expect(job["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"] == "u-1")
        #expect(job["spec", "template", "metadata", "labels", "job-name"] == "j")
    }

    @Test("the plain values of a secret move into its data")
    func secret() throws {
        let secret = try defaulted(["kind": "Secret", "stringData": ["a": "geheim"], "data": ["b": "eA=="]])
        #expect(secret["data"] == ["a": "Z2VoZWlt", "b": "eA=="])
        #expect(secret["stringData"].isNull)
        #expect(secret["type"] == "Opaque")
    }

    @Test(
        "a pod's quality of service follows its resources",
        arguments: [
            ("{}", "BestEffort"), ("{requests: {cpu: 100m}}", "Burstable"),
            ("{limits: {cpu: 1, memory: 1Gi}}", "Guaranteed"),
            ("{limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}}", "Burstable"),
        ])
    func qualityOfService(resources: String, expected: String) throws {
        let pod = try yaml("spec: {containers: [{name: a, resources: \(resources)}]}")
        #expect(BuiltinDefaulting.qualityOfService(of: pod) == expected)
    }
}
