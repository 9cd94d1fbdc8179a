import Foundation
import Host

/// What a role of the executable sees: the host's file system under a private overlay, the host's `/proc`, `/sys` and
/// `/dev`, an empty `/run`, and the container's mounts, whose mount points need not exist on the host.
enum BuiltinMounts {
    static func plan(
        _ container: ContainerSpecification, root: ContainerRoot, executable: String, table: [MountEntry]
    ) throws -> MountPlan {
        var mounts: [MountOperation] = ["/proc", "/sys", "/dev"].map {
            .bind(MountPlan.host($0), to: $0, recursive: true, create: .directory)
        }
        mounts.append(.temporary(at: "/run", options: "mode=755,size=16m", create: .directory))
        mounts += visibleFileSystems(table, executable: executable).map {
            .bind(MountPlan.host($0), to: $0, readOnly: true, create: .directory)
        }
        mounts += try container.mounts.map(bind)
        if container.hasReadOnlyRoot {
            mounts.append(MountOperation(source: nil, target: "/", flags: [.remount, .bind, .readOnly]))
        }
        return MountPlan(mounts: [root.mount], newRoot: root.mountPoint, rootMounts: mounts)
    }

    static func bind(_ mount: ContainerSpecification.Mount) throws -> MountOperation {
        guard let source = FileTree.resolved(mount.source) else {
            throw ContainerRuntimeError(
                reason: "CreateContainerError",
                message: "the volume source \(mount.source) for \(mount.destination) does not exist on the host")
        }
        var status = stat()
        let isDirectory = stat(source, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        return .bind(
            MountPlan.host(source), to: mount.destination, readOnly: mount.isReadOnly, recursive: !mount.isReadOnly,
            create: isDirectory ? .directory : .file)
    }

    /// Mount points of the host's other file systems on disks, which the overlay of `/` does not show, and the directory
    /// of the executable wherever that is.
    static func visibleFileSystems(_ table: [MountEntry], executable: String) -> [String] {
        let hidden = ["/proc", "/sys", "/dev", "/run", "/boot", "/tmp"]
        var result = table.filter { entry in
            entry.source.hasPrefix("/dev/") && entry.type != "squashfs" && entry.mountPoint != "/"
                && !hidden.contains { entry.mountPoint == $0 || entry.mountPoint.hasPrefix($0 + "/") }
        }.map(\.mountPoint)
        let place = MountTable.entry(containing: executable, in: table)?.mountPoint ?? "/"
        if place != "/" && !result.contains(place) {
            result.append(String(executable.prefix(upTo: executable.lastIndex(of: "/") ?? executable.startIndex)))
        }
        return result.filter { !$0.isEmpty }
    }
}
