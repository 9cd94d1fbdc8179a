import Glibc
import Host

/// How long this machine's processors have had nothing to do since it was booted, all of them together.
enum IdleTime {
    /// Seconds; nil when the kernel does not tell.
    static func seconds(_ processes: ProcessTable) -> Double? {
        (try? FileTree.readText(processes.root + "/stat")).flatMap {
            parse($0, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))))
        }
    }

    /// Reads the form of `/proc/stat`. Waiting for a disk is idling.
    static func parse(_ text: String, ticksPerSecond: Double) -> Double? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("cpu ") }) else { return nil }
        let fields = line.split(separator: " ").dropFirst().map { Double($0) ?? 0 }
        guard fields.count > 4, ticksPerSecond > 0 else { return nil }
        return (fields[3] + fields[4]) / ticksPerSecond
    }
}
