import Glibc

/// A program that must be installed on the host, with the Debian package that has it.
public struct HostProgram: Sendable, Hashable {
    public var name: String
    public var package: String

    public init(name: String, package: String) {
        self.name = name
        self.package = package
    }

    public static let runc = HostProgram(name: "runc", package: "runc")
    public static let ip = HostProgram(name: "ip", package: "iproute2")
    public static let nft = HostProgram(name: "nft", package: "nftables")
    public static let stressNG = HostProgram(name: "stress-ng", package: "stress-ng")
    public static let iptables = HostProgram(name: "iptables", package: "iptables")

    /// The directories of `PATH` and those of system programs, which a user's `PATH` often lacks.
    public static var searchPath: String {
        let own = getenv("PATH").map { String(cString: $0) } ?? ""
        return (own.isEmpty ? [] : [own]).joined() + (own.isEmpty ? "" : ":")
            + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    }

    /// Where it is; nil when it is not installed.
    public var installedPath: String? {
        for directory in Self.searchPath.split(separator: ":") {
            let path = "\(directory)/\(name)"
            if access(path, X_OK) == 0 { return path }
        }
        return nil
    }

    /// - Throws: `HostError` that names the package to install.
    public func path() throws -> String {
        guard let installedPath else {
            throw HostError("find the program", name, reason: "not installed; run: apt-get install \(package)")
        }
        return installedPath
    }
}

/// What this host offers for running pods.
public struct HostFeatures: Sendable, Hashable {
    public var isRoot: Bool
    public var missingPrograms: [HostProgram]
    public var controlGroups: ControlGroupLayout?
    public var hasOverlay: Bool

    /// Looks at files only; runs nothing.
    public static func probe(_ programs: [HostProgram] = [.runc, .ip, .nft]) -> HostFeatures {
        let fileSystems = (try? FileTree.readText("/proc/filesystems")) ?? ""
        return HostFeatures(
            isRoot: geteuid() == 0, missingPrograms: programs.filter { $0.installedPath == nil },
            controlGroups: ControlGroupLayout.detect(),
            // A module that is not loaded yet is not listed; mount(2) loads it.
            hasOverlay: fileSystems.contains("\toverlay\n") || FileTree.exists("/lib/modules"))
    }

    /// One sentence for each thing that is missing for pods with namespaces; empty when all is there.
    public var problems: [String] {
        var result: [String] = []
        if !isRoot { result.append("Pods with their own namespaces need root.") }
        if !missingPrograms.isEmpty {
            let names = missingPrograms.map(\.name).joined(separator: ", ")
            let packages = missingPrograms.map(\.package).joined(separator: " ")
            result.append("Not installed: \(names). Run: apt-get install \(packages)")
        }
        if controlGroups == nil { result.append("No control groups are mounted under /sys/fs/cgroup.") }
        if !hasOverlay { result.append("The kernel has no overlay file system.") }
        return result
    }
}
