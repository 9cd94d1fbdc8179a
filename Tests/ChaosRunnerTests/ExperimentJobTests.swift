import ChaosAPI
import ClusterTesting
import FaultCatalog
import KubernetesAPI
import Testing

@testable import ChaosRunner

/// Settings as a ChaosExperiment and an engine's entry make them.
private func settings(
    definition: JSON = [:], components: JSON = [:], engineSpec: JSON = [:], annotations: [String: String] = [:]
) throws -> (ExperimentSettings, ChaosEngine) {
    var experiment = ChaosExperiment(name: "pod-delete", namespace: "shop")
    experiment.definition.json = [
        "image": "litmuschaos/go-runner:3.0", "command": ["/bin/bash"],
        "args": ["-c", "./experiments -name pod-delete"],
        "env": [
            ["name": "A", "value": "1"], ["name": "B", "value": "2"],
            ["name": "DEFAULT_HEALTH_CHECK", "value": "false"],
        ],
        "labels": ["name": "pod-delete"],
    ]
    experiment.definition.json = experiment.definition.json.merging(patch: definition)
    var engine = ChaosEngine(name: "e", namespace: "shop")
    engine.metadata.uid = "uid"
    engine.metadata.labels = ["context": "shop"]
    engine.metadata.annotations = annotations
    engine.spec = [
        "chaosServiceAccount": "sa",
        "experiments": [["name": "pod-delete", "spec": ["components": components]]],
    ]
    engine.spec = engine.spec.merging(patch: engineSpec)
    let environment = try RunnerEnvironment([
        "CHAOSENGINE": "e", "CHAOS_NAMESPACE": "shop", "EXPERIMENT_LIST": "pod-delete", "CHAOS_SVC_ACC": "sa",
        "TARGETS": "deployment:shop:[app=web]",
    ])
    let made = try ExperimentSettings(
        entry: engine.experiments[0], experiment: experiment, engine: engine, runner: environment)
    return (made, engine)
}

@Suite struct ExecutionModeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var title: String
        var definition: JSON = [:]
        var components: JSON = [:]
        var engine: JSON = [:]
        var annotations: [String: String] = [:]
        var because: String?
        var testDescription: String { title }
    }

    static let cases: [Case] = [
        Case(title: "a Litmus image"),
        Case(
            title: "of any registry", definition: ["image": "litmuschaos.docker.scarf.sh/litmuschaos/go-runner:latest"]),
        Case(title: "by digest", definition: ["image": "r:5000/litmuschaos/go-runner@sha256:abc"]),
        Case(title: "a foreign image", definition: ["image": "example.org/chaos:1"], because: "image"),
        Case(title: "a foreign go-runner", definition: ["image": "example.org/go-runner:1"], because: "image"),
        Case(title: "the engine's image", components: ["experimentImage": "mine:1"], because: "image"),
        Case(
            title: "a fault that is not built in", definition: ["args": ["-c", "./experiments -name disk-fill"]],
            because: "disk-fill"),
        Case(title: "a node selector", components: ["nodeSelector": ["a": "b"]], because: "nodeSelector"),
        Case(
            title: "the runner's node selector", components: ["nodeSelector": ["a": "b"]],
            engine: ["components": ["runner": ["nodeSelector": ["a": "b"]]]]),
        Case(title: "tolerations", components: ["tolerations": [["key": "x"]]], because: "tolerations"),
        Case(title: "resources", components: ["resources": ["limits": ["cpu": "1"]]], because: "resources"),
        Case(title: "empty resources, as Go writes them", components: ["resources": [:]]),
        Case(title: "secrets", components: ["secrets": [["name": "s", "mountPath": "/s"]]], because: "Secrets"),
        Case(title: "annotations", components: ["experimentAnnotations": ["a": "b"]], because: "annotations"),
        Case(title: "hostPID", definition: ["hostPID": true], because: "process table"),
        Case(
            title: "files of the node",
            definition: ["hostFileVolumes": [["name": "v", "mountPath": "/a", "nodePath": "/b"]]], because: "node"),
        Case(
            title: "a sidecar", engine: ["components": ["sidecar": [["image": "i"]]]],
            annotations: ["sidecar/enabled": "true"], because: "sidecars"),
        Case(title: "a sidecar that is not enabled", engine: ["components": ["sidecar": [["image": "i"]]]]),
        Case(
            title: "a reference to its own pod",
            components: ["env": [["name": "N", "valueFrom": ["fieldRef": ["fieldPath": "spec.nodeName"]]]]],
            because: "its own pod"),
    ]

    @Test("an experiment runs inside the runner unless it needs a pod of its own", arguments: cases)
    func mode(_ expected: Case) throws {
        let (settings, engine) = try settings(
            definition: expected.definition, components: expected.components, engineSpec: expected.engine,
            annotations: expected.annotations)
        switch ExecutionMode(settings, engine: engine, first: nil) {
        case .builtIn: #expect(expected.because == nil)
        case .job(let why): #expect(expected.because.map(why.contains) == true, "\(why)")
        }
    }

    @Test("the security context that the runner has anyway needs no job, another one does")
    func security() throws {
        let context: JSON = ["securityContext": ["containerSecurityContext": ["privileged": true]]]
        let (settings, engine) = try settings(definition: context)
        var first = ChaosExperiment(name: "first", namespace: "shop")
        #expect(ExecutionMode(settings, engine: engine, first: first) != .builtIn)
        first.definition.json = context
        #expect(ExecutionMode(settings, engine: engine, first: first) == .builtIn)
    }
}

