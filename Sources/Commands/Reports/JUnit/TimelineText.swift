import KubernetesAPI

/// A timeline as lines of text.
enum TimelineText {
    /// `2026-11-24T02:30:00.000Z  +1.000 s  pre-chaos check: AUT: Running`, a line an entry.
    static func lines(_ entries: [TimelineEntry], since start: Timestamp) -> String {
        entries.map { entry in
            let end = entry.until.map { " (until \(offset($0 - start)))" } ?? ""
            let warning = entry.isWarning ? "warning: " : ""
            return "\(entry.time.milliTime)  \(offset(entry.time - start))  \(entry.kind.rawValue): "
                + "\(warning)\(entry.text)\(end)"
        }.joined(separator: "\n")
    }

    private static func offset(_ duration: Duration) -> String {
        "\(duration < .zero ? "" : "+")\(Figure.seconds(duration)) s"
    }
}
