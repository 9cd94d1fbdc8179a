import Glibc

/// Where the host's control groups are mounted.
public enum ControlGroupLayout: Sendable, Hashable {
    /// One hierarchy for each controller, `cgroups(7)` version 1. `all` has the named and hybrid ones too.
    case v1(controllers: [String: String], all: [String])
    /// One hierarchy for all.
    case v2(root: String)

    /// nil when none is mounted.
    public static func detect() -> ControlGroupLayout? {
        guard let table = try? MountTable.read() else { return nil }
        return detect(in: table)
    }

    /// Version 1 wherever one of its hierarchies carries the memory controller.
    static func detect(in table: [MountEntry]) -> ControlGroupLayout? {
        let first = table.filter { $0.type == "cgroup" }
        let second = table.filter { $0.type == "cgroup2" }.map(\.mountPoint)
        var controllers: [String: String] = [:]
        for entry in first {
            for name in used where entry.superOptions.contains(name) && controllers[name] == nil {
                controllers[name] = entry.mountPoint
            }
        }
        if controllers["memory"] != nil || (second.isEmpty && !controllers.isEmpty) {
            return .v1(controllers: controllers, all: Array(Set(first.map(\.mountPoint) + second)).sorted())
        }
        return second.first.map { .v2(root: $0) }
    }

    /// Whether the kernel counts swap, so that a limit on it can be set.
    public var limitsSwap: Bool {
        switch self {
        case .v1(let controllers, _):
            controllers["memory"].map { FileTree.exists($0 + "/memory.memsw.limit_in_bytes") } ?? false
        case .v2: true
        }
    }

    /// The controllers that limits of containers use.
    static let used = ["memory", "cpu", "pids"]
}

/// Limits of a control group; nil leaves the kernel's.
public struct ControlGroupLimits: Sendable, Hashable {
    /// Bytes, without swap.
    public var memory: Int64?
    /// Cores.
    public var cpu: Double?
    /// Weight of one core is 1024.
    public var cpuShares: Int?
    public var processes: Int?

    public init(memory: Int64? = nil, cpu: Double? = nil, cpuShares: Int? = nil, processes: Int? = nil) {
        self.memory = memory
        self.cpu = cpu
        self.cpuShares = cpuShares
        self.processes = processes
    }

    /// Microseconds of CPU time in each 100 ms; the kernel takes no less than 1 ms.
    public var cpuQuota: Int64? { cpu.map { max(1000, Int64(($0 * 100_000).rounded())) } }
    public static let cpuPeriod: UInt64 = 100_000

    /// Files and values of version 1 by controller.
    var firstVersion: [(controller: String, file: String, value: String)] {
        var result: [(controller: String, file: String, value: String)] = []
        if let memory {
            result.append(("memory", "memory.limit_in_bytes", String(memory)))
            result.append(("memory", "memory.memsw.limit_in_bytes", String(memory)))
        }
        if let cpuShares { result.append(("cpu", "cpu.shares", String(max(2, cpuShares)))) }
        if let cpuQuota { result.append(("cpu", "cpu.cfs_quota_us", String(cpuQuota))) }
        if let processes { result.append(("pids", "pids.max", String(processes))) }
        return result
    }

    /// Files and values of version 2.
    var secondVersion: [(file: String, value: String)] {
        var result: [(file: String, value: String)] = []
        if let memory {
            result.append(("memory.max", String(memory)))
            result.append(("memory.swap.max", "0"))
        }
        if let cpuShares {
            // The mapping of shares 2...262144 to weights 1...10000 that container runtimes agree on.
            let shares = max(2, min(cpuShares, 262_144))
            let weight: Int = 1 + (shares - 2) * 9999 / 262_142
            result.append((file: "cpu.weight", value: String(weight)))
        }
        if let cpuQuota { result.append(("cpu.max", "\(cpuQuota) \(Self.cpuPeriod)")) }
        if let processes { result.append(("pids.max", String(processes))) }
        return result
    }
}
