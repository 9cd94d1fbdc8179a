/// Makes broken inputs of valid ones.
public struct Mutator: Sendable {
    private let corpus: [[UInt8]]
    private let tokens: [[UInt8]]
    private let maximumSize: Int

    /// - Parameters:
    ///   - corpus: valid inputs; not empty.
    ///   - tokens: what the language of the inputs is made of; not empty.
    ///   - maximumSize: bytes of an input.
    public init(corpus: [[UInt8]], tokens: [[UInt8]], maximumSize: Int = 1 << 16) {
        self.corpus = corpus
        self.tokens = tokens
        self.maximumSize = maximumSize
    }

    public init(corpus: [String], tokens: [String], maximumSize: Int = 1 << 16) {
        self.init(
            corpus: corpus.map { Array($0.utf8) }, tokens: tokens.map { Array($0.utf8) }, maximumSize: maximumSize)
    }

    public func input(_ random: inout FuzzGenerator) -> [UInt8] {
        var bytes = random.pick(corpus)
        for _ in 0..<(random.chance(60) ? 1 : 2 + random.number(5)) { mutate(&bytes, &random) }
        return bytes.count > maximumSize ? Array(bytes.prefix(maximumSize)) : bytes
    }

    /// As text; what is not UTF-8 is repaired.
    public func text(_ random: inout FuzzGenerator) -> String { String(decoding: input(&random), as: UTF8.self) }

    private func mutate(_ bytes: inout [UInt8], _ random: inout FuzzGenerator) {
        guard !bytes.isEmpty else { return bytes = random.pick(corpus) }
        let index = random.number(bytes.count)
        let range = index..<min(bytes.count, index + 1 + random.number(random.chance(80) ? 16 : bytes.count))
        switch random.number(10) {
        case 0: bytes[index] ^= 1 << UInt8(random.number(8))
        case 1: bytes[index] = random.pick([0, 0x1F, 0x20, 0x22, 0x5C, 0x7F, 0x80, 0xBF, 0xC0, 0xED, 0xF4, 0xFF])
        case 2: bytes.insert(contentsOf: random.pick(tokens), at: index)
        case 3: bytes.replaceSubrange(range, with: random.pick(tokens))
        case 4: bytes.removeSubrange(range)
        case 5: bytes.insert(contentsOf: bytes[range], at: random.number(bytes.count))
        case 6:
            let other = random.pick(corpus)
            bytes = Array(bytes[..<index] + other[random.number(other.count)...])
        case 7: bytes.removeSubrange(index...)
        case 8:
            // Deep nesting, long runs.
            let times = 1 << random.number(random.chance(90) ? 6 : 13)
            let run = random.chance(50) ? Array(bytes[range]) : random.pick(tokens)
            let room = min(times, maximumSize / max(1, run.count))
            bytes.insert(contentsOf: repeatElement(run, count: room).joined(), at: index)
        default:
            let from = random.number(bytes.count)
            bytes.swapAt(index, from)
        }
    }
}
