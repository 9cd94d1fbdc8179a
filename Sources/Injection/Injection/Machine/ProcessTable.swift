import Glibc
import Host

/// The machine's processes as `proc(5)` shows them. Processes come and go while it is read: what has gone reads as nil.
struct ProcessTable: Sendable, Hashable {
    /// Where the process file system of the node is mounted.
    var root = "/proc"

    /// What of `/proc/PID/stat` tells a process from a later one with its number.
    struct Life: Sendable, Hashable {
        var isDead: Bool
        /// Clock ticks since boot.
        var startTime: UInt64
    }

    func pids() -> [Int32] {
        FileTree.names(in: root).compactMap { Int32($0) }.filter { $0 > 0 }.sorted()
    }

    func life(_ pid: Int32) -> Life? {
        // The fields follow the command in parentheses, which may hold anything.
        guard let text = text(pid, "stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].dropFirst(2).split(separator: " ")
        guard fields.count > 19, let start = UInt64(fields[19]) else { return nil }
        return Life(isDead: fields[0] == "Z" || fields[0] == "X", startTime: start)
    }

    /// Whether the process that started then still runs.
    func isAlive(_ pid: Int32, startTime: UInt64) -> Bool {
        guard let life = life(pid) else { return false }
        return !life.isDead && life.startTime == startTime
    }

    /// The inode number of a namespace, `net` or `pid`.
    func namespace(_ kind: String, of pid: Int32) -> UInt64? {
        var buffer = [CChar](repeating: 0, count: 256)
        let length = readlink(file(pid, "ns/" + kind), &buffer, buffer.count - 1)
        guard length > 0 else { return nil }
        let link = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard link.hasPrefix(kind + ":["), link.hasSuffix("]") else { return nil }
        return UInt64(link.dropFirst(kind.utf8.count + 2).dropLast())
    }

    /// Whether two processes are in one network namespace.
    func sharesNetwork(_ pid: Int32, with other: Int32) -> Bool {
        if let own = namespace("net", of: pid), let others = namespace("net", of: other) { return own == others }
        // Of a process with more capabilities than ours the link is hidden; but each network namespace has files of its
        // own below `net`, which everybody may look at.
        var own = stat()
        var others = stat()
        return stat(file(pid, "net/dev"), &own) == 0 && stat(file(other, "net/dev"), &others) == 0
            && own.st_ino == others.st_ino && own.st_dev == others.st_dev
    }

    /// The control groups of a process, one in each hierarchy.
    func controlGroups(_ pid: Int32) -> [ControlGroupPath] {
        (text(pid, "cgroup") ?? "").split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            return ControlGroupPath(
                controllers: fields[1].split(separator: ",").map(String.init), path: String(fields[2]))
        }
    }

    /// Its number in every pid namespace from ours down to its own.
    func numbers(_ pid: Int32) -> [Int32] {
        for line in (text(pid, "status") ?? "").split(separator: "\n") where line.hasPrefix("NSpid:") {
            return line.dropFirst(6).split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
        }
        return []
    }

    func file(_ pid: Int32, _ name: String) -> String { "\(root)/\(pid)/\(name)" }

    private func text(_ pid: Int32, _ name: String) -> String? { try? FileTree.readText(file(pid, name)) }
}

/// A device's packets since it exists.
struct DeviceTraffic: Sendable, Hashable {
    var received: UInt64
    var sent: UInt64

    /// Reads the form of `/proc/net/dev`.
    static func parse(_ text: String) -> [String: DeviceTraffic] {
        var result: [String: DeviceTraffic] = [:]
        for line in text.split(separator: "\n").dropFirst(2) {
            guard let colon = line.lastIndex(of: ":") else { continue }
            let name = line[..<colon].drop(while: \.isWhitespace)
            let fields = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace)
            guard fields.count > 9, let received = UInt64(fields[1]), let sent = UInt64(fields[9]) else { continue }
            result[String(name)] = DeviceTraffic(received: received, sent: sent)
        }
        return result
    }
}
