#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What this process uses, as `/proc/self` tells.
struct ProcessFigures: Sendable, Hashable {
    var residentBytes: Int
    /// Of all threads, in user and system mode.
    var cpuSeconds: Double
    var openFiles: Int

    /// - Parameters:
    ///   - status: `/proc/self/status`, whose `VmRSS` is in KiB.
    ///   - stat: `/proc/self/stat`, whose fields 14 and 15 are in ticks of 10 ms.
    init?(status: String, stat: String, openFiles: Int) {
        let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }?
            .split(whereSeparator: \.isWhitespace)
        // The second field is the program's name, which may hold anything, in brackets.
        guard let resident, resident.count > 1, let kibibytes = Int(resident[1]), let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[end...].split(separator: " ")
        guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else { return nil }
        residentBytes = kibibytes * 1024
        cpuSeconds = Double(user + system) / 100
        self.openFiles = openFiles
    }

    static func read() -> ProcessFigures? {
        func text(_ name: String) -> String {
            (try? String(contentsOfFile: "/proc/self/\(name)", encoding: .utf8)) ?? ""
        }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
        return ProcessFigures(status: text("status"), stat: text("stat"), openFiles: files)
    }
}
