/// Which documents are meant.
///
/// One path holds one type of value in all documents of a collection, or null, or nothing; what a comparison says of a
/// value of another type is not specified. A path that leads to nothing is as null, but to `exists`.
public indirect enum Filter: Sendable, Hashable {
    public enum Comparison: Sendable, Hashable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    }

    case all
    case compare(FieldPath, Comparison, DocumentValue)
    case isOneOf(FieldPath, [DocumentValue])
    case exists(FieldPath, Bool)
    /// The string at the path has this text in it, taken literally.
    case hasText(FieldPath, String, ignoringCase: Bool)
    /// The array at the path has an element that fits. Paths within are the element's own.
    case hasElement(FieldPath, Filter)
    case allOf([Filter])
    case anyOf([Filter])
    case not(Filter)
}

extension Filter {
    public static func eq(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Filter {
        .compare(path, .equal, value.documentValue)
    }

    /// Also documents without the field.
    public static func ne(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Filter {
        .compare(path, .notEqual, value.documentValue)
    }

    public static func lt(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Filter {
        .compare(path, .less, value.documentValue)
    }

    public static func lte(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Filter {
        .compare(path, .lessOrEqual, value.documentValue)
    }

    public static func gt(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Filter {
        .compare(path, .greater, value.documentValue)
    }

    public static func gte(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Filter {
        .compare(path, .greaterOrEqual, value.documentValue)
    }

    public static func oneOf(_ path: FieldPath, _ values: [some DocumentValueConvertible]) -> Filter {
        .isOneOf(path, values.map(\.documentValue))
    }

    /// The field is there, be it null.
    public static func exists(_ path: FieldPath) -> Filter { .exists(path, true) }

    /// Search for a part of a string, whatever its case. The text is no pattern.
    public static func search(_ path: FieldPath, _ text: String) -> Filter {
        .hasText(path, text, ignoringCase: true)
    }

    /// The array at the path has an element that fits.
    public static func any(_ path: FieldPath, _ filter: Filter) -> Filter { .hasElement(path, filter) }

    /// The array at the path has the value.
    public static func contains(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Filter {
        .hasElement(path, .compare(.itself, .equal, value.documentValue))
    }

    public static func id(_ id: some DocumentValueConvertible) -> Filter { .compare("_id", .equal, id.documentValue) }

    public static func && (left: Filter, right: Filter) -> Filter {
        switch (left, right) {
        case (.all, let other), (let other, .all): other
        case (.allOf(let first), .allOf(let second)): .allOf(first + second)
        case (.allOf(let first), let other): .allOf(first + [other])
        case (let other, .allOf(let second)): .allOf([other] + second)
        default: .allOf([left, right])
        }
    }

    public static func || (left: Filter, right: Filter) -> Filter {
        if case .anyOf(let first) = left { .anyOf(first + [right]) } else { .anyOf([left, right]) }
    }

    public static prefix func ! (filter: Filter) -> Filter { .not(filter) }
}

extension Filter {
    /// The values that every document found has, because the filter asks for them. They are what an upsert begins
    /// with.
    var equalities: [(path: FieldPath, value: DocumentValue)] {
        switch self {
        case .compare(let path, .equal, let value) where !value.isNull: [(path, value)]
        case .allOf(let filters): filters.flatMap(\.equalities)
        default: []
        }
    }
}
