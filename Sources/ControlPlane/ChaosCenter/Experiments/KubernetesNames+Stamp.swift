extension KubernetesNames {
    /// A Workflow's name is also a label of its pods.
    static let longestLabel = 63
    /// Argo adds the time to it, in eleven characters.
    static let longestCron = 52
    /// A ChaosResult's name is the engine's and the fault's.
    static let longestEngine = 50

    /// The name with the time at its end. A name that gets too long loses its end, never the time's.
    static func stamped(_ name: String, _ milliseconds: Int64, longest: Int) -> String {
        let stamp = "-\(milliseconds)"
        var base = name.prefix(max(1, longest - stamp.utf8.count))
        while base.utf8.count > 1, base.last == "-" || base.last == "." { base.removeLast() }
        return base + stamp
    }

    /// The nearest value that a label may have.
    static func labelValue(of text: String) -> String {
        var bytes = text.utf8.map { isLetterOrDigit($0) || "-_.".utf8.contains($0) ? $0 : UInt8(ascii: "-") }
            .prefix(longestLabel)
        while let last = bytes.last, !isLetterOrDigit(last) { bytes.removeLast() }
        while let first = bytes.first, !isLetterOrDigit(first) { bytes.removeFirst() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
