/// Which entries are being reverted, and when those that failed may be tried again.
actor RevertAttempts {
    private var running: Set<String> = []
    private var failures: [String: (count: Int, notBefore: Int64)] = [:]

    /// Whether the caller shall revert the entry now; then it must say how that ended.
    /// - Parameter now: milliseconds since boot.
    func begin(_ id: String, now: Int64) -> Bool {
        if let failure = failures[id], now < failure.notBefore { return false }
        return running.insert(id).inserted
    }

    func succeeded(_ id: String) {
        running.remove(id)
        failures[id] = nil
    }

    /// - Returns: how often it has failed.
    func failed(_ id: String, now: Int64) -> Int {
        running.remove(id)
        let count = (failures[id]?.count ?? 0) + 1
        failures[id] = (count, now + Self.delay(after: count))
        return count
    }

    /// Milliseconds: 100, doubled up to 5 seconds.
    static func delay(after failures: Int) -> Int64 {
        min(5000, 100 << Int64(min(failures - 1, 10)))
    }
}
