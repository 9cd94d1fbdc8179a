/// Strings are hashed and compared as Unicode says, marks in canonical order, which takes quadratic time in a run of
/// combining marks. Texts have a few in a row, and UAX #15 allows 30 in its stream-safe format.
enum CombiningMarks {
    /// In a row, in a string of a client.
    static let limit = 256

    static func areTooMany(in text: String) -> Bool {
        // A mark has at least two bytes.
        guard text.utf8.count > 2 * limit else { return false }
        var count = 0
        for scalar in text.unicodeScalars {
            // The first mark of Unicode is U+0300.
            guard scalar.value >= 0x300, scalar.properties.canonicalCombiningClass != .notReordered else {
                count = 0
                continue
            }
            count += 1
            if count > limit { return true }
        }
        return false
    }
}
