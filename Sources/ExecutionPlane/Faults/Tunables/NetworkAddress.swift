import Glibc

/// Texts that stand for peers.
enum NetworkAddress {
    /// An IPv4 or IPv6 address, or a network of them in CIDR notation.
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = parts.first, let bits = bits(String(address)) else { return false }
        guard parts.count == 2 else { return true }
        guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let prefix = Int(parts[1]) else { return false }
        return prefix <= bits
    }

    /// RFC 1123 labels, or with underscores as DNS itself allows them.
    static func isHostName(_ text: String) -> Bool {
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        // Numbers and dots only are a mistyped address.
        guard name.utf8.count <= 253, !name.allSatisfy({ $0.isNumber || $0 == "." }) else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
    }

    private static func bits(_ text: String) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return 32 }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? 128 : nil
    }
}
