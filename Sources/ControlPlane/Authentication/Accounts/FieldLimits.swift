import Foundation

/// What texts may be given as.
enum FieldLimits {
    /// In bytes. A longer password cannot be right, and is not looked at.
    static let password = 1024

    static func isUsername(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (3...254).contains(bytes.count), let first = bytes.first, isAlphanumeric(first) else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || "._@+-".utf8.contains($0) }
    }

    /// `local@domain`, without comments and quotes.
    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return text.utf8.count <= 254 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7f && !"<>(),;:\\\"[]".unicodeScalars.contains($0)
            }
    }

    /// A name to show: at most 128 characters, no control characters. May be empty.
    static func isName(_ text: String) -> Bool { isText(text, longest: 128) && !text.contains(where: \.isNewline) }

    /// Lines are allowed.
    static func isText(_ text: String, longest: Int) -> Bool {
        text.count <= longest && text.utf8.count <= longest * 4
            && text.unicodeScalars.allSatisfy {
                ($0.value >= 0x20 && $0.value != 0x7f) || $0 == "\n" || $0 == "\r" || $0 == "\t"
            }
    }

    /// What an identity may look like that is only compared.
    static func isIdentifier(_ text: String) -> Bool { (1...254).contains(text.utf8.count) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
