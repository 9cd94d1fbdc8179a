import ChaosAPI
import Faults
import KubernetesAPI

/// The Job of an experiment that cannot run inside the runner. Pure.
struct ExperimentJob: Sendable {
    let name: String
    let settings: ExperimentSettings
    let engine: ChaosEngine
    let serviceAccount: String
    var platform = PlatformSettings()

    /// - Throws: `ExperimentError` that names the incomplete field.
    func build() throws(ExperimentError) -> Job {
        try validate()
        var job = Job(name: name, namespace: engine.namespace)
        let labels = settings.labels(engine: engine)
        job.metadata.labels = labels
        job.metadata.annotations = settings.components.annotations
        // The engine's deletion takes the job along; a controller reference would need a permission more.
        job.metadata.ownerReferences = [OwnerReference(to: engine, controller: false)]
        job.json["spec", "backoffLimit"] = 0
        var pod = Pod(json: ["metadata": ["labels": JSON(labels)], "spec": podSpec])
        if !settings.components.annotations.isEmpty { pod.metadata.annotations = settings.components.annotations }
        platform.complete(&pod, injects: false)
        job.json["spec", "template"] = pod.json
        return job
    }

    private func validate() throws(ExperimentError) {
        guard !settings.image.isEmpty else {
            throw ExperimentError(
                .generic, "the ChaosExperiment \(settings.name) names no image (spec.definition.image)")
        }
        if installedImage != nil, Faults.fault(named: settings.faultName) == nil {
            throw ExperimentError(
                .generic,
                "the fault \(settings.faultName) is not built into this version (litmus faults lists those that are), and "
                    + "nothing is pulled from \(settings.image): name an image of yours in "
                    + "spec.experiments[].spec.components.experimentImage")
        }
        guard name.utf8.count <= 63 else {
            throw ExperimentError(
                .generic,
                "the ChaosExperiment's name \(settings.name) is too long: the job \(name) has more than 63 characters")
        }
        for (what, objects) in [("ConfigMap", settings.configMaps), ("Secret", settings.secrets)] {
            for object in objects where object.name.isEmpty || object.mountPath.isEmpty {
                throw ExperimentError(
                    .generic, "Incomplete Information in \(what), will skip execution: name and mountPath are needed")
            }
        }
        for volume in settings.definition.hostFileVolumes
        where volume.name.isEmpty || volume.mountPath.isEmpty || volume.nodePath.isEmpty {
            throw ExperimentError(
                .generic, "Incomplete Information in hostFileVolumes: name, mountPath and nodePath are needed")
        }
    }

    /// The installation's image, in the place of one of Litmus.
    private var installedImage: String? {
        LitmusImage.runsExperiments(settings.image) ? platform.image : nil
    }

    private var podSpec: JSON {
        let components = settings.components
        let definition = settings.definition
        var spec: JSON = [
            "restartPolicy": "Never", "serviceAccountName": .string(serviceAccount),
            "containers": .array([container] + settings.sidecars.enumerated().map(sidecar)),
        ]
        spec["volumes"] = volumes.isEmpty ? .null : .array(volumes)
        if let grace = engine.terminationGracePeriodSeconds {
            spec["terminationGracePeriodSeconds"] = .int(Int64(grace))
        }
        if definition.hostPID { spec["hostPID"] = true }
        if definition.podSecurityContext.object?.isEmpty == false {
            spec["securityContext"] = definition.podSecurityContext
        }
        if !components.nodeSelector.isEmpty { spec["nodeSelector"] = JSON(components.nodeSelector) }
        if !components.tolerations.isEmpty { spec["tolerations"] = .array(components.tolerations) }
        if !components.imagePullSecrets.isEmpty { spec["imagePullSecrets"] = .array(components.imagePullSecrets) }
        return spec
    }

    private var container: JSON {
        let definition = settings.definition
        var env = settings.env.filter { !$0["value"].isNull && $0["value"] != "" || !$0["valueFrom"].isNull }
        if let value = platform.variableValue {
            env.append(["name": .string(PlatformSettings.variable), "value": .string(value)])
        }
        var container: JSON = [
            "name": .string(name), "image": .string(installedImage ?? settings.image),
            "imagePullPolicy": .string(
                installedImage == nil ? settings.imagePullPolicy : platform.imagePullPolicy ?? "IfNotPresent"),
            "env": .array(env),
        ]
        if installedImage != nil {
            container["command"] = ["litmus", "experiment", "--name", .string(settings.faultName)]
        } else {
            if !definition.command.isEmpty { container["command"] = JSON(definition.command) }
            if !definition.args.isEmpty { container["args"] = JSON(definition.args) }
        }
        if settings.components.resources.object?.isEmpty == false {
            container["resources"] = settings.components.resources
        }
        if definition.containerSecurityContext.object?.isEmpty == false {
            container["securityContext"] = definition.containerSecurityContext
        }
        let mounts =
            (settings.configMaps + settings.secrets).map { Self.mount($0.name, $0.mountPath) }
            + definition.hostFileVolumes.map { Self.mount($0.name, $0.mountPath) }
        if !mounts.isEmpty { container["volumeMounts"] = .array(mounts) }
        return container
    }

    private func sidecar(_ index: Int, _ sidecar: JSON) -> JSON {
        let secrets = (sidecar["secrets"].array ?? []).map(MountedObject.init)
        let own: [JSON] = [
            ["name": "POD_NAME", "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.name"]]],
            [
                "name": "POD_NAMESPACE",
                "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"]],
            ],
            ["name": "MAIN_CONTAINER", "value": .string(name)],
        ]
        var container: JSON = [
            "name": .string("\(name.prefix(50))-sidecar-\(index)"), "image": sidecar["image"],
            "imagePullPolicy": .string(sidecar["imagePullPolicy"].string ?? "IfNotPresent"),
            "env": .array((sidecar["env"].array ?? []) + own),
        ]
        if let sources = sidecar["envFrom"].array, !sources.isEmpty { container["envFrom"] = .array(sources) }
        if settings.components.resources.object?.isEmpty == false {
            container["resources"] = settings.components.resources
        }
        if !secrets.isEmpty {
            container["volumeMounts"] = .array(secrets.map { Self.mount($0.name, $0.mountPath) })
        }
        return container
    }

    private var volumes: [JSON] {
        let sidecarSecrets = settings.sidecars.flatMap { ($0["secrets"].array ?? []).map(MountedObject.init) }
        var volumes: [JSON] = settings.configMaps.map { object in
            [
                "name": .string(Self.volumeName(object.name)),
                "configMap": ["name": .string(object.name), "defaultMode": 420],
            ]
        }
        volumes += (settings.secrets + sidecarSecrets).map { object in
            [
                "name": .string(Self.volumeName(object.name)),
                "secret": ["secretName": .string(object.name), "defaultMode": 420],
            ]
        }
        volumes += settings.definition.hostFileVolumes.map { volume in
            [
                "name": .string(Self.volumeName(volume.name)),
                "hostPath": ["path": .string(volume.nodePath), "type": .string(volume.type)],
            ]
        }
        var seen: Set<String> = []
        return volumes.filter { seen.insert($0["name"].string ?? "").inserted }
    }

    private static func mount(_ name: String, _ path: String) -> JSON {
        ["name": .string(volumeName(name)), "mountPath": .string(path)]
    }

    /// Names of objects may have dots, those of volumes not.
    private static func volumeName(_ name: String) -> String { name.replacing(".", with: "-") }
}
