import ChaosAPI
import Faults
import Injection
import KubernetesAPI
import Testing

@testable import ChaosRunner

@Suite struct HelperPodTests {
    private static func order(_ pod: String = "web-0") -> InjectionOrder {
        InjectionOrder(
            id: "pod-network-loss-helper-abc123-0", fault: "pod-network-loss",
            steps: [.loseTraffic(TrafficLoss(percentage: 100))],
            targets: [
                TargetReference(
                    node: "node-1", namespace: "shop", pod: pod, podUID: "u", container: "main", containerID: "c")
            ], durationMilliseconds: 1000)
    }

    private static func helper(
        _ env: [String: String] = [:], isJob: Bool = false, hasParent: Bool = true
    ) throws -> Pod {
        var engine = ChaosEngine(name: "nginx-chaos", namespace: "shop")
        engine.metadata.uid = "engine-uid"
        return try HelperPod(
            experiment: "pod-network-loss", namespace: "shop", engine: engine,
            parent: hasParent ? parent(isJob: isJob) : nil, settings: try HelperSettings(TunableReader(env)),
            group: "pod-network-loss-helper-abc123"
        ).make(for: order(), node: "node-1")
    }

    private static func parent(isJob: Bool) -> Pod {
        var pod = Pod(name: "nginx-chaos-runner", namespace: "shop")
        pod.metadata.uid = "runner-uid"
        pod.metadata.labels = [
            "app": "nginx-chaos", "chaosUID": "engine-uid", "team": "shop", "job-name": "j",
            "batch.kubernetes.io/job-name": "j", "controller-uid": "x", "batch.kubernetes.io/controller-uid": "x",
            "app.kubernetes.io/component": "chaos-runner",
        ]
        pod.metadata.annotations = ["inject": "no", "kubernetes.io/limit-ranger": "x"]
        pod.spec = [
            "serviceAccountName": "sa", "imagePullSecrets": [["name": "registry"]],
            "containers": [
                ["name": "sidecar", "image": "side:1"],
                [
                    "name": isJob ? "pod-network-loss-abc123" : "chaos-runner", "image": "registry/litmus:2",
                    "resources": ["limits": ["memory": "64Mi"]],
                ],
            ],
        ]
        if !isJob { pod.spec["containers"] = [pod.spec["containers"].array?[1] ?? .null] }
        return pod
    }

