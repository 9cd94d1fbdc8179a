import ChaosAPI
import KubernetesAPI
import Testing

@Suite struct PlatformSettingsTests {
    private static var settings: PlatformSettings {
        var settings = PlatformSettings()
        settings.image = "registry.example/litmus:1"
        settings.imagePullSecrets = ["pull"]
        settings.nodeSelector = ["disk": "ssd"]
        settings.tolerations = [["key": "chaos", "operator": "Exists"]]
        settings.labels = ["team": "sre", "app": "never"]
        settings.podSecurityContext = ["fsGroup": 1]
        settings.containerSecurityContext = ["runAsNonRoot": true]
        settings.injection = .nodeAgent
        return settings
    }

    private static var pod: Pod {
        var pod = Pod(name: "p", namespace: "shop")
        pod.metadata.labels = ["app": "own"]
        pod.spec = [
            "containers": [
                ["name": "a", "image": "registry.example/litmus:1"],
                ["name": "b", "image": "registry.example/litmus:1", "securityContext": ["privileged": true]],
            ],
            "tolerations": [["key": "own"]], "imagePullSecrets": [["name": "pull"]],
        ]
        return pod
    }

    @Test("the variable gives back what went in, and default settings need none")
    func roundTrip() throws {
        let value = try #require(Self.settings.variableValue)
        #expect(try PlatformSettings(environment: [PlatformSettings.variable: value]) == Self.settings)
        #expect(PlatformSettings().variableValue == nil)
        #expect(try PlatformSettings(environment: [:]) == PlatformSettings())
    }

    @Test("keys that another version does not know or set are no error")
    func versions() throws {
        let read = try PlatformSettings(environment: [PlatformSettings.variable: #"{"image": "x", "later": [1]}"#])
        #expect(read.image == "x" && read.injection == .watchedHelper)
    }

    @Test("a value that is no JSON is refused")
    func malformed() {
        #expect(throws: DecodingError.self) { try PlatformSettings(environment: [PlatformSettings.variable: "{"]) }
    }

    @Test("pods get what they do not say themselves")
    func complete() {
        var pod = Self.pod
        Self.settings.complete(&pod, injects: false)
        #expect(pod.metadata.labels == ["app": "own", "team": "sre"])
        #expect(pod.spec["tolerations"] == [["key": "own"], ["key": "chaos", "operator": "Exists"]])
        #expect(pod.spec["imagePullSecrets"] == [["name": "pull"]])
        #expect(pod.spec["nodeSelector"] == ["disk": "ssd"])
        let contexts = (pod.spec["containers"].array ?? []).map { $0["securityContext"] }
        #expect(contexts == [["runAsNonRoot": true], ["privileged": true]])
        #expect(pod.spec["securityContext"] == ["fsGroup": 1])
    }

    @Test("images of others are not restricted, nor a pod with one of them")
    func foreignImage() {
        var pod = Self.pod
        pod.spec["containers"] = [
            ["name": "a", "image": "registry.example/litmus:1"], ["name": "b", "image": "mine"],
        ]
        Self.settings.complete(&pod, injects: false)
        let contexts = (pod.spec["containers"].array ?? []).map { $0["securityContext"] }
        #expect(contexts == [["runAsNonRoot": true], .null])
        #expect(pod.spec["securityContext"].isNull)
    }

    @Test("a read-only file system has a /tmp to write to, unless something is there")
    func scratch() {
        var settings = Self.settings
        settings.containerSecurityContext = ["readOnlyRootFilesystem": true]
        var pod = Self.pod
        let mine: JSON = [["name": "mine", "mountPath": "/tmp"]]
        pod.spec["volumes"] = [["name": "mine", "emptyDir": [:]]]
        pod.spec["containers"] = [
            ["name": "a", "image": "registry.example/litmus:1"],
            ["name": "b", "image": "registry.example/litmus:1", "volumeMounts": mine],
            ["name": "c", "image": "mine"],
        ]
        settings.complete(&pod, injects: false)
        let mounts = (pod.spec["containers"].array ?? []).map { $0["volumeMounts"] }
        #expect(mounts == [[["name": "litmus-tmp", "mountPath": "/tmp"]], mine, .null])
        #expect(
            pod.spec["volumes"] == [["name": "mine", "emptyDir": [:]], ["name": "litmus-tmp", "emptyDir": [:]]])
    }

    @Test("a pod that injects keeps its node and its privileges")
    func injecting() {
        var pod = Self.pod
        Self.settings.complete(&pod, injects: true)
        #expect(pod.spec["nodeSelector"].isNull && pod.spec["containers"] == Self.pod.spec["containers"])
        #expect(pod.metadata.labels["team"] == "sre")
    }

    @Test(
        "images of Litmus are known under any registry",
        arguments: [
            ("litmuschaos/go-runner:latest", true, false),
            ("litmuschaos.docker.scarf.sh/litmuschaos/go-runner:3.1", true, false),
            ("registry:5000/litmuschaos/chaos-runner@sha256:1", false, true), ("example/litmus:2", true, true),
            ("go-runner", false, false), ("nginx", false, false),
        ])
    func images(name: String, experiments: Bool, engines: Bool) {
        #expect(LitmusImage.runsExperiments(name) == experiments)
        #expect(LitmusImage.runsEngines(name) == engines)
    }
}
