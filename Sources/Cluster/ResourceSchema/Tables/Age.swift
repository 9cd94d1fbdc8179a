import KubernetesAPI

/// Spans of time as `kubectl` shows them: `5s`, `3m20s`, `45m`, `2h15m`, `2d3h`, `120d`, `3y40d`.
public enum Age {
    /// - Parameter moment: an RFC 3339 text; null gives `<unknown>`.
    public static func text(since moment: JSON, now: Timestamp) -> String {
        guard let moment = moment.string.flatMap(Timestamp.init) else { return "<unknown>" }
        return text(now - moment)
    }

    /// Two units where the larger one is small, one where it is large. A span that is a little negative, as between
    /// clocks of two machines, is `0s`; more than that is `<invalid>`.
    public static func text(_ span: Duration) -> String {
        let seconds = Int(span.components.seconds)
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        let minutes = seconds / 60
        let hours = seconds / 3600
        let days = hours / 24
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return joined(minutes, "m", seconds % 60, "s")
        case ..<10800: return "\(minutes)m"
        case ..<28800: return joined(hours, "h", minutes % 60, "m")
        case ..<172_800: return "\(hours)h"
        case ..<691_200: return joined(days, "d", hours % 24, "h")
        case ..<63_072_000: return "\(days)d"
        case ..<252_288_000: return joined(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func joined(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}
