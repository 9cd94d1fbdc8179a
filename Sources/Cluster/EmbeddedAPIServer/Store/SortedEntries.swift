import KubernetesAPI

/// The live objects of a resource in the order of their keys (namespace, then name).
///
/// A list of short sorted runs: a change copies one run and the list of runs at most, so that a snapshot costs nothing
/// and the writer never waits for its readers.
struct SortedEntries: Sendable {
    static let runLimit = 128

    /// No run is empty.
    private var runs: [[StoredEntry]] = []
    private(set) var count = 0

    init() {}

    /// - Parameter entries: in any order, keys unique.
    init(_ entries: [StoredEntry]) {
        let sorted = entries.sorted { $0.key.isOrdered(before: $1.key) }
        for start in stride(from: 0, to: sorted.count, by: Self.runLimit / 2) {
            runs.append(Array(sorted[start..<min(start + Self.runLimit / 2, sorted.count)]))
        }
        count = sorted.count
    }

    /// A place between entries: `run == runs.count` is the end.
    private struct Position {
        var run: Int
        var offset: Int
    }

    subscript(key: ObjectKey) -> StoredEntry? {
        let position = lowerBound(of: key)
        guard position.run < runs.count else { return nil }
        let entry = runs[position.run][position.offset]
        return entry.key == key ? entry : nil
    }

    /// Puts an entry in the place of the one with its key, if any.
    mutating func set(_ entry: StoredEntry) {
        guard !runs.isEmpty else {
            runs = [[entry]]
            count = 1
            return
        }
        var position = lowerBound(of: entry.key)
        if position.run == runs.count {
            position = Position(run: runs.count - 1, offset: runs[runs.count - 1].count)
        } else if runs[position.run][position.offset].key == entry.key {
            runs[position.run][position.offset] = entry
            return
        }
        runs[position.run].insert(entry, at: position.offset)
        count += 1
        if runs[position.run].count > Self.runLimit { split(position.run) }
    }

    mutating func remove(_ key: ObjectKey) {
        let position = lowerBound(of: key)
        guard position.run < runs.count, runs[position.run][position.offset].key == key else { return }
        runs[position.run].remove(at: position.offset)
        if runs[position.run].isEmpty { runs.remove(at: position.run) }
        count -= 1
    }

    private mutating func split(_ index: Int) {
        let run = runs[index]
        let middle = run.count / 2
        runs[index] = Array(run[..<middle])
        runs.insert(Array(run[middle...]), at: index + 1)
    }

    /// Calls `body` with each entry after `after`, of one namespace or of all, until it returns false.
    func scan(namespace: String?, after: ObjectKey? = nil, _ body: (StoredEntry) -> Bool) {
        var position = start(namespace: namespace, after: after)
        while position.run < runs.count {
            let run = runs[position.run]
            for offset in position.offset..<run.count {
                let entry = run[offset]
                if let namespace, entry.key.namespace != namespace { return }
                if !body(entry) { return }
            }
            position = Position(run: position.run + 1, offset: 0)
        }
    }

    /// How many entries come after `after` in a namespace or in all.
    func count(namespace: String?, after: ObjectKey? = nil) -> Int {
        let end = namespace.map { rank(lowerBound(of: ObjectKey(namespace: $0 + "\0", name: ""))) } ?? count
        return max(0, end - rank(start(namespace: namespace, after: after)))
    }

    var all: [StoredEntry] { runs.flatMap(\.self) }

    private func start(namespace: String?, after: ObjectKey?) -> Position {
        // The least key above `after` is the same name with a zero character, which no name contains.
        if let after { return lowerBound(of: ObjectKey(namespace: after.namespace, name: after.name + "\0")) }
        if let namespace { return lowerBound(of: ObjectKey(namespace: namespace, name: "")) }
        return Position(run: 0, offset: 0)
    }

    private func rank(_ position: Position) -> Int {
        runs[..<position.run].reduce(position.offset) { $0 + $1.count }
    }

    /// The first place whose key is not below `key`.
    private func lowerBound(of key: ObjectKey) -> Position {
        let run = Self.partition(runs.count) { index in
            let run = runs[index]
            return run[run.count - 1].key.isOrdered(before: key)
        }
        guard run < runs.count else { return Position(run: run, offset: 0) }
        let entries = runs[run]
        return Position(run: run, offset: Self.partition(entries.count) { entries[$0].key.isOrdered(before: key) })
    }

    /// The first index for which `isBelow` is false.
    private static func partition(_ count: Int, _ isBelow: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBelow(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ObjectKey {
    func isOrdered(before other: ObjectKey) -> Bool {
        namespace == other.namespace ? name < other.name : namespace < other.namespace
    }
}