    @Test("a helper is a privileged pod on the node, made after the experiment's own")
    func golden() throws {
        let pod = try Self.helper(["TERMINATION_GRACE_PERIOD_SECONDS": "7"])
        let order: JSON = .string(try Self.order().variable)
        let expected: JSON = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": "pod-network-loss-helper-abc123-0", "namespace": "shop",
                "labels": [
                    "app": "pod-network-loss-helper-abc123", "chaosUID": "engine-uid", "team": "shop",
                    "app.kubernetes.io/component": "helper",
                ],
                "annotations": ["inject": "no"],
                "ownerReferences": [
                    ["apiVersion": "v1", "kind": "Pod", "name": "nginx-chaos-runner", "uid": "runner-uid"]
                ],
            ],
            "spec": [
                "restartPolicy": "Never", "nodeName": "node-1", "hostPID": true, "terminationGracePeriodSeconds": 7,
                "serviceAccountName": "sa", "imagePullSecrets": [["name": "registry"]],
                "tolerations": [["operator": "Exists"]],
                "volumes": [
                    ["name": "state", "hostPath": ["path": "/var/lib/litmus", "type": "DirectoryOrCreate"]]
                ],
                "containers": [
                    [
                        "name": "pod-network-loss", "image": "registry/litmus:2", "imagePullPolicy": "Always",
                        "command": ["litmus", "inject"], "resources": ["limits": ["memory": "64Mi"]],
                        "securityContext": ["privileged": true, "runAsUser": 0],
                        "terminationMessagePolicy": "FallbackToLogsOnError",
                        "volumeMounts": [["name": "state", "mountPath": "/var/lib/litmus"]],
                        "env": [
                            ["name": "LITMUS_ORDER", "value": order],
                            ["name": "CHAOS_NAMESPACE", "value": "shop"],
                            ["name": "EXPERIMENT_NAME", "value": "pod-network-loss"],
                            ["name": "CHAOSENGINE", "value": "nginx-chaos"],
                            ["name": "CHAOS_UID", "value": "engine-uid"],
                            ["name": "POD_NAME", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
                        ],
                    ]
                ],
            ],
        ]
        #expect(pod.json == expected)
    }

    @Test("in a Job the container of the experiment is the model, whatever runs beside it")
    func job() throws {
        let container = try #require(try Self.helper(isJob: true).containers.first)
        #expect(container.image == "registry/litmus:2")
        #expect(container.json["resources"] == ["limits": ["memory": "64Mi"]])
    }

    @Test("with SET_HELPER_DATA=false nothing but labels, account and image is taken over")
    func noHelperData() throws {
        let pod = try Self.helper(["SET_HELPER_DATA": "false"])
        #expect(pod.metadata.annotations.isEmpty && pod.spec["imagePullSecrets"].isNull)
        #expect(pod.containers.first?.json["resources"] == .null)
        #expect(pod.metadata.labels["team"] == "shop" && pod.spec["serviceAccountName"] == "sa")
    }

    @Test(
        "a helper image of Litmus stands for this program, another is taken at its word",
        arguments: [
            ("", "registry/litmus:2"), ("litmuschaos/go-runner:3.0", "registry/litmus:2"),
            ("mirror:5000/litmuschaos/go-runner@sha256:aa", "registry/litmus:2"), ("own/tool:1", "own/tool:1"),
            ("own/go-runner:1", "own/go-runner:1"),
        ])
    func image(lib: String, expected: String) throws {
        #expect(try Self.helper(["LIB_IMAGE": lib]).containers.first?.image == expected)
    }

    @Test("what the engine says of account, pull policy and grace period is kept")
    func settings() throws {
        let pod = try Self.helper([
            "CHAOS_SERVICE_ACCOUNT": "other", "LIB_IMAGE_PULL_POLICY": "Never", "TERMINATION_GRACE_PERIOD_SECONDS": "0",
        ])
        #expect(pod.spec["serviceAccountName"] == "other")
        #expect(pod.containers.first?.json["imagePullPolicy"] == "Never")
        // Nothing could be undone in no time.
        #expect(pod.spec["terminationGracePeriodSeconds"] == 30)
    }

    @Test("outside of a cluster a helper is made without a model")
    func noParent() throws {
        let pod = try Self.helper(hasParent: false)
        #expect(pod.metadata.ownerReferences.isEmpty && pod.spec["serviceAccountName"].isNull)
        #expect(
            pod.metadata.labels == [
                "app": "pod-network-loss-helper-abc123", "chaosUID": "engine-uid",
                "app.kubernetes.io/component": "helper",
            ])
    }

    @Test(
        "an order comes through a kubelet's expansion of variables as it was",
        arguments: ["web", "$(HOME)", "$$(HOME)", "a$b$$", "\\u0024(HOME)"])
    func expansion(name: String) throws {
        let order = Self.order(name)
        let received = EnvironmentResolver.expand(try order.variable, ["HOME": "/root"])
        var pod = Pod(name: "helper", namespace: "shop")
        pod.spec = ["containers": [["name": "c", "env": [["name": "LITMUS_ORDER", "value": .string(received)]]]]]
        #expect(InjectionOrder(helper: pod) == order)
    }

    @Test("the installation's image, policy and labels reach helpers; an image of the user's stays")
    func installed() throws {
        var platform = PlatformSettings()
        platform.image = "reg/litmus:1"
        platform.labels = ["team": "sre"]
        platform.imagePullSecrets = ["pull"]
        platform.nodeSelector = ["disk": "ssd"]
        func pod(_ env: [String: String]) throws -> Pod {
            try HelperPod(
                experiment: "pod-network-loss", namespace: "shop", engine: nil, parent: nil,
                settings: try HelperSettings(TunableReader(env)), platform: platform, group: "g"
            ).make(for: Self.order(), node: "node-1")
        }
        let own = try pod(["LIB_IMAGE": "litmuschaos/go-runner:latest", "LIB_IMAGE_PULL_POLICY": "Always"])
        #expect(own.containers.first?.image == "reg/litmus:1")
        #expect(own.containers.first?.json["imagePullPolicy"] == "IfNotPresent")
        #expect(own.metadata.labels["team"] == "sre" && own.spec["imagePullSecrets"] == [["name": "pull"]])
        #expect(own.spec["nodeSelector"].isNull)
        let foreign = try pod(["LIB_IMAGE": "mine:1", "LIB_IMAGE_PULL_POLICY": "Always"])
        #expect(foreign.containers.first?.image == "mine:1")
        #expect(foreign.containers.first?.json["imagePullPolicy"] == "Always")
    }

    @Test("the label that helpers share fits into 63 bytes however long the experiment's name is")
    func longName() {
        let group = HelperPod.prefix(experiment: String(repeating: "x", count: 200)) + ExperimentExecution.suffix()
        #expect(group.utf8.count == 63)
    }

    private static func helper(_ injection: PlatformSettings.Injection, hasEngine: Bool = true, node: String = "node-1")
        throws -> Pod
    {
        var engine = ChaosEngine(name: "nginx-chaos", namespace: "shop")
        engine.metadata.uid = "engine-uid"
        var platform = PlatformSettings()
        platform.injection = injection
        return try HelperPod(
            experiment: "pod-network-loss", namespace: "shop", engine: hasEngine ? engine : nil,
            parent: parent(isJob: false), settings: try HelperSettings(TunableReader([:])), platform: platform,
            group: "pod-network-loss-helper-abc123"
        ).make(for: order(), node: node)
    }

    @Test("where no watchdog is, a helper stays until it is known to be undone, if an operator is there to let it go")
    func finalizer() throws {
        #expect(try Self.helper(.watchedHelper).metadata.finalizers == [])
        #expect(try Self.helper(.helper).metadata.finalizers == ["litmuschaos.io/injection"])
        #expect(try Self.helper(.helper, hasEngine: false).metadata.finalizers == [])
        #expect(try Self.helper(.helper).spec == Self.helper(.watchedHelper).spec)
    }

    @Test("an order for a node agent asks for no privilege, and no scheduler takes it")
    func forAgent() throws {
        let node = String(repeating: "n", count: 70)
        let pod = try Self.helper(.nodeAgent, node: node)
        #expect(pod.metadata.finalizers == ["litmuschaos.io/injection"])
        #expect(pod.metadata.labels["litmuschaos.io/node-agent"]?.utf8.count == 63)
        #expect(pod.metadata.annotations["litmuschaos.io/node"] == node)
        #expect(pod.nodeName.isEmpty && pod.spec["schedulerName"] == "litmus-node-agent")
        #expect(pod.spec["hostPID"].isNull && pod.spec["volumes"].isNull)
        #expect(pod.spec["automountServiceAccountToken"] == false && pod.spec["serviceAccountName"] == "sa")
        // What the Pod Security Standard `restricted` asks for.
        #expect(pod.spec["securityContext", "runAsNonRoot"] == true)
        #expect(pod.spec["securityContext", "seccompProfile", "type"] == "RuntimeDefault")
        let container = try #require(pod.containers.first)
        #expect(container.json["securityContext", "allowPrivilegeEscalation"] == false)
        #expect(container.json["securityContext", "capabilities", "drop"] == ["ALL"])
        #expect(container.json["securityContext", "privileged"].isNull && container.json["volumeMounts"].isNull)
        #expect(InjectionOrder(helper: pod) == Self.order())
    }
}
