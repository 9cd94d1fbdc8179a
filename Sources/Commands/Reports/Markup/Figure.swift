import KubernetesAPI

/// Numbers and times as reports write them, the same in every locale.
public enum Figure {
    /// At most two decimals, none that is zero: `30`, `29.4`, `0.05`.
    public static func text(_ value: Double) -> String {
        guard value.isFinite else { return "not a number" }
        guard let hundredths = Int64(exactly: (value * 100).rounded()) else { return String(value) }
        var text = decimal(hundredths, decimals: 2)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// `29.4 %`, `2 cores`, `1 core`.
    static func text(_ value: Double, unit: String) -> String {
        let figure = text(value)
        let unit = figure == "1" && unit.hasSuffix("s") ? String(unit.dropLast()) : unit
        return unit.isEmpty ? figure : "\(figure) \(unit)"
    }

    /// Seconds with three decimals: `12.400`.
    static func seconds(_ duration: Duration) -> String { decimal(milliseconds(duration), decimals: 3) }

    /// For people: `0.35 s`, `12.4 s`, `2 min 5 s`, `1 h 2 min`.
    static func span(_ duration: Duration) -> String {
        let milliseconds = milliseconds(duration)
        let whole = milliseconds / 1000
        if whole < 60 { return "\(text(Double(milliseconds) / 1000)) s" }
        if whole < 3600 { return "\(whole / 60) min" + (whole % 60 > 0 ? " \(whole % 60) s" : "") }
        return "\(whole / 3600) h" + (whole / 60 % 60 > 0 ? " \(whole / 60 % 60) min" : "")
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    private static func decimal(_ value: Int64, decimals: Int) -> String {
        let digits = String(value.magnitude)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return (value < 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
