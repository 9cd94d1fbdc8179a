import Foundation
import KubernetesAPI

/// A hostPath volume and the check that its `type` asks for.
struct HostPath: Sendable {
    var path: String
    var type: String
    var volume: String

    init(_ source: JSON, volume: String) {
        path = source["path"].string ?? ""
        type = source["type"].string ?? ""
        self.volume = volume
    }

    /// - Throws: `VolumeFailure` when the path is not of its type.
    func prepare() throws {
        guard path.hasPrefix("/") else { throw VolumeFailure(volume: volume, "hostPath '\(path)' is not absolute") }
        switch type {
        case "DirectoryOrCreate":
            if kind == nil { try PodDirectory.create(path) }
            try require(.typeDirectory, "a directory")
        case "FileOrCreate":
            if kind == nil {
                _ = FileManager.default.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: 0o644])
            }
            try require(.typeRegular, "a file")
        case "Directory": try require(.typeDirectory, "a directory")
        case "File": try require(.typeRegular, "a file")
        case "Socket": try require(.typeSocket, "a socket")
        case "CharDevice": try require(.typeCharacterSpecial, "a character device")
        case "BlockDevice": try require(.typeBlockSpecial, "a block device")
        default:
            // Without a type a path that does not exist becomes a directory, as the container runtimes do.
            if kind == nil { try PodDirectory.create(path) }
        }
    }

    private var kind: FileAttributeType? {
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return (try? FileManager.default.attributesOfItem(atPath: real))?[.type] as? FileAttributeType
    }

    private func require(_ wanted: FileAttributeType, _ name: String) throws(VolumeFailure) {
        guard kind == wanted else {
            throw VolumeFailure(volume: volume, "hostPath type check failed: \(path) is not \(name)")
        }
    }
}

/// A path below a volume's root that must not lead out of it.
struct SubPath: Sendable {
    var root: String
    var path: String

    /// The real path to mount; a directory that does not exist is made.
    /// - Throws: `StartFailure`.
    func resolve() throws -> String {
        guard !path.isEmpty else { return root }
        let parts = path.split(separator: "/")
        guard !path.hasPrefix("/"), !parts.contains("..") else {
            throw StartFailure.configuration("subPath '\(path)' must be relative and without '..'")
        }
        guard let base = Self.real(root) else { throw StartFailure.configuration("volume \(root) does not exist") }
        var real = base
        // Step by step: a link that a container made must not make us create or show anything outside.
        for part in parts {
            let next = "\(real)/\(part)"
            if !FileManager.default.fileExists(atPath: next) { try PodDirectory.create(next, mode: 0o777) }
            guard let resolved = Self.real(next), resolved == base || resolved.hasPrefix(base + "/") else {
                throw StartFailure.configuration("subPath '\(path)' leads out of its volume")
            }
            real = resolved
        }
        return real
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
