import DocumentStore

/// A page of a list.
struct Pagination: Codable, Sendable, Hashable {
    /// Upstream's, where a request names no limit.
    static let standardLimit = 15
    static let largestLimit = 1000

    /// From 0.
    var page: Int
    var limit: Int

    /// The query for this page. A limit of 0 is the standard one.
    /// - Throws: `CenterError.invalid` for negative numbers.
    static func apply(_ pagination: Pagination?, to query: Query) throws -> Query {
        var query = query
        guard let pagination else {
            query.limit = standardLimit
            return query
        }
        guard pagination.page >= 0, pagination.limit >= 0 else {
            throw CenterError.invalid("pagination: page and limit must not be negative")
        }
        let limit = pagination.limit == 0 ? standardLimit : min(pagination.limit, largestLimit)
        query.limit = limit
        query.skip = pagination.page.multipliedReportingOverflow(by: limit).overflow ? .max : pagination.page * limit
        return query
    }
}

/// A time from and a time to, in milliseconds since 1970, as text.
struct DateRange: Codable, Sendable, Hashable {
    var startDate: String
    /// Empty or absent: now.
    var endDate: String?

    /// - Throws: `CenterError.invalid` for what is no number.
    func filter(of path: FieldPath) throws -> Filter {
        var filter: Filter = .gte(path, try Self.milliseconds(startDate, "startDate"))
        if let endDate, !endDate.isEmpty { filter = filter && .lte(path, try Self.milliseconds(endDate, "endDate")) }
        return filter
    }

    private static func milliseconds(_ text: String, _ name: String) throws -> Int64 {
        guard let number = Int64(text) else {
            throw CenterError.invalid("dateRange.\(name): '\(text)' is not a number of milliseconds since 1970")
        }
        return number
    }
}
