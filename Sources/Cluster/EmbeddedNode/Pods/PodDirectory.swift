import Foundation

/// The directory of a pod's logs and volumes.
struct PodDirectory: Sendable {
    var path: String

    func remove() {
        // Read-only directories of a volume cannot be emptied by others than root; what stays is cleared at the start.
        try? FileManager.default.removeItem(atPath: path)
    }

    static func create(_ path: String, mode: Int = 0o755) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
    }
}
