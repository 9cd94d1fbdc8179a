/// What Kubernetes takes for a name or a label.
enum KubernetesName {
    /// A Workflow's name is also a label of its pods.
    static let longestLabel = 63
    /// Argo adds the time to it, in eleven characters.
    static let longestCron = 52
    /// A ChaosResult's name is the engine's and the fault's.
    static let longestEngine = 50

    /// A DNS subdomain (RFC 1123).
    static func isName(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            part.utf8.allSatisfy { isLowercase($0) || $0 == UInt8(ascii: "-") } && hasWordEnds(part)
        }
    }

    static func isLabelValue(_ text: String) -> Bool {
        text.isEmpty || (text.utf8.count <= longestLabel && text.utf8.allSatisfy(isLabelByte) && hasWordEnds(text[...]))
    }

    private static func isLowercase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isLowercase(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    private static func hasWordEnds(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isWord(first) && isWord(last)
    }

    /// The name with the time at its end. A name that gets too long loses its end, never the time's.
    static func stamped(_ name: String, _ milliseconds: Int64, longest: Int) -> String {
        let stamp = "-\(milliseconds)"
        var base = name.prefix(max(1, longest - stamp.utf8.count))
        while base.utf8.count > 1, base.last == "-" || base.last == "." { base.removeLast() }
        return base + stamp
    }

    /// The nearest value that a label may have.
    static func labelValue(of text: String) -> String {
        var bytes = text.utf8.map { isLabelByte($0) ? $0 : UInt8(ascii: "-") }.prefix(longestLabel)
        while let last = bytes.last, !isWord(last) { bytes.removeLast() }
        while let first = bytes.first, !isWord(first) { bytes.removeFirst() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
