/// The way to a value in a document: names of fields joined by dots, such as `created_by.user_id`.
///
/// A path goes through documents, never through arrays: elements of an array are reached by `Filter.any` and the
/// updates that name them.
public struct FieldPath: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Empty for `itself`.
    public let segments: [String]

    /// Within `Filter.any`: the element, where elements are no documents.
    public static let itself = FieldPath(segments: [])

    init(segments: [String]) { self.segments = segments }

    public init(_ text: String) {
        segments = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    public init(stringLiteral value: String) { self.init(value) }

    public var description: String { segments.joined(separator: ".") }

    var isID: Bool { segments == ["_id"] }

    func appending(_ other: FieldPath) -> FieldPath { FieldPath(segments: segments + other.segments) }

    /// Whether one of the paths leads to the other's value or through it.
    func overlaps(_ other: FieldPath) -> Bool {
        let count = min(segments.count, other.segments.count)
        return segments.prefix(count) == other.segments.prefix(count)
    }

    /// - Throws: `DocumentStoreError.invalidQuery` for a name that a database would take for something else.
    func check() throws(DocumentStoreError) {
        for segment in segments {
            guard !segment.isEmpty, segment.utf8.first != UInt8(ascii: "$") else {
                throw .invalidQuery("the path '\(self)' has a name that is empty or begins with '$'")
            }
            guard !segment.unicodeScalars.contains(where: { $0.value < 0x20 || $0 == "\"" || $0 == "\\" }) else {
                throw .invalidQuery("the path '\(self)' has a quote, a backslash or a control character in a name")
            }
        }
    }
}

extension Document {
    /// The value at a path of documents; nil where there is none.
    public subscript(path path: FieldPath) -> DocumentValue? { DocumentValue.document(self).value(at: path) }
}

extension DocumentValue {
    func value(at path: FieldPath) -> DocumentValue? {
        var value = self
        for segment in path.segments {
            guard case .document(let document) = value, let field = document[segment] else { return nil }
            value = field
        }
        return value
    }
}
