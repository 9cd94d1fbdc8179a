/// A place in a document: line and column, both counted from 1; columns count Unicode code points.
public struct SourceLocation: Sendable, Hashable, Comparable {
    /// The line, from 1. Lines end with LF, CR or CR LF.
    public let line: Int
    /// The column, from 1, in Unicode code points.
    public let column: Int

    /// A place that is known already.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The place of a byte of a UTF-8 text.
    init(offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        self = SourceLocation(line: 1, column: 1).moved(over: 0..<min(offset, bytes.count), of: bytes)
    }

    /// The place after some bytes of which this is the place of the first.
    fileprivate func moved(over range: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>) -> SourceLocation {
        var line = line
        var column = column
        for index in range {
            let byte = bytes[index]
            // The CR of a CR LF is the last character of its line.
            let isPair = byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if byte == 0x0A || (byte == 0x0D && !isPair) {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return SourceLocation(line: line, column: column)
    }

    /// Earlier in the text is less.
    public static func < (left: Self, right: Self) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

/// The places of a long text, of which many may be asked for: hostile documents have thousands of errors at its end.
struct LocationIndex: Sendable {
    /// Bytes from one known place to the next.
    static let step = 4096

    private let known: [SourceLocation]

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var known = [SourceLocation(line: 1, column: 1)]
        for start in stride(from: 0, to: bytes.count - Self.step, by: Self.step) {
            known.append(known[known.count - 1].moved(over: start..<start + Self.step, of: bytes))
        }
        self.known = known
    }

    /// The place of a byte of the same text.
    func location(at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> SourceLocation {
        let offset = min(max(offset, 0), bytes.count)
        let index = min(offset / Self.step, known.count - 1)
        return known[index].moved(over: index * Self.step..<offset, of: bytes)
    }
}
