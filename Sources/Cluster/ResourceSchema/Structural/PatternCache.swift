import Synchronization

/// Compiled regular expressions of schemas. Kubernetes' patterns are RE2; what RE2 refuses (look-around,
/// back-references) is refused here too, although Swift's engine knows it.
final class PatternCache: Sendable {
    static let shared = PatternCache()

    /// Enough for every schema of a cluster; a full cache starts anew, so that it never grows with what users send.
    private static let capacity = 1024

    private let compiled = Mutex<[String: Regex<AnyRegexOutput>]>([:])

    /// Whether `text` has a match for `pattern` anywhere.
    /// - Throws: the reason when `pattern` is no regular expression.
    func matches(_ text: String, pattern: String) throws(PatternError) -> Bool {
        if let message = Self.unsupported(in: pattern) { throw PatternError(message: message) }
        do {
            return try compiled.withLock { cache in
                if let regex = cache[pattern] { return try regex.firstMatch(in: text) != nil }
                let regex = try Regex(pattern)
                    .matchingSemantics(.unicodeScalar)
                    .asciiOnlyDigits().asciiOnlyWordCharacters().asciiOnlyWhitespace()
                if cache.count >= Self.capacity { cache.removeAll() }
                cache[pattern] = regex
                return try regex.firstMatch(in: text) != nil
            }
        } catch {
            throw PatternError(message: "error parsing regexp: \(error)")
        }
    }

    /// - Returns: why `pattern` is not valid, or nil.
    func problem(of pattern: String) -> String? {
        do throws(PatternError) {
            _ = try matches("", pattern: pattern)
            return nil
        } catch {
            return error.message
        }
    }

    private static func unsupported(in pattern: String) -> String? {
        for lookAround in ["(?=", "(?!", "(?<=", "(?<!"] where pattern.contains(lookAround) {
            return "error parsing regexp: invalid or unsupported Perl syntax: `\(lookAround)`"
        }
        var isEscaped = false
        for character in pattern {
            if isEscaped, ("1"..."9").contains(character) {
                return "error parsing regexp: invalid escape sequence: `\\\(character)`"
            }
            isEscaped = character == "\\" && !isEscaped
        }
        return nil
    }
}

/// Why a pattern is no regular expression.
struct PatternError: Error {
    var message: String
}
