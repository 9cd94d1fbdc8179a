/// Names made from `generateName`, and other random suffixes.
enum GeneratedName {
    /// Kubernetes' alphabet: no vowels, so that no words arise.
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    private static let suffixLength = 5
    /// A name is at most a DNS label long.
    private static let longestBase = 63 - suffixLength

    static func suffix() -> String {
        String((0..<suffixLength).map { _ in alphabet[Int.random(in: alphabet.indices)] })
    }

    static func name(from base: String) -> String { base.prefix(longestBase) + suffix() }
}