@Suite struct ExperimentSettingsTests {
    private func env(_ settings: ExperimentSettings) -> [String: String] {
        Dictionary(
            settings.env.map { ($0["name"].string ?? "", $0["value"].string ?? "") },
            uniquingKeysWith: { $0 + "|" + $1 })
    }

    @Test("the engine's variables win over the experiment's, those over the runner's; each stands once")
    func layers() throws {
        let (settings, _) = try settings(
            definition: ["env": [["name": "A", "value": "1"], ["name": "CHAOSENGINE", "value": "odd"]]],
            components: ["env": [["name": "A", "value": "9"]], "statusCheckTimeouts": ["timeout": 7]],
            engineSpec: ["terminationGracePeriodSeconds": 4, "jobCleanUpPolicy": "delete"])
        let env = env(settings)
        #expect(env["A"] == "9" && env["CHAOSENGINE"] == "odd" && env["EXPERIMENT_NAME"] == "pod-delete")
        #expect(env["STATUS_CHECK_DELAY"] == "2" && env["STATUS_CHECK_TIMEOUT"] == "7")
        #expect(env["TERMINATION_GRACE_PERIOD_SECONDS"] == "4" && env["JOB_CLEANUP_POLICY"] == "delete")
        #expect(env["CHAOS_UID"] == "uid" && env["TARGETS"] == "deployment:shop:[app=web]")
        #expect(settings.env.last?["name"] == "POD_NAME")
    }

    @Test(
        "what the engine says of the health check wins over the experiment's default",
        arguments: [
            (Bool?.none, "false"), (true, "true"), (false, "false"),
        ])
    func healthCheck(wanted: Bool?, expected: String) throws {
        let (settings, _) = try settings(engineSpec: wanted.map { ["defaultHealthCheck": .bool($0)] } ?? [:])
        #expect(env(settings)["DEFAULT_HEALTH_CHECK"] == expected)
    }

    @Test("an instance id is known wherever it was given")
    func instance() throws {
        #expect(try settings(definition: ["env": [["name": "INSTANCE_ID", "value": "a"]]]).0.instance == "a")
        #expect(
            try settings(
                definition: ["env": [["name": "INSTANCE_ID", "value": "a"]]],
                components: ["env": [["name": "INSTANCE_ID", "value": "b"]]]
            ).0.instance == "b")
    }

    @Test("an experiment without labels is no reason to crash")
    func noLabels() throws {
        let (settings, engine) = try settings(definition: .object(["labels": .null]))
        #expect(settings.labels(engine: engine) == ["chaosUID": "uid", "context": "shop"])
    }

    @Test("enabled sidecars that the engine does not name are an error")
    func sidecars() {
        #expect(throws: ExperimentError.self) { try settings(annotations: ["sidecar/enabled": "true"]) }
    }
}

