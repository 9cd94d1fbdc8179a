import KubernetesAPI

/// Kubeconfig files merged as kubectl does: of two entries with one name, and of two values of `current-context`, the
/// first file's counts.
struct Kubeconfig: Sendable {
    /// A named entry and the file it stands in, which relative paths start from.
    struct Entry: Sendable {
        var file: String
        /// The path in the file, such as `users[name=admin].user`.
        var field: String
        var json: JSON

        func error(_ key: String, _ message: String) -> KubeconfigError {
            KubeconfigError(file: file, field: key.isEmpty ? field : "\(field).\(key)", message: message)
        }
    }

    private(set) var currentContext = ""
    private(set) var clusters: [String: Entry] = [:]
    private(set) var users: [String: Entry] = [:]
    private(set) var contexts: [String: Entry] = [:]
    /// In the order of precedence.
    private(set) var files: [String] = []

    /// Adds a file below those already added.
    /// - Throws: `KubeconfigError`.
    mutating func add(_ text: String, file: String) throws(KubeconfigError) {
        files.append(file)
        let documents: [JSON]
        do throws(YAMLError) {
            documents = try JSON.documents(yaml: text, source: file)
        } catch {
            throw KubeconfigError(message: "\(error)")
        }
        guard let config = documents.first else { return }
        guard case .object = config else {
            throw KubeconfigError(file: file, message: "a kubeconfig must be a mapping, not \(config.typeName)")
        }
        if let kind = config["kind"].string, kind != "Config" {
            throw KubeconfigError(file: file, field: "kind", message: "must be Config, not \(kind)")
        }
        if currentContext.isEmpty { currentContext = config["current-context"].string ?? "" }
        try merge(config["clusters"], "clusters", "cluster", file, into: &clusters)
        try merge(config["users"], "users", "user", file, into: &users)
        try merge(config["contexts"], "contexts", "context", file, into: &contexts)
    }

    private func merge(
        _ list: JSON, _ listName: String, _ key: String, _ file: String, into entries: inout [String: Entry]
    ) throws(KubeconfigError) {
        if list.isNull { return }
        guard let elements = list.array else {
            throw KubeconfigError(file: file, field: listName, message: "must be a list, not \(list.typeName)")
        }
        for (index, element) in elements.enumerated() {
            guard let name = element["name"].string else {
                throw KubeconfigError(
                    file: file, field: "\(listName)[\(index)].name", message: "is missing or is no string")
            }
            let entry = Entry(file: file, field: "\(listName)[name=\(name)].\(key)", json: element[key])
            if entries[name] == nil { entries[name] = entry }
        }
    }
}
