extension DocumentValue {
    /// Whether two values are the same to a filter: numbers by their value, everything else exactly.
    func isSame(as other: DocumentValue) -> Bool {
        switch (self, other) {
        case (.int, .double), (.double, .int): order(with: other) == .same
        default: self == other
        }
    }

    enum Order: Int { case before = -1, same = 0, after = 1 }

    /// How the value sorts to another of its type; nil when the types differ, or have no order.
    func order(with other: DocumentValue) -> Order? {
        switch (self, other) {
        case (.null, .null): .same
        case (.bool(let left), .bool(let right)): Self.order(left ? 1 : 0, right ? 1 : 0)
        case (.int(let left), .int(let right)): Self.order(left, right)
        case (.double(let left), .double(let right)): Self.order(left, right)
        case (.int(let left), .double(let right)): Self.order(left, right)
        case (.double(let left), .int(let right)):
            Self.order(right, left).flatMap { Order(rawValue: -$0.rawValue) }
        case (.string(let left), .string(let right)):
            // By bytes, as both databases do; Swift's own order is of canonical equivalents.
            Self.order(Array(left.utf8), Array(right.utf8))
        case (.date(let left), .date(let right)): Self.order(left, right)
        case (.objectID(let left), .objectID(let right)): Self.order(left, right)
        case (.timestamp(let left), .timestamp(let right)): Self.order(left, right)
        default: nil
        }
    }

    private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Order? {
        if left < right { return .before }
        if left > right { return .after }
        return left == right ? .same : nil
    }

    private static func order(_ left: Int64, _ right: Double) -> Order? {
        if let whole = Int64(exactly: right) { return order(left, whole) }
        return order(Double(left), right)
    }

    private static func order(_ left: [UInt8], _ right: [UInt8]) -> Order {
        if left == right { return .same }
        return left.lexicographicallyPrecedes(right) ? .before : .after
    }

    /// The place of the type in a sort over values of several types, as MongoDB has it.
    private var rank: Int {
        switch self {
        case .null: 0
        case .int, .double: 1
        case .string: 2
        case .document: 3
        case .array: 4
        case .binary: 5
        case .objectID: 6
        case .bool: 7
        case .date: 8
        case .timestamp: 9
        }
    }

    /// A total order, for sorting results: by type, then by value.
    static func sorts(_ left: DocumentValue, before right: DocumentValue) -> Bool {
        if let order = left.order(with: right) { return order == .before }
        return left.rank == right.rank ? left.description < right.description : left.rank < right.rank
    }
}