@Suite struct ExperimentJobTests {
    @Test("the job is the one that Litmus makes, but never tries twice and goes with its engine")
    func job() throws {
        let (settings, engine) = try settings(
            definition: [
                "configMaps": [["name": "c.d", "mountPath": "/c"]],
                "securityContext": ["podSecurityContext": ["runAsUser": 1]],
                "hostFileVolumes": [["name": "f", "mountPath": "/f", "nodePath": "/etc/f"]],
            ],
            components: [
                "configMaps": [["name": "c.d", "mountPath": "/other"]], "secrets": [["name": "s", "mountPath": "/s"]],
                "nodeSelector": ["disk": "ssd"], "experimentAnnotations": ["x": "y"],
            ],
            engineSpec: [
                "terminationGracePeriodSeconds": 9,
                "components": ["sidecar": [["image": "side", "secrets": [["name": "s", "mountPath": "/t"]]]]],
            ],
            annotations: ["sidecar/enabled": "yes"])
        let job = try ExperimentJob(name: "pod-delete-abc123", settings: settings, engine: engine, serviceAccount: "sa")
            .build()
        #expect(job.json["spec", "backoffLimit"] == 0)
        #expect(job.metadata.ownerReferences.first?.uid == "uid")
        #expect(job.metadata.labels == ["name": "pod-delete", "chaosUID": "uid", "context": "shop"])
        #expect(job.metadata.annotations == ["x": "y"] && job.template["metadata", "annotations"] == ["x": "y"])
        let spec = job.template["spec"]
        #expect(spec["restartPolicy"] == "Never" && spec["serviceAccountName"] == "sa")
        #expect(spec["terminationGracePeriodSeconds"] == 9 && spec["securityContext"] == ["runAsUser": 1])
        #expect(spec["nodeSelector"] == ["disk": "ssd"])
        let containers = try #require(spec["containers"].array)
        #expect(containers.map { $0["name"].string } == ["pod-delete-abc123", "pod-delete-abc123-sidecar-0"])
        #expect(containers[0]["imagePullPolicy"] == "Always" && containers[0]["command"] == ["/bin/bash"])
        #expect(containers[0]["volumeMounts"].array?.compactMap { $0["mountPath"].string } == ["/other", "/s", "/f"])
        let volumes = try #require(spec["volumes"].array).compactMap { $0["name"].string }
        #expect(volumes == ["c-d", "s", "f"])
    }

    @Test("on a cluster of its own, an image of Litmus is the installation's, and a fault that is not built in is said")
    func installed() throws {
        var platform = PlatformSettings()
        platform.image = "reg/litmus:1"
        platform.tolerations = [["operator": "Exists"]]
        let known: JSON = [
            "image": "litmuschaos/go-runner:latest", "command": ["/bin/bash"],
            "args": ["-c", "./experiments -name pod-delete"],
        ]
        func job(_ definition: JSON) throws -> Job {
            let (settings, engine) = try settings(definition: definition)
            return try ExperimentJob(
                name: "j", settings: settings, engine: engine, serviceAccount: "sa", platform: platform
            ).build()
        }
        let spec = try job(known).template["spec"]
        let container = try #require(spec["containers"].array?.first)
        #expect(container["image"] == "reg/litmus:1" && container["imagePullPolicy"] == "IfNotPresent")
        #expect(container["command"] == ["litmus", "experiment", "--name", "pod-delete"] && container["args"].isNull)
        #expect(spec["tolerations"] == [["operator": "Exists"]])
        #expect(container["env"].array?.contains { $0["name"] == "LITMUS_PLATFORM" } == true)
        var unknown = known
        unknown["args"] = ["-c", "./experiments -name pod-levitation"]
        let error = #expect(throws: ExperimentError.self) { try job(unknown) }
        #expect(error?.reason.contains("pod-levitation") == true && error?.reason.contains("experimentImage") == true)
        let own = try job(["image": "mine:1", "args": ["x"]]).template["spec"]["containers"].array?.first
        #expect(own?["image"] == "mine:1" && own?["args"] == ["x"])
    }

