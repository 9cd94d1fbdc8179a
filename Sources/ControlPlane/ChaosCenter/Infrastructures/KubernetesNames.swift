/// Which texts Kubernetes takes for what (RFC 1123, and the rules for labels).
enum KubernetesNames {
    /// Of a namespace.
    static func isLabel(_ text: some StringProtocol) -> Bool {
        (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { isLower($0) || $0 == UInt8(ascii: "-") }
            && hasLettersAtItsEnds(text)
    }

    /// Of a service account, and the prefix of a label's key.
    static func isSubdomain(_ text: some StringProtocol) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
                $0.utf8.allSatisfy { isLower($0) || $0 == UInt8(ascii: "-") } && hasLettersAtItsEnds($0)
            }
    }

    /// The key of a label or a taint: a name, perhaps with a prefix and a slash before it.
    static func isQualifiedName(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isNamePart(parts[0])
        case 2: return isSubdomain(parts[0]) && isNamePart(parts[1])
        default: return false
        }
    }

    static func isLabelValue(_ text: some StringProtocol) -> Bool { text.isEmpty || isNamePart(text) }

    private static func isNamePart(_ text: some StringProtocol) -> Bool {
        (1...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) } && hasLettersAtItsEnds(text)
    }

    private static func hasLettersAtItsEnds(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.reversed().first else { return false }
        return isLetterOrDigit(first) && isLetterOrDigit(last)
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
