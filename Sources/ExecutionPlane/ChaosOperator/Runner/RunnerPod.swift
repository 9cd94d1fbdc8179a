import ChaosAPI
import KubernetesAPI

/// The pod that runs an engine's experiments. Pure.
enum RunnerPod {
    static let containerName = "chaos-runner"

    /// - Parameters:
    ///   - image: used when the engine names none, and the installation neither.
    ///   - platform: the installation's image takes the place of Litmus' own runner, never of another one.
    ///   - firstExperiment: lends the pod its security context; nil where it does not exist.
    /// - Throws: `EngineFault` for an engine that cannot be run as it is written.
    static func make(
        for engine: ChaosEngine, image: String, platform: PlatformSettings = PlatformSettings(),
        firstExperiment: ChaosExperiment?
    ) throws(EngineFault) -> Pod {
        let settings = engine.runner
        let targets = AppTarget.text(try engine.appTargets())
        var pod = Pod(name: engine.runnerName, namespace: engine.namespace)
        pod.metadata.labels = labels(engine)
        pod.metadata.annotations = settings.annotations
        pod.metadata.ownerReferences = [OwnerReference(to: engine)]
        pod.spec = [
            "restartPolicy": "OnFailure", "serviceAccountName": .string(engine.serviceAccount),
            "containers": [
                container(
                    engine, image: image, platform: platform, targets: targets, firstExperiment: firstExperiment)
            ],
        ]
        let volumes = volumes(settings)
        if !volumes.isEmpty { pod.spec["volumes"] = .array(volumes) }
        if !settings.nodeSelector.isEmpty { pod.spec["nodeSelector"] = JSON(settings.nodeSelector) }
        if !settings.tolerations.isEmpty { pod.spec["tolerations"] = .array(settings.tolerations) }
        if !settings.imagePullSecrets.isEmpty { pod.spec["imagePullSecrets"] = .array(settings.imagePullSecrets) }
        if let context = firstExperiment?.definition.podSecurityContext, context.object?.isEmpty == false {
            pod.spec["securityContext"] = context
        }
        platform.complete(&pod, injects: false)
        return pod
    }

    private static func labels(_ engine: ChaosEngine) -> [String: String] {
        let own = [
            "app": engine.name, ChaosLabel.engineUID: engine.uid, "app.kubernetes.io/component": "chaos-runner",
            "app.kubernetes.io/part-of": "litmus",
        ]
        // Without the UID the pod would be lost to an abort, so that label alone cannot be changed.
        return own.merging(engine.runner.labels) { $1 }.merging([ChaosLabel.engineUID: engine.uid]) { $1 }
    }

    private static func container(
        _ engine: ChaosEngine, image: String, platform: PlatformSettings, targets: String,
        firstExperiment: ChaosExperiment?
    ) -> JSON {
        let settings = engine.runner
        let isOwn = settings.image.isEmpty || LitmusImage.runsEngines(settings.image)
        let installed = isOwn ? platform.image : nil
        let env = [
            ("CHAOSENGINE", engine.name), ("TARGETS", targets),
            ("EXPERIMENT_LIST", engine.experiments.map(\.name).joined(separator: ",")),
            ("CHAOS_SVC_ACC", engine.serviceAccount), ("AUXILIARY_APPINFO", engine.auxiliaryAppInfo),
            ("CHAOS_NAMESPACE", engine.namespace), (PlatformSettings.variable, platform.variableValue ?? ""),
        ]
        var container: JSON = [
            "name": .string(containerName),
            "image": .string(installed ?? (settings.image.isEmpty ? image : settings.image)),
            "imagePullPolicy": .string(
                settings.imagePullPolicy.isEmpty ? platform.imagePullPolicy ?? "IfNotPresent" : settings.imagePullPolicy
            ),
            "env": .array(
                env.filter { !$0.1.isEmpty }.map { ["name": .string($0.0), "value": .string($0.1)] }),
            // What the runner last said is the reason when it fails.
            "terminationMessagePolicy": "FallbackToLogsOnError",
        ]
        if installed != nil {
            // Upstream's command lines mean nothing to this image.
            container["command"] = ["litmus", "runner"]
        } else {
            if !settings.command.isEmpty { container["command"] = JSON(settings.command) }
            if !settings.args.isEmpty { container["args"] = JSON(settings.args) }
        }
        let resources = settings.resources.object?.isEmpty == false ? settings.resources : platform.runnerResources
        if !resources.isNull { container["resources"] = resources }
        if let context = firstExperiment?.definition.containerSecurityContext, context.object?.isEmpty == false {
            container["securityContext"] = context
        }
        let mounts = (settings.configMaps + settings.secrets).map { object -> JSON in
            ["name": .string(volumeName(object.name)), "mountPath": .string(object.mountPath)]
        }
        if !mounts.isEmpty { container["volumeMounts"] = .array(mounts) }
        return container
    }

    private static func volumes(_ settings: PodSettings) -> [JSON] {
        let configMaps: [JSON] = settings.configMaps.map { object in
            [
                "name": .string(volumeName(object.name)),
                "configMap": ["name": .string(object.name), "defaultMode": 420],
            ]
        }
        let secrets: [JSON] = settings.secrets.map { object in
            [
                "name": .string(volumeName(object.name)),
                "secret": ["secretName": .string(object.name), "defaultMode": 420],
            ]
        }
        return configMaps + secrets
    }

    /// Names of objects may have dots, those of volumes not.
    private static func volumeName(_ name: String) -> String { name.replacing(".", with: "-") }
}
