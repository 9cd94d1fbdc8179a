/// Unpacks deflated data (RFC 1951), to no more bytes than a limit.
struct Inflater {
    private let input: ArraySlice<UInt8>
    private let limit: Int
    private var position: Int
    private var bits: UInt32 = 0
    private var bitCount = 0
    private var output: [UInt8] = []

    init(_ input: ArraySlice<UInt8>, limit: Int) {
        self.input = input
        self.limit = limit
        position = input.startIndex
    }

    /// - Throws: `ZipArchive.Failure`.
    mutating func inflate() throws -> [UInt8] {
        output.reserveCapacity(min(limit, 1 << 24))
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try copyStored()
            case 1: try inflateBlock(.fixedLiterals, .fixedDistances)
            case 2:
                let (literals, distances) = try readCodes()
                try inflateBlock(literals, distances)
            default: throw Self.damaged
            }
        }
        return output
    }

    private static let damaged = ZipArchive.Failure(description: "its deflated data are damaged")

    // MARK: Bits

    private mutating func byte() throws -> UInt8 {
        guard position < input.endIndex else { throw Self.damaged }
        defer { position += 1 }
        return input[position]
    }

    /// The next bits, the first one as the least significant; at most 16.
    private mutating func take(_ count: Int) throws -> Int {
        while bitCount < count {
            bits |= UInt32(try byte()) << UInt32(bitCount)
            bitCount += 8
        }
        let value = bits & ((1 << UInt32(count)) - 1)
        bits >>= UInt32(count)
        bitCount -= count
        return Int(value)
    }

    private mutating func symbol(_ code: HuffmanCode) throws -> Int {
        // The codes of one length are consecutive numbers, and those of the next follow (RFC 1951 section 3.2.2).
        var value = 0
        var first = 0
        var index = 0
        for length in 1...HuffmanCode.maximumLength {
            value |= try take(1)
            let count = code.counts[length]
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Self.damaged
    }

    // MARK: Blocks

    private mutating func append(_ byte: UInt8) throws {
        guard output.count < limit else {
            throw ZipArchive.Failure(description: "a file is larger than its directory says")
        }
        output.append(byte)
    }

    private mutating func copyStored() throws {
        bits = 0
        bitCount = 0
        let length = Int(try byte()) | Int(try byte()) << 8
        let complement = Int(try byte()) | Int(try byte()) << 8
        guard length == ~complement & 0xFFFF else { throw Self.damaged }
        for _ in 0..<length { try append(try byte()) }
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12_289, 16_385, 24_577,
    ]

    private mutating func inflateBlock(_ literals: HuffmanCode, _ distances: HuffmanCode) throws {
        while true {
            let symbol = try symbol(literals)
            if symbol < 256 {
                try append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol - 257 < Self.lengthBases.count else { throw Self.damaged }
            let length = Self.lengthBases[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
            let code = try self.symbol(distances)
            guard code < Self.distanceBases.count else { throw Self.damaged }
            let distance = Self.distanceBases[code] + (try take(max(code / 2 - 1, 0)))
            guard distance <= output.count else { throw Self.damaged }
            for _ in 0..<length { try append(output[output.count - distance]) }
        }
    }

    private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    private mutating func readCodes() throws -> (literals: HuffmanCode, distances: HuffmanCode) {
        let literalCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let lengthCount = try take(4) + 4
        var lengths = [Int](repeating: 0, count: 19)
        for index in Self.lengthOrder.prefix(lengthCount) { lengths[index] = try take(3) }
        let code = try HuffmanCode(lengths)
        var all: [Int] = []
        while all.count < literalCount + distanceCount {
            switch try symbol(code) {
            case let length where length < 16: all.append(length)
            case 16:
                guard let last = all.last else { throw Self.damaged }
                all += [Int](repeating: last, count: 3 + (try take(2)))
            case 17: all += [Int](repeating: 0, count: 3 + (try take(3)))
            default: all += [Int](repeating: 0, count: 11 + (try take(7)))
            }
        }
        guard all.count == literalCount + distanceCount else { throw Self.damaged }
        return (try HuffmanCode(Array(all[..<literalCount])), try HuffmanCode(Array(all[literalCount...])))
    }
}

/// A prefix code that is given by the lengths of its symbols' codes.
private struct HuffmanCode {
    static let maximumLength = 15

    /// How many codes have a length.
    let counts: [Int]
    /// In the order of their codes.
    let symbols: [Int]

    /// - Throws: `ZipArchive.Failure` when there are more codes than lengths allow.
    init(_ lengths: [Int]) throws {
        self.init(unchecked: lengths)
        var free = 1
        for length in 1...Self.maximumLength {
            free = free << 1 - counts[length]
            guard free >= 0 else { throw ZipArchive.Failure(description: "its deflated data are damaged") }
        }
    }

    private init(unchecked lengths: [Int]) {
        var counts = [Int](repeating: 0, count: Self.maximumLength + 1)
        for length in lengths where length > 0 { counts[length] += 1 }
        self.counts = counts
        symbols = lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    }

    static let fixedLiterals = HuffmanCode(
        unchecked: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    static let fixedDistances = HuffmanCode(unchecked: [Int](repeating: 5, count: 30))
}
