import Foundation

/// What this process takes of the machine's memory.
public enum ResidentMemory {
    /// Swift's module of the C library leaves it out.
    private static let trim = dlsym(nil, "malloc_trim").map {
        unsafeBitCast($0, to: (@convention(c) (Int) -> Int32).self)
    }

    /// Bytes, `VmRSS` of `/proc/self/status`, after what was freed has been given back to the system.
    public static func now() -> Int {
        _ = trim?(0)
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}
