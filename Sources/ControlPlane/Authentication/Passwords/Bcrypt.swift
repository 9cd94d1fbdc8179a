/// Verification of bcrypt hashes (`$2a$`, `$2b$`, `$2y$`), as imported users have them. New hashes are never made: see
/// `ScryptHash`.
///
/// Provos and Mazières, "A Future-Adaptable Password Scheme", 1999.
struct Bcrypt {
    /// Dearer ones would hold a thread for minutes.
    static let costs = 4...14

    let cost: Int
    let salt: [UInt8]
    let digest: [UInt8]

    /// - Returns: nil when the text is no bcrypt hash of a cost that is allowed.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 60, ["$2a$", "$2b$", "$2y$"].contains(where: text.hasPrefix),
            bytes[6] == UInt8(ascii: "$"),
            let cost = Int(text.dropFirst(4).prefix(2)), Self.costs.contains(cost),
            let salt = Self.decode(bytes[7..<29]), let digest = Self.decode(bytes[29...])
        else { return nil }
        self.cost = cost
        self.salt = Array(salt.prefix(16))
        self.digest = Array(digest.prefix(23))
    }

    /// Takes as long as the cost says: call it on a thread that may block.
    func matches(_ password: [UInt8]) -> Bool {
        // What is longer than 72 bytes with its final zero is cut, by definition.
        let key = Array((password + [0]).prefix(72))
        var cipher = Blowfish()
        cipher.expand(key: key, salt: salt)
        for _ in 0..<(1 << cost) {
            cipher.expand(key: key)
            cipher.expand(key: salt)
        }
        var words = Blowfish.words(of: Array("OrpheanBeholderScryDoubt".utf8))
        for pair in stride(from: 0, to: words.count, by: 2) {
            var (left, right) = (words[pair], words[pair + 1])
            for _ in 0..<64 { cipher.encrypt(&left, &right) }
            (words[pair], words[pair + 1]) = (left, right)
        }
        let result = words.flatMap { word in
            stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
        return ConstantTime.equal(Array(result.prefix(23)), digest)
    }

    private static let alphabet = Array("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// Base64 with an alphabet of its own and without padding.
    private static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return result
    }
}

/// The Blowfish cipher with bcrypt's expensive key schedule.
private struct Blowfish {
    /// 18 subkeys, then four S-boxes of 256 words.
    private static let initial = PiDigits.fraction(words: 18 + 4 * 256)

    private var state = initial

    /// Big-endian.
    static func words(of bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    func encrypt(_ left: inout UInt32, _ right: inout UInt32) {
        state.withUnsafeBufferPointer { Self.encrypt($0, &left, &right) }
    }

    private static func encrypt(_ state: UnsafeBufferPointer<UInt32>, _ left: inout UInt32, _ right: inout UInt32) {
        for round in stride(from: 0, to: 16, by: 2) {
            left ^= state[round]
            right ^= mixed(left, state)
            right ^= state[round + 1]
            left ^= mixed(right, state)
        }
        let last = left ^ state[16]
        left = right ^ state[17]
        right = last
    }

    private static func mixed(_ word: UInt32, _ state: UnsafeBufferPointer<UInt32>) -> UInt32 {
        let first = state[18 + Int(word >> 24)] &+ state[274 + Int(word >> 16 & 0xff)]
        return (first ^ state[530 + Int(word >> 8 & 0xff)]) &+ state[786 + Int(word & 0xff)]
    }

    mutating func expand(key: [UInt8], salt: [UInt8]? = nil) {
        let saltWords = salt.map(Self.words) ?? [0]
        state.withUnsafeMutableBufferPointer { state in
            var position = 0
            for index in 0..<18 {
                var word: UInt32 = 0
                for _ in 0..<4 {
                    word = word << 8 | UInt32(key[position])
                    position = position + 1 == key.count ? 0 : position + 1
                }
                state[index] ^= word
            }
            var left: UInt32 = 0
            var right: UInt32 = 0
            let readable = UnsafeBufferPointer(state)
            for index in stride(from: 0, to: state.count, by: 2) {
                left ^= saltWords[index % saltWords.count]
                right ^= saltWords[(index + 1) % saltWords.count]
                Self.encrypt(readable, &left, &right)
                state[index] = left
                state[index + 1] = right
            }
        }
    }
}
