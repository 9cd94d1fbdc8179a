import Glibc
import Host

/// Time that a journal can carry to another process: counted since boot, suspended time included.
enum BootClock {
    /// Milliseconds of `CLOCK_BOOTTIME`.
    static func milliseconds() -> Int64 { read(CLOCK_BOOTTIME) }

    /// Milliseconds since 1970.
    static func wallMilliseconds() -> Int64 { read(CLOCK_REALTIME) }

    /// Another after each boot; empty when the kernel does not tell.
    static func bootID() -> String {
        let text = (try? FileTree.readText("/proc/sys/kernel/random/boot_id")) ?? ""
        return String(text.prefix { !$0.isWhitespace })
    }

    private static func read(_ clock: Int32) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension Duration {
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
