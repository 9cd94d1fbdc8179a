#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum DataDirectory {
    /// `$XDG_DATA_HOME/litmus`, or `~/.local/share/litmus`.
    static var `default`: String {
        let environment = ProcessInfo.processInfo.environment
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return "\(data)/litmus" }
        return "\(environment["HOME"] ?? "/root")/.local/share/litmus"
    }
}
