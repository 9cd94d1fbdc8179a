import Foundation
import Host

/// `config.json` of a container, OCI runtime specification 1.0.
struct RuncBundle: Encodable, Sendable {
    struct User: Encodable { var uid: UInt32, gid: UInt32 }

    struct Capabilities: Encodable {
        var bounding: [String]
        var effective: [String]
        var permitted: [String]
    }

    struct Process: Encodable {
        var terminal = false
        var user: User
        var args: [String]
        var env: [String]
        var cwd: String
        var capabilities: Capabilities
        var noNewPrivileges = false
    }

    struct Root: Encodable { var path: String, readonly: Bool }

    struct Mount: Encodable {
        var destination: String
        var type: String
        var source: String
        var options: [String]
    }

    struct Namespace: Encodable {
        var type: String
        var path: String?
    }

    struct Memory: Encodable { var limit: Int64, swap: Int64? }
    struct CPU: Encodable { var shares: UInt64?, quota: Int64?, period: UInt64? }
    struct Processes: Encodable { var limit: Int64 }
    struct DeviceRule: Encodable { var allow: Bool, access: String }

    struct Resources: Encodable {
        var devices: [DeviceRule]
        var memory: Memory?
        var cpu: CPU?
        var pids: Processes
    }

    struct Linux: Encodable {
        var cgroupsPath: String
        var resources: Resources
        var namespaces: [Namespace]
        var maskedPaths: [String]
        var readonlyPaths: [String]
    }

    var ociVersion = "1.0.2"
    var process: Process
    var root: Root
    var mounts: [Mount]
    var linux: Linux

    init(
        _ container: ContainerSpecification, root path: String, controlGroup: ControlGroup, sandbox: SandboxState,
        processLimit: Int
    ) {
        let capabilities = container.capabilities.names
        // Another user than root starts without, as with other runtimes.
        let effective = (container.user ?? 0) == 0 ? capabilities : []
        process = Process(
            user: User(uid: container.user ?? 0, gid: container.group ?? 0), args: container.arguments,
            env: container.fullEnvironment(hostname: sandbox.specification.hostname), cwd: container.directory,
            capabilities: Capabilities(bounding: capabilities, effective: effective, permitted: effective))
        root = Root(path: path, readonly: container.hasReadOnlyRoot)
        mounts = Self.systemMounts(container) + container.mounts.map(Self.bind)
        linux = Linux(
            cgroupsPath: controlGroup.path,
            resources: Self.resources(container, layout: controlGroup.layout, processLimit: processLimit),
            namespaces: Self.namespaces(container, sandbox),
            maskedPaths: container.isPrivileged ? [] : Self.masked,
            readonlyPaths: container.isPrivileged ? [] : Self.readOnly)
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private static func namespaces(_ container: ContainerSpecification, _ sandbox: SandboxState) -> [Namespace] {
        var result = [
            Namespace(type: "mount"), Namespace(type: "ipc", path: sandbox.namespaces.ipc),
            Namespace(type: "uts", path: sandbox.namespaces.uts),
        ]
        if !container.usesHostPID { result.append(Namespace(type: "pid")) }
        if sandbox.address != nil { result.append(Namespace(type: "network", path: sandbox.namespaces.network)) }
        return result
    }

    private static func resources(
        _ container: ContainerSpecification, layout: ControlGroupLayout, processLimit: Int
    ) -> Resources {
        let limits = container.resources.limits(processes: processLimit)
        let cpu = CPU(
            shares: limits.cpuShares.map { UInt64($0) }, quota: limits.cpuQuota,
            period: limits.cpuQuota == nil ? nil : ControlGroupLimits.cpuPeriod)
        let hasCPU = cpu.shares != nil || cpu.quota != nil
        return Resources(
            devices: [DeviceRule(allow: container.isPrivileged, access: "rwm")],
            memory: limits.memory.map { Memory(limit: $0, swap: layout.limitsSwap ? $0 : nil) },
            cpu: hasCPU ? cpu : nil, pids: Processes(limit: Int64(processLimit)))
    }

    private static func systemMounts(_ container: ContainerSpecification) -> [Mount] {
        let safe = ["nosuid", "noexec", "nodev"]
        var mounts = [
            Mount(destination: "/proc", type: "proc", source: "proc", options: safe),
            Mount(
                destination: "/dev", type: "tmpfs", source: "tmpfs",
                options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            Mount(
                destination: "/dev/pts", type: "devpts", source: "devpts",
                options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]),
            Mount(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: safe),
            Mount(
                destination: "/dev/shm", type: "tmpfs", source: "shm", options: safe + ["mode=1777", "size=65536k"]),
            // A new sysfs needs the network namespace's owner and shows its devices.
            Mount(
                destination: "/sys", type: "sysfs", source: "sysfs",
                options: safe + [container.isPrivileged ? "rw" : "ro"]),
        ]
        if case .host = container.program {
            mounts.append(
                Mount(destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "mode=1777"]))
            mounts.append(
                Mount(destination: "/run", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "mode=755"]))
        }
        return mounts
    }

    private static func bind(_ mount: ContainerSpecification.Mount) -> Mount {
        Mount(
            destination: mount.destination, type: "bind", source: mount.source,
            options: ["rbind", "rprivate", mount.isReadOnly ? "ro" : "rw"])
    }

    private static let masked = [
        "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
        "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
    ]

    private static let readOnly = [
        "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    ]
}

/// The reason for which `runc` failed, from its log of JSON lines.
enum RuncLog {
    static func lastError(_ path: String) -> String? {
        struct Line: Decodable {
            var level: String
            var msg: String
        }
        guard let text = try? FileTree.readText(path) else { return nil }
        let errors = text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        return errors.last { $0.level == "error" || $0.level == "fatal" }?.msg
    }
}
