import Synchronization

/// How much one request may read of what is long: each run can have megabytes of execution data, each experiment of
/// manifests, and a list has up to a thousand of them.
final class ReadingBudget: Sendable {
    /// Bytes: a page of fifteen runs with reports of the largest size.
    static let standard = 64 << 20

    private let limit: Int
    private let taken = Mutex(0)

    init(_ limit: Int = standard) { self.limit = limit }

    /// - Throws: `CenterError.invalid` when it is more than is left.
    func take(_ bytes: Int) throws(CenterError) {
        let isWithin = taken.withLock { taken in
            taken += bytes
            return taken <= limit
        }
        guard isWithin else {
            throw .invalid(
                "the manifests and the execution data that this request asks for have more than \(limit) bytes; "
                    + "ask for fewer items at once, or leave these fields out")
        }
    }
}
