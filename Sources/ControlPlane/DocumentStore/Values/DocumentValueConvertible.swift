import Foundation

/// What may stand for a value in filters and updates.
public protocol DocumentValueConvertible {
    var documentValue: DocumentValue { get }
}

extension DocumentValue: DocumentValueConvertible {
    public var documentValue: DocumentValue { self }
}

extension Document: DocumentValueConvertible {
    public var documentValue: DocumentValue { .document(self) }
}

extension Bool: DocumentValueConvertible {
    public var documentValue: DocumentValue { .bool(self) }
}

extension Int: DocumentValueConvertible {
    public var documentValue: DocumentValue { .int(Int64(self)) }
}

extension Int64: DocumentValueConvertible {
    public var documentValue: DocumentValue { .int(self) }
}

extension Double: DocumentValueConvertible {
    public var documentValue: DocumentValue { .double(self) }
}

extension String: DocumentValueConvertible {
    public var documentValue: DocumentValue { .string(self) }
}

extension ObjectID: DocumentValueConvertible {
    public var documentValue: DocumentValue { .objectID(self) }
}

extension Date: DocumentValueConvertible {
    /// Cut to milliseconds.
    public var documentValue: DocumentValue { .date(DateText.milliseconds(of: self)) }
}

extension Optional: DocumentValueConvertible where Wrapped: DocumentValueConvertible {
    /// `nil` is null.
    public var documentValue: DocumentValue { self?.documentValue ?? .null }
}

extension Array: DocumentValueConvertible where Element: DocumentValueConvertible {
    public var documentValue: DocumentValue { .array(map(\.documentValue)) }
}
