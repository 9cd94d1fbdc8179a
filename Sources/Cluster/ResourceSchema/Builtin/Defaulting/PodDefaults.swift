import KubernetesAPI

/// Defaults of pod specs that depend on other fields.
enum PodDefaults {
    static func applySpec(_ spec: inout JSON) {
        guard spec.object != nil else { return }
        let usesHostNetwork = spec["hostNetwork"] == true
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            spec[list].editEach { applyContainer(&$0, usesHostNetwork: usesHostNetwork) }
        }
        copyServiceAccount(&spec)
        spec["volumes"].editEach(applyVolume)
    }

    /// `serviceAccount` is the older name of `serviceAccountName`: both are kept equal.
    private static func copyServiceAccount(_ spec: inout JSON) {
        if let name = spec["serviceAccountName"].string, !name.isEmpty {
            spec["serviceAccount"] = .string(name)
        } else if let name = spec["serviceAccount"].string, !name.isEmpty {
            spec["serviceAccountName"] = .string(name)
        }
    }

    private static func applyContainer(_ container: inout JSON, usesHostNetwork: Bool) {
        let policy = pullPolicy(of: container["image"].string ?? "")
        container.setDefault("imagePullPolicy", .string(policy))
        applyRequests(&container)
        if usesHostNetwork {
            container["ports"].editEach { port in
                let number = port["containerPort"]
                port.setDefault("hostPort", number)
            }
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] where !container[probe].isNull {
            if container[probe]["httpGet"].object != nil {
                if container[probe, "httpGet", "path"] == "" { container[probe, "httpGet", "path"] = "/" }
            }
            for (field, value) in probeDefaults where container[probe][field] == 0 { container[probe][field] = value }
        }
    }

    private static let probeDefaults: [(String, JSON)] = [
        ("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3),
    ]

    /// What is limited but not requested is requested as much as it is limited.
    private static func applyRequests(_ container: inout JSON) {
        for (resource, limit) in container["resources", "limits"].object ?? [:]
        where container["resources", "requests"][resource].isNull {
            container["resources", "requests", resource] = limit
        }
    }

    /// `Always` for the tag `latest` and for no tag, else `IfNotPresent`.
    static func pullPolicy(of image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let name = image.split(separator: "/").last ?? ""
        let tag = name.split(separator: ":", maxSplits: 1).dropFirst().first
        return tag == nil || tag == "latest" ? "Always" : "IfNotPresent"
    }

    private static let sources: Set = [
        "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "configMap", "csi", "downwardAPI",
        "emptyDir", "ephemeral", "fc", "flexVolume", "flocker", "gcePersistentDisk", "gitRepo", "glusterfs", "hostPath",
        "image", "iscsi", "nfs", "persistentVolumeClaim", "photonPersistentDisk", "portworxVolume", "projected",
        "quobyte", "rbd", "scaleIO", "secret", "storageos", "vsphereVolume",
    ]

    private static func applyVolume(_ volume: inout JSON) {
        if let members = volume.object, sources.isDisjoint(with: members.keys) { volume["emptyDir"] = [:] }
    }
}
