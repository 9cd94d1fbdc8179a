import Foundation

/// MongoDB's twelve-byte identifier. Written as 24 hexadecimal digits.
public struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// - Returns: nil unless there are exactly twelve.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 12 else { return nil }
        self.bytes = bytes
    }

    /// - Returns: nil unless the text is 24 hexadecimal digits.
    public init?(_ text: String) {
        let digits = text.utf8.map { Self.value(ofDigit: $0) }
        guard digits.count == 24 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 24, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// A new one: seconds since 1970, then eight random bytes. Later ones sort after those of earlier seconds.
    public init(at time: Date = Date()) {
        let seconds = UInt32(clamping: Int64(time.timeIntervalSince1970))
        let random = UInt64.random(in: 0...UInt64.max)
        bytes = withUnsafeBytes(of: seconds.bigEndian, Array.init) + withUnsafeBytes(of: random, Array.init)
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    public static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

/// In documents it is an ObjectId; in any other format its digits.
extension ObjectID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ObjectID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no ObjectId (24 hexadecimal digits)")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
