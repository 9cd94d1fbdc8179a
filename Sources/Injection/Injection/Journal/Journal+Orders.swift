import Host

extension Journal {
    /// Whether anything of an order is applied still, or may be: what cannot be read could be its own.
    public func hasEntries(of order: String) -> Bool {
        let contents = contents()
        return contents.entries.contains { $0.order == order } || !contents.unreadable.isEmpty
    }

    /// Held by the node agent that works on this machine: one that is being replaced and its successor are never at work
    /// at the same time. Waits until the former has ended, looking again and again, so that it can be called off.
    /// - Throws: `HostError` when the journal's directory cannot be written, `CancellationError`.
    public func lockForAgent() async throws -> FileLock {
        try prepare()
        while true {
            if let lock = try FileLock.tryLock(directory + "/locks/node-agent") { return lock }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
