import ChaosAPI
import KubernetesAPI
import Testing

@testable import ChaosOperator

@Suite struct RunnerPodTests {
    @Test("the runner pod is the one that Litmus makes")
    func pod() throws {
        let engine = Fixture.engine(
            spec: [
                "auxiliaryAppInfo": "a:b=c",
                "components": ["runner": ["runnerAnnotations": ["x": "y"], "nodeSelector": ["disk": "ssd"]]],
            ])
        let pod = try RunnerPod.make(for: engine, image: "img", firstExperiment: nil)
        #expect(pod.name == "e-runner" && pod.namespace == "shop" && pod.restartPolicy == "OnFailure")
        #expect(
            pod.metadata.labels == [
                "app": "e", "chaosUID": "engine-uid", "app.kubernetes.io/component": "chaos-runner",
                "app.kubernetes.io/part-of": "litmus",
            ])
        #expect(pod.metadata.annotations == ["x": "y"])
        #expect(pod.metadata.controller?.uid == "engine-uid" && pod.metadata.controller?.blocksOwnerDeletion == true)
        #expect(pod.spec["serviceAccountName"] == "sa" && pod.spec["nodeSelector"] == ["disk": "ssd"])
        let container = try #require(pod.containers.first)
        #expect(container.name == "chaos-runner" && container.image == "img")
        #expect(container.json["imagePullPolicy"] == "IfNotPresent")
        let env = (container.json["env"].array ?? []).map { "\($0["name"].string ?? "")=\($0["value"].string ?? "")" }
        #expect(
            env == [
                "CHAOSENGINE=e", "TARGETS=deployment:shop:[app=web]", "EXPERIMENT_LIST=pod-delete,pod-delete-2",
                "CHAOS_SVC_ACC=sa", "AUXILIARY_APPINFO=a:b=c", "CHAOS_NAMESPACE=shop",
            ])
    }

    @Test("labels of the engine's runner win, but never the engine's UID")
    func labels() throws {
        let engine = Fixture.engine(
            spec: ["components": ["runner": ["runnerLabels": ["app": "mine", "chaosUID": "other"]]]])
        let labels = try RunnerPod.make(for: engine, image: "img", firstExperiment: nil).metadata.labels
        #expect(labels["app"] == "mine" && labels["chaosUID"] == "engine-uid")
    }

    @Test(
        "the installation's image takes the place of Litmus' own runner, with its command line",
        arguments: [
            ("", "reg/litmus:1"), ("litmuschaos/chaos-runner:3.1", "reg/litmus:1"), ("mine:1", "mine:1"),
        ])
    func installed(image: String, expected: String) throws {
        let engine = Fixture.engine(
            spec: ["components": ["runner": ["image": .string(image), "command": ["/bin/sh"]]]])
        var platform = PlatformSettings()
        platform.image = "reg/litmus:1"
        platform.imagePullPolicy = "Never"
        platform.labels = ["team": "sre"]
        platform.runnerResources = ["requests": ["cpu": "5m"]]
        let pod = try RunnerPod.make(for: engine, image: "img", platform: platform, firstExperiment: nil)
        let container = try #require(pod.containers.first)
        #expect(container.image == expected)
        #expect(container.json["command"] == (expected == "mine:1" ? ["/bin/sh"] : ["litmus", "runner"]))
        #expect(container.json["imagePullPolicy"] == "Never" && pod.metadata.labels["team"] == "sre")
        #expect(container.json["resources"] == ["requests": ["cpu": "5m"]])
        let handed = container.json["env"].array?.first { $0["name"] == "LITMUS_PLATFORM" }?["value"].string
        #expect(try PlatformSettings(environment: ["LITMUS_PLATFORM": handed ?? ""]) == platform)
    }

    @Test("the first experiment's security context is the runner's")
    func security() throws {
        var experiment = ChaosExperiment(name: "x", namespace: "shop")
        experiment.definition.json = [
            "securityContext": [
                "podSecurityContext": ["runAsUser": 5], "containerSecurityContext": ["privileged": true],
            ]
        ]
        let pod = try RunnerPod.make(for: Fixture.engine(), image: "img", firstExperiment: experiment)
        #expect(pod.spec["securityContext"] == ["runAsUser": 5])
        #expect(pod.containers.first?.json["securityContext"] == ["privileged": true])
    }
}
