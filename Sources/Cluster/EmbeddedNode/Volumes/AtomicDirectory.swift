import Foundation

/// A directory whose files change all at once: they lie in a hidden directory behind the link `..data`, and a change
/// is one rename of that link. Running containers see the old files or the new ones, never a mixture.
struct AtomicDirectory: Sendable {
    var path: String

    /// Makes the directory hold exactly these files.
    /// - Returns: whether anything changed.
    @discardableResult
    func write(_ files: [VolumeFile]) throws -> Bool {
        let manager = FileManager.default
        try PodDirectory.create(path)
        let before = try? manager.destinationOfSymbolicLink(atPath: "\(path)/..data")
        if let before, holds(files, in: "\(path)/\(before)") { return false }
        let version = "..v\(UInt64.random(in: 0 ... .max))"
        try fill("\(path)/\(version)", with: files)
        let link = "\(path)/..data_new"
        try? manager.removeItem(atPath: link)
        try manager.createSymbolicLink(atPath: link, withDestinationPath: version)
        guard rename(link, "\(path)/..data") == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
        try linkNames(topLevelNames(of: files))
        if let before { try? manager.removeItem(atPath: "\(path)/\(before)") }
        return true
    }

    private func topLevelNames(of files: [VolumeFile]) -> Set<String> {
        Set(files.compactMap { $0.path.split(separator: "/").first.map(String.init) })
    }

    private func fill(_ directory: String, with files: [VolumeFile]) throws {
        try PodDirectory.create(directory)
        for file in files {
            let target = URL(fileURLWithPath: "\(directory)/\(file.path)")
            try PodDirectory.create(target.deletingLastPathComponent().path)
            try Data(file.content).write(to: target)
            try FileManager.default.setAttributes([.posixPermissions: file.mode], ofItemAtPath: target.path)
        }
    }

    /// Links at the top lead through `..data`; those of files that are gone are removed.
    private func linkNames(_ names: Set<String>) throws {
        let manager = FileManager.default
        for present in try manager.contentsOfDirectory(atPath: path)
        where !present.hasPrefix("..") && !names.contains(present) {
            try manager.removeItem(atPath: "\(path)/\(present)")
        }
        for name in names where (try? manager.destinationOfSymbolicLink(atPath: "\(path)/\(name)")) == nil {
            try manager.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: "..data/\(name)")
        }
    }

    private func holds(_ files: [VolumeFile], in directory: String) -> Bool {
        let manager = FileManager.default
        guard let present = manager.subpaths(atPath: directory) else { return false }
        var isDirectory: ObjCBool = false
        let plain = present.filter {
            manager.fileExists(atPath: "\(directory)/\($0)", isDirectory: &isDirectory) && !isDirectory.boolValue
        }
        guard Set(plain) == Set(files.map(\.path)) else { return false }
        return files.allSatisfy { file in
            manager.contents(atPath: "\(directory)/\(file.path)").map { Array($0) == file.content } ?? false
        }
    }
}
