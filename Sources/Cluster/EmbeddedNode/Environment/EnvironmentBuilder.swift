import Foundation
import KubernetesAPI

/// Makes a container's environment. Pure: what it refers to is given.
///
/// Priority, lowest first: service variables, `envFrom` in order, `env` in order.
struct EnvironmentBuilder: Sendable {
    let pod: Pod
    let container: Container
    var podAddress = ""
    var hostAddress = ""
    var nodeCapacity = NodeConfiguration.Capacity(cores: 1, memoryBytes: 1 << 30)
    var serviceVariables: [(name: String, value: String)] = []
    var configMaps: [String: ConfigMap] = [:]
    var secrets: [String: Secret] = [:]

    init(pod: Pod, container: Container) {
        self.pod = pod
        self.container = container
    }

    /// The objects that are needed.
    var references: Set<PodDependency> {
        var single = Pod(json: .object([:]))
        single.metadata.namespace = pod.namespace
        single.json["spec"] = ["containers": .array([container.json])]
        return PodDependency.all(of: single)
    }

    /// - Throws: `StartFailure` with reason `CreateContainerConfigError`.
    func build() throws(StartFailure) -> ContainerEnvironment {
        var environment = ContainerEnvironment()
        for variable in serviceVariables { environment[variable.name] = variable.value }
        for source in container.json["envFrom"].array ?? [] { try add(from: source, to: &environment) }
        for variable in container.json["env"].array ?? [] {
            guard let name = variable["name"].string, !name.isEmpty else { continue }
            if variable["valueFrom"].isNull {
                environment[name] = environment.expand(variable["value"].string ?? "")
            } else if let value = try value(from: variable["valueFrom"], for: name) {
                environment[name] = value
            }
        }
        environment.setDefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        environment.setDefault("HOSTNAME", pod.hostname)
        return environment
    }

    private func add(from source: JSON, to environment: inout ContainerEnvironment) throws(StartFailure) {
        let prefix = source["prefix"].string ?? ""
        var pairs: [String: String] = [:]
        if let name = source["configMapRef", "name"].string {
            guard let map = configMaps[name] else {
                if source["configMapRef", "optional"].bool == true { return }
                throw .configuration("configmap \"\(name)\" not found")
            }
            pairs = map.data
        } else if let name = source["secretRef", "name"].string {
            guard let secret = secrets[name] else {
                if source["secretRef", "optional"].bool == true { return }
                throw .configuration("secret \"\(name)\" not found")
            }
            for key in secret.data.keys { pairs[key] = secret.text(key) }
        }
        for (key, value) in pairs.sorted(by: { $0.key < $1.key }) { environment[prefix + key] = value }
    }

    /// - Returns: nil for an optional reference to nothing.
    private func value(from source: JSON, for variable: String) throws(StartFailure) -> String? {
        if let path = source["fieldRef", "fieldPath"].string {
            guard let value = DownwardField(pod: pod, podAddress: podAddress, hostAddress: hostAddress).value(path)
            else { throw .configuration("env \(variable): unsupported fieldPath: \(path)") }
            return value
        }
        if !source["resourceFieldRef"].isNull {
            let field = DownwardResource(pod: pod, container: container, capacity: nodeCapacity)
            guard let value = field.value(source["resourceFieldRef"]) else {
                let name = source["resourceFieldRef", "resource"].string ?? ""
                throw .configuration("env \(variable): unsupported resourceFieldRef '\(name)'")
            }
            return value
        }
        if !source["configMapKeyRef"].isNull {
            let name = source["configMapKeyRef", "name"].string ?? ""
            return try pick(source["configMapKeyRef"], "configmap", found: configMaps[name] != nil) {
                configMaps[name]?.data[$0]
            }
        }
        let name = source["secretKeyRef", "name"].string ?? ""
        return try pick(source["secretKeyRef"], "secret", found: secrets[name] != nil) { secrets[name]?.text($0) }
    }

    private func pick(
        _ reference: JSON, _ what: String, found: Bool, _ value: (String) -> String?
    ) throws(StartFailure) -> String? {
        let name = reference["name"].string ?? ""
        let key = reference["key"].string ?? ""
        if let value = value(key) { return value }
        if reference["optional"].bool == true { return nil }
        guard found else { throw .configuration("\(what) \"\(name)\" not found") }
        throw .configuration("couldn't find key \(key) in \(what) \(pod.namespace)/\(name)")
    }
}

extension Secret {
    /// The decoded bytes of a key; nil when there is none or it is no Base64.
    func bytes(_ key: String) -> [UInt8]? {
        data[key].flatMap { Data(base64Encoded: $0) }.map(Array.init)
    }

    func text(_ key: String) -> String? { bytes(key).map { String(decoding: $0, as: UTF8.self) } }
}
