import CLinux

/// One `mount(2)`.
public struct MountOperation: Sendable, Hashable {
    public struct Flags: OptionSet, Sendable, Hashable {
        public let rawValue: UInt
        public init(rawValue: UInt) { self.rawValue = rawValue }

        public static let bind = Flags(rawValue: clinux_bind)
        public static let recursive = Flags(rawValue: clinux_recursive)
        public static let readOnly = Flags(rawValue: clinux_read_only)
        public static let remount = Flags(rawValue: clinux_remount)
        public static let noSetUserID = Flags(rawValue: clinux_no_suid)
        public static let noDevices = Flags(rawValue: clinux_no_dev)
        public static let noExecute = Flags(rawValue: clinux_no_exec)
    }

    /// What to make when the mount point does not exist.
    public enum MountPoint: Sendable, Hashable {
        case exists, directory, file

        var cValue: clinux_create {
            switch self {
            case .exists: clinux_create_nothing
            case .directory: clinux_create_directory
            case .file: clinux_create_file
            }
        }
    }

    public var source: String?
    public var target: String
    public var type: String?
    public var flags: Flags
    public var data: String?
    public var create: MountPoint

    public init(
        source: String?, target: String, type: String? = nil, flags: Flags = [], data: String? = nil,
        create: MountPoint = .exists
    ) {
        self.source = source
        self.target = target
        self.type = type
        self.flags = flags
        self.data = data
        self.create = create
    }

    public static func bind(
        _ source: String, to target: String, readOnly: Bool = false, recursive: Bool = false,
        create: MountPoint = .exists
    ) -> MountOperation {
        var flags: Flags = .bind
        if readOnly { flags.insert(.readOnly) }
        if recursive { flags.insert(.recursive) }
        return MountOperation(source: source, target: target, flags: flags, create: create)
    }

    public static func temporary(at target: String, options: String, create: MountPoint = .exists) -> MountOperation {
        MountOperation(
            source: "tmpfs", target: target, type: "tmpfs", flags: [.noSetUserID, .noDevices], data: options,
            create: create)
    }

    /// Changes are lost anyway when the machine fails, so nothing is synced to the disk (`volatile`, Linux 5.10): without
    /// that, the end of each container would write out everything that the whole disk has pending.
    public static func overlay(lower: String, upper: String, work: String, at target: String) -> MountOperation {
        MountOperation(
            source: "overlay", target: target, type: "overlay",
            data: "lowerdir=\(escaped(lower)),upperdir=\(escaped(upper)),workdir=\(escaped(work)),volatile")
    }

    /// A colon separates lower directories and a comma options.
    private static func escaped(_ path: String) -> String {
        path.reduce(into: "") { result, character in
            if character == ":" || character == "," || character == "\\" { result.append("\\") }
            result.append(character)
        }
    }
}

/// The mounts of a process with its own mount namespace. They vanish with its last process.
public struct MountPlan: Sendable, Hashable {
    /// Made first, on the host's tree.
    public var mounts: [MountOperation]
    /// Becomes `/` after `mounts`.
    public var newRoot: String?
    /// Made in the new root. Sources on the host start with `MountPlan.host(_:)`.
    public var rootMounts: [MountOperation]

    public init(mounts: [MountOperation], newRoot: String? = nil, rootMounts: [MountOperation] = []) {
        self.mounts = mounts
        self.newRoot = newRoot
        self.rootMounts = rootMounts
    }

    /// Where `rootMounts` see an absolute path of the host. Its symbolic links must be resolved beforehand: absolute
    /// ones would lead into the new root.
    public static func host(_ path: String) -> String {
        String(cString: clinux_old_root) + path
    }
}
