import DequeModule
import KubernetesAPI

/// The newest changes of a resource, for watches that resume.
struct ChangeLog: Sendable {
    /// At most this many are kept.
    let limit: Int
    /// Beyond this many, changes older than `maximumAge` are dropped.
    static let unaged = 256
    static let maximumAge = Duration.seconds(600)

    /// At most this many bytes of JSON are kept.
    static let maximumBytes = 16 << 20

    private var bytes = 0
    private var changes: Deque<(change: Change, time: Timestamp)> = []
    /// How many changes were ever dropped: the index of the first one kept.
    private(set) var start = 0
    /// Every change after this revision is in the log.
    private(set) var floor: UInt64

    init(floor: UInt64, limit: Int) {
        self.floor = floor
        self.limit = limit
    }

    /// One past the index of the last change.
    var end: Int { start + changes.count }

    mutating func append(_ change: Change, at time: Timestamp) {
        changes.append((change, time))
        bytes += change.after.bytes.count
        while changes.count > limit || bytes > Self.maximumBytes || isOutdated(at: time) {
            guard let dropped = changes.popFirst() else { return }
            bytes -= dropped.change.after.bytes.count
            floor = dropped.change.revision
            start += 1
        }
    }

    private func isOutdated(at time: Timestamp) -> Bool {
        guard changes.count > Self.unaged, let oldest = changes.first else { return false }
        return time - oldest.time > Self.maximumAge
    }

    /// The index of the first change after `revision`; nil when changes since then were dropped.
    func index(after revision: UInt64) -> Int? {
        guard revision >= floor else { return nil }
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].change.revision <= revision { low = middle + 1 } else { high = middle }
        }
        return start + low
    }

    /// Up to `count` changes from an index on; nil when it was dropped.
    func changes(from index: Int, count: Int) -> [Change]? {
        guard index >= start else { return nil }
        let first = index - start
        guard first < changes.count else { return [] }
        return changes[first..<min(first + count, changes.count)].map(\.change)
    }
}
