#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum DataDirectory {
    static var `default`: String { path(ProcessInfo.processInfo.environment) }

    /// `$XDG_DATA_HOME/litmus`, or `~/.local/share/litmus`.
    static func path(_ environment: [String: String]) -> String {
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return "\(data)/litmus" }
        return "\(environment["HOME"] ?? "/root")/.local/share/litmus"
    }
}
