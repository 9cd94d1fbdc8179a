#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A stream of the terminal, written unbuffered.
struct TextOutput: Sendable, Hashable {
    private let descriptor: Int32

    static let standardOutput = TextOutput(descriptor: 1)
    static let standardError = TextOutput(descriptor: 2)

    var isTerminal: Bool { isatty(descriptor) == 1 }

    static var standardInputIsTerminal: Bool { isatty(0) == 1 }

    /// Columns of the terminal; 80 where it does not say.
    var columns: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes all of the text; a reader that is gone ends the writing, not the program.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
