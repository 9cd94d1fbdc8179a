import Host

/// The files of a hub, in folders named by their path's components.
protocol HubFiles: Sendable {
    /// Names in a folder that can be a hub's; sorted. Empty where there is no such folder.
    func folders(in path: [String]) -> [String]
    /// Nil where there is no such file.
    /// - Throws: `CenterError.invalid` for one that is too large or no file.
    func bytes(at path: [String]) throws -> [UInt8]?
}

extension HubFiles {
    /// Nil where there is no such file.
    func text(at path: [String]) throws -> String? { try bytes(at: path).map { String(decoding: $0, as: UTF8.self) } }
}

/// Names of charts, faults, experiments and icons, and of this server's own folders: one component of a path, and
/// nothing but that.
enum HubName {
    static let limit = 128

    static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.utf8.count <= limit && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// - Throws: `CenterError.invalid` that says which one.
    static func check(_ name: String, as what: String) throws(CenterError) {
        guard isValid(name) else {
            throw .invalid(
                "\(what): '\(name.prefix(100))' cannot be a name in a hub: letters, digits, '-', '_' and '.' can")
        }
    }
}

/// A hub in a directory.
struct HubDirectory: HubFiles {
    static let fileSize = 1 << 20
    /// Of one folder; the rest is left out.
    static let entries = 1000

    /// With all symbolic links resolved.
    private let root: String

    /// - Parameter path: of the hub; or of a directory with nothing but the hub's, as archives often have one.
    /// - Returns: nil where there is no directory.
    init?(_ path: String) {
        guard let found = FileTree.resolved(path), let root = Self.hub(in: found) else { return nil }
        self.root = root
    }

    private static func hub(in path: String) -> String? {
        if isHub(path) { return path }
        let names = FileTree.names(in: path).filter { !$0.hasPrefix(".") }
        if names.count == 1, let inner = FileTree.resolved("\(path)/\(names[0])"), inner.hasPrefix(path + "/"),
            isHub(inner)
        {
            return inner
        }
        return path
    }

    private static func isHub(_ path: String) -> Bool {
        FileTree.exists("\(path)/faults") || FileTree.exists("\(path)/experiments")
    }

    func folders(in path: [String]) -> [String] {
        guard let folder = resolve(path) else { return [] }
        let names = FileTree.names(in: folder).filter(HubName.isValid).sorted().prefix(Self.entries)
        return names.filter { name in
            guard let entry = resolve(path + [name]) else { return false }
            return FileTree.exists(entry + "/.")
        }
    }

    func bytes(at path: [String]) throws -> [UInt8]? {
        guard let file = resolve(path) else { return nil }
        guard let bytes = try RegularFile.read(file, limit: Self.fileSize) else {
            throw CenterError.invalid("\(path.joined(separator: "/")): not a file of at most \(Self.fileSize) bytes")
        }
        return bytes
    }

    /// Nil for what is not there, and for what is not below the root once all links are resolved.
    private func resolve(_ path: [String]) -> String? {
        guard path.allSatisfy(HubName.isValid), let found = FileTree.resolved(([root] + path).joined(separator: "/")),
            found.hasPrefix(root + "/")
        else { return nil }
        return found
    }
}
