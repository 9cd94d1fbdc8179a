import KubernetesAPI

/// The formats of strings and numbers that are checked; others are documentation only.
enum ValueFormat {
    /// - Returns: why `value` is not of `format`, or nil. Unknown formats accept everything.
    static func problem(of value: JSON, format: String, subject: String) -> String? {
        switch (format, value) {
        case ("", _): return nil
        case ("int32", .int(let number)):
            return Int32(exactly: number) == nil ? "\(subject)must be of type int32" : nil
        case ("int32", .double), ("int64", .double):
            return value.int == nil ? "\(subject)must be of type \(format)" : nil
        case ("quantity", _):
            let pattern = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
            return Quantity(value) == nil ? "quantities must match the regular expression '\(pattern)'" : nil
        case (_, .string(let text)):
            return isValid(text, format: format) ? nil : "\(subject)must be of type \(format): \(value)"
        default: return nil
        }
    }

    private static func isValid(_ text: String, format: String) -> Bool {
        switch format {
        case "date-time", "datetime": Timestamp(text) != nil
        case "date": text.utf8.count == 10 && Timestamp("\(text)T00:00:00Z") != nil
        case "duration": GoDuration.parse(text) != nil
        case "byte": isBase64(text)
        case "ipv4": IPAddress.isV4(text)
        case "ipv6": IPAddress.isV6(text)
        case "cidr": IPAddress.isCIDR(text)
        case "uuid", "uuid3", "uuid4", "uuid5": isUUID(text)
        case "hostname": DNSName.isSubdomain(text.lowercased())
        case "email":
            text.split(separator: "@", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
                && text.contains("@")
        default: true
        }
    }

    static func isBase64(_ text: String) -> Bool {
        let bytes = text.utf8.filter { $0 != 10 && $0 != 13 }
        guard bytes.count % 4 == 0 else { return false }
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return padding <= 2
            && bytes.dropLast(padding).allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }

    private static func isUUID(_ text: String) -> Bool {
        let lengths = text.split(separator: "-", omittingEmptySubsequences: false).map(\.count)
        return (lengths == [8, 4, 4, 4, 12] || lengths == [32]) && text.allSatisfy { $0 == "-" || $0.isHexDigit }
    }
}

/// The textual forms of IP addresses and prefixes (RFC 4291, RFC 4632).
enum IPAddress {
    static func isV4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy { $0.isASCII && $0.isNumber }
                    && (Int(part) ?? 256) < 256 && (part.count == 1 || part.first != "0")
            }
    }

    static func isV6(_ text: String) -> Bool {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let compressed = text.contains("::")
        guard text.contains(":"), !text.contains(":::"), halves.count <= 9 else { return false }
        var groups = halves.filter { !$0.isEmpty }
        var count = groups.count
        if let last = groups.last, last.contains(".") {
            guard isV4(last) else { return false }
            groups.removeLast()
            count += 1
        }
        let areHex = groups.allSatisfy { $0.count <= 4 && $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
        return areHex && (compressed ? count <= 7 : count == 8 && halves.allSatisfy { !$0.isEmpty })
    }

    static func isValid(_ text: String) -> Bool { isV4(text) || isV6(text) }

    static func isCIDR(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let length = Int(parts[1]), length >= 0 else { return false }
        return isV4(parts[0]) && length <= 32 || isV6(parts[0]) && length <= 128
    }
}
