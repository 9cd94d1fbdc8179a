/// Durations in the syntax of Go's `time.ParseDuration` (`300ms`, `1m30s`), as Kubernetes and Litmus write them.
public enum GoDuration {
    /// - Returns: nil when the text is no such duration; a bare number is none, but `0` is.
    public static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        var sign = 1.0
        if rest.first == "-" || rest.first == "+" {
            sign = rest.first == "-" ? -1 : 1
            rest.removeFirst()
        }
        if rest == "0" { return .zero }
        guard !rest.isEmpty else { return nil }
        var total = Duration.zero
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest.removeFirst(number.count)
            let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest.removeFirst(unit.count)
            guard number != ".", let value = Double(number.hasPrefix(".") ? "0\(number)" : String(number)),
                let scale = nanoseconds[String(unit)]
            else { return nil }
            let amount = value * scale * sign
            guard amount.magnitude <= 9_223_372_036_854_774_784 else { return nil }
            total += .nanoseconds(Int64(amount))
        }
        return total
    }

    private static let nanoseconds: [String: Double] = [
        "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
    ]
}