    static let incomplete: [(JSON, String)] = [
        (["image": ""], "image"), (["configMaps": [["name": "c"]]], "ConfigMap"),
        (["secrets": [["mountPath": "/s"]]], "Secret"), (["hostFileVolumes": [["name": "v"]]], "hostFileVolumes"),
    ]

    @Test("an incomplete definition is named rather than sent", arguments: incomplete)
    func refused(definition: JSON, what: String) throws {
        let (settings, engine) = try settings(definition: definition)
        let error = #expect(throws: ExperimentError.self) {
            try ExperimentJob(name: "j", settings: settings, engine: engine, serviceAccount: "sa").build()
        }
        #expect(error?.reason.contains(what) == true)
    }
}

@Suite struct JobProgressTests {
    private static func pod(_ phase: String, _ state: JSON = [:], name: String = "j-1") -> Pod {
        var pod = Pod(name: name, namespace: "shop")
        pod.json["status"] = [
            "phase": .string(phase),
            "containerStatuses": [["name": "j", "state": state], ["name": "side", "state": ["running": [:]]]],
        ]
        return pod
    }

    static let cases: [(Pod, JobProgress)] = [
        (pod("Running", ["running": [:]]), .running(pod: "j-1")),
        (pod("Running", ["terminated": ["exitCode": 0]]), .finished(pod: "j-1")),
        (
            pod("Running", ["terminated": ["exitCode": 2, "message": "panic"]]),
            .failed(pod: "j-1", "exit code 2: panic")
        ),
        (pod("Succeeded"), .finished(pod: "j-1")),
        (
            pod("Pending", ["waiting": ["reason": "ErrImagePull"]]),
            .pending("pod j-1: container j is waiting (ErrImagePull)")
        ),
    ]

    @Test("a job's pod tells how far it is; sidecars do not count", arguments: cases)
    func progress(pod: Pod, expected: JobProgress) {
        #expect(JobProgress(pods: [pod], job: "j") == expected)
    }

    @Test("a job without a pod is pending")
    func none() {
        #expect(JobProgress(pods: [], job: "j") == .pending("the job j has no pod yet"))
    }
}

@Suite struct EnvironmentResolverTests {
    @Test("variables are taken from where they are, and may refer to earlier ones")
    func resolve() async throws {
        let cluster = InMemoryCluster()
        var map = ConfigMap(name: "c", namespace: "shop")
        map.data = ["k": "from-map"]
        _ = try await cluster.create(map)
        var secret = Secret(name: "s", namespace: "shop")
        secret.data = ["k": "cGFzc3dvcmQ="]
        _ = try await cluster.create(secret)
        let resolver = EnvironmentResolver(client: cluster, namespace: "shop", podName: "p", serviceAccount: "sa")
        let env = try await resolver.resolve([
            ["name": "A", "value": "1"], ["name": "B", "value": "$(A)-$$(A)-$(C)"],
            ["name": "M", "valueFrom": ["configMapKeyRef": ["name": "c", "key": "k"]]],
            ["name": "S", "valueFrom": ["secretKeyRef": ["name": "s", "key": "k"]]],
            ["name": "P", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
            ["name": "O", "valueFrom": ["secretKeyRef": ["name": "none", "key": "k", "optional": true]]],
        ])
        #expect(env == ["A": "1", "B": "1-$(A)-$(C)", "M": "from-map", "S": "password", "P": "p"])
    }

    @Test("a missing key is named with its object and variable")
    func missing() async {
        let resolver = EnvironmentResolver(
            client: InMemoryCluster(), namespace: "shop", podName: "p", serviceAccount: "sa")
        let error = await #expect(throws: ExperimentError.self) {
            try await resolver.resolve([["name": "X", "valueFrom": ["configMapKeyRef": ["name": "c", "key": "k"]]]])
        }
        #expect(error?.reason.contains("X needs the key k of ConfigMap c in namespace shop") == true)
    }
}
