import KubernetesAPI
import NIOCore

/// Makes a connection of kubeconfig files, as kubectl finds and reads them.
public struct KubeconfigLoader: Sendable {
    /// Files in the order of precedence.
    public var paths: [String]
    /// Whether a file that is not there is an error; the files of `KUBECONFIG` need not exist.
    public var requiresFiles: Bool

    /// The one file that the user named.
    public init(path: String) {
        paths = [path]
        requiresFiles = true
    }

    /// The files of `KUBECONFIG`, else `$HOME/.kube/config`.
    public init(environment: [String: String]) {
        let list = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        if list.isEmpty, let home = environment["HOME"] {
            paths = ["\(home)/.kube/config"]
        } else {
            paths = list
        }
        requiresFiles = false
    }

    /// Whether there is any file to read.
    public var hasFile: Bool { paths.contains { LocalFile.version(of: $0) != nil } }

    /// Reads and merges the files and makes the connection of a context.
    /// - Parameter context: nil uses `current-context`.
    /// - Throws: `KubeconfigError` that names the file and the field.
    public func load(context: String? = nil) throws(KubeconfigError) -> ClusterConnection {
        var config = Kubeconfig()
        for path in paths {
            let bytes: [UInt8]
            do throws(LocalFile.ReadError) {
                bytes = try LocalFile.read(path)
            } catch {
                if error.isMissing && !requiresFiles { continue }
                throw KubeconfigError(message: "\(error)")
            }
            try config.add(String(decoding: bytes, as: UTF8.self), file: path)
        }
        return try Self.connection(in: config, context: context, searched: paths)
    }

    static func connection(
        in config: Kubeconfig, context: String?, searched: [String]
    ) throws(KubeconfigError) -> ClusterConnection {
        let name = context ?? config.currentContext
        guard !config.files.isEmpty else {
            throw KubeconfigError(
                message: "no kubeconfig found (looked for \(searched.joined(separator: ", "))); "
                    + "name one with --kubeconfig or KUBECONFIG")
        }
        guard !name.isEmpty else {
            throw KubeconfigError(
                file: config.files[0], field: "current-context", message: "is not set and no context was asked for")
        }
        guard let entry = config.contexts[name] else {
            let known = config.contexts.keys.sorted().joined(separator: ", ")
            throw KubeconfigError(
                file: config.files[0], field: "contexts",
                message: "there is no context \"\(name)\"; there are: \(known.isEmpty ? "none" : known)")
        }
        guard let cluster = config.clusters[entry.json["cluster"].string ?? ""] else {
            throw entry.error("cluster", "there is no cluster \"\(entry.json["cluster"].string ?? "")\"")
        }
        var connection = try KubeconfigCluster.connection(cluster)
        if let namespace = entry.json["namespace"].string, !namespace.isEmpty { connection.namespace = namespace }
        if let userName = entry.json["user"].string, !userName.isEmpty {
            guard let user = config.users[userName] else {
                throw entry.error("user", "there is no user \"\(userName)\"")
            }
            try KubeconfigUser.apply(user, to: &connection)
        }
        return connection
    }
}

extension Kubeconfig.Entry {
    /// A string; nil when absent or empty.
    func text(_ key: String) throws(KubeconfigError) -> String? {
        switch json[key] {
        case .null: return nil
        case .string(let text): return text.isEmpty ? nil : text
        case let other: throw error(key, "must be a string, not \(other.typeName)")
        }
    }

    func flag(_ key: String) throws(KubeconfigError) -> Bool {
        switch json[key] {
        case .null: return false
        case .bool(let value): return value
        case let other: throw error(key, "must be true or false, not \(other.typeName)")
        }
    }

    /// A path, seen from the kubeconfig's directory.
    func path(_ key: String) throws(KubeconfigError) -> String? {
        try text(key).map { LocalFile.resolve($0, in: LocalFile.directory(of: file)) }
    }

    /// The bytes of `KEY-data` (base64), else of the file that `KEY` names.
    func bytes(_ key: String) throws(KubeconfigError) -> [UInt8]? {
        if let data = try text("\(key)-data") {
            guard let bytes = Base64.decode(data) else { throw error("\(key)-data", "is not valid base64") }
            return bytes
        }
        guard let path = try path(key) else { return nil }
        do throws(LocalFile.ReadError) {
            return try LocalFile.read(path)
        } catch {
            throw self.error(key, "\(error)")
        }
    }
}
