/// A set of Linux capabilities, bit n for capability n of `capabilities(7)`.
public struct CapabilitySet: Sendable, Hashable {
    public var bits: UInt64

    public init(bits: UInt64) {
        self.bits = bits
    }

    /// Names without `CAP_`, any case; `ALL` stands for every one. Unknown names are left out.
    public init(_ names: [String]) {
        bits = 0
        for name in names { insert(name) }
    }

    public static let all = CapabilitySet(bits: (1 << UInt64(names.count)) - 1)

    /// What container runtimes leave to an ordinary container.
    public static let container = CapabilitySet([
        "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE",
        "NET_RAW", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE", "SETFCAP",
    ])

    public mutating func insert(_ name: String) { bits |= Self.mask(name) }
    public mutating func remove(_ name: String) { bits &= ~Self.mask(name) }

    public func intersection(_ other: CapabilitySet) -> CapabilitySet { CapabilitySet(bits: bits & other.bits) }

    /// `CAP_CHOWN`, …, in the kernel's order.
    public var names: [String] {
        Self.names.indices.filter { bits & (1 << UInt64($0)) != 0 }.map { "CAP_" + Self.names[$0] }
    }

    private static func mask(_ name: String) -> UInt64 {
        let upper = name.uppercased()
        let short = upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
        if short == "ALL" { return all.bits }
        return names.firstIndex(of: short).map { 1 << UInt64($0) } ?? 0
    }

    private static let names = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
        "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
        "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ]

    /// The capabilities that this process has, from `/proc/self/status`; everything when that cannot be read.
    public static func ownBoundingSet() -> CapabilitySet {
        guard let status = try? FileTree.readText("/proc/self/status") else { return all }
        for line in status.split(separator: "\n") where line.hasPrefix("CapBnd:") {
            let digits = line.dropFirst(7).filter { !$0.isWhitespace }
            return UInt64(digits, radix: 16).map(CapabilitySet.init(bits:)) ?? all
        }
        return all
    }
}
