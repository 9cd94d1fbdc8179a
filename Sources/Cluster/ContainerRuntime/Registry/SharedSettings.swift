import Host

/// Kernel settings of the host that clusters need and that none may put back while another is running. The former
/// values lie beside the registry. Call only inside `ClusterRegistry.exclusively`.
struct SharedSettings: Sendable {
    var directory: String

    init(_ registry: ClusterRegistry) {
        directory = registry.root + "/settings"
    }

    /// Sets `/proc/sys/<path>`, remembering what it was.
    func set(_ path: String, to value: String) throws {
        let file = "/proc/sys/" + path
        let current = String(try FileTree.readText(file).prefix { !$0.isNewline })
        guard current != value else { return }
        let saved = directory + "/" + path.split(separator: "/").joined(separator: "%")
        try FileTree.makeDirectories(directory)
        if !FileTree.exists(saved) { try FileTree.write(current, to: saved) }
        try FileTree.set(file, value)
    }

    /// Puts back what `set` changed; settings of devices that are gone are skipped.
    func restore() {
        for name in FileTree.names(in: directory) {
            let path = "/proc/sys/" + name.split(separator: "%").joined(separator: "/")
            if let value = try? FileTree.readText(directory + "/" + name) { try? FileTree.set(path, value) }
        }
        try? FileTree.remove(directory)
    }
}
