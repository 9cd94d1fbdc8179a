import Host

/// Makes network namespaces show what the journal says of them.
///
/// Whatever changes, a new entry or the end of one, is the same act: under the namespace's lock the journal is changed
/// and everything that it has on this namespace is rendered. So faults merge and come apart in any order, and who comes
/// after a crash does nothing else.
struct NetworkInjector: Sendable {
    var journal: Journal
    var processes = ProcessTable()
    /// Entries that are being undone: never rendered, although the journal may be unable to say so.
    var undoing: Set<String> = []

    /// A place, with the namespace kept open: from here on nothing that happens to the target takes it away.
    struct Site: Sendable {
        var place: NetworkPlace
        var namespace: NetworkNamespace
    }

    /// - Throws: `InjectionError` when the target has no network of its own, or no such device.
    func site(_ loss: TrafficLoss, on target: ResolvedTarget) async throws -> Site {
        guard !target.sharesHostNetwork else {
            throw InjectionError(
                code: .inject,
                reason: "pod \(target.reference.pod) uses the network of node \(target.reference.node), so traffic "
                    + "cannot be lost for it alone: choose a pod without hostNetwork",
                target: target.reference)
        }
        for hook in LossRules.Hook.allCases { _ = try TrafficConditions(loss.filter, outgoing: hook == .egress) }
        let namespace = try await NetworkNamespace.open(processes.file(target.pid, "ns/net"))
        let devices = try await Self.devices(in: namespace).keys.sorted()
        guard devices.contains(loss.interface) else {
            throw InjectionError(
                code: .inject,
                reason: "pod \(target.reference.pod) has no network interface \(loss.interface), only "
                    + "\(devices.joined(separator: ", ")): set the interface to one of them",
                target: target.reference)
        }
        return Site(
            place: NetworkPlace(
                pid: target.pid, startTime: target.startTime, inode: namespace.inode, cookie: namespace.cookie,
                table: journal.table),
            namespace: namespace)
    }

    /// Journals the entry and renders. When this throws nothing of it is left, or the journal still has it for others.
    /// - Throws: `HostError`, `InjectionError`.
    func apply(_ entry: JournalEntry, at site: Site) async throws {
        let lock = try await journal.lock(namespace: site.place.cookie)
        try journal.enter(entry)
        do {
            try await render(site.place, in: site.namespace)
        } catch {
            // When this fails too, the journal keeps the entry for the watchdog.
            try? await remove(entry, at: site.place, in: site.namespace, lock)
            throw error
        }
        withExtendedLifetime(lock) {}
    }

    /// Removes the entry from the namespace and from the journal. One that is gone already is no error.
    /// - Parameter namespace: where it is, when the caller has it open; otherwise it is looked for.
    /// - Throws: `HostError`; the journal keeps the entry then.
    func revert(_ entry: JournalEntry, at place: NetworkPlace, in namespace: NetworkNamespace? = nil) async throws {
        let lock = try await journal.lock(namespace: place.cookie)
        var found = namespace
        if found == nil { found = try await NamespaceFinder(processes: processes).find(place) }
        try await remove(entry, at: place, in: found, lock)
    }

    /// Renders a namespace that has our table although the journal may know nothing of it.
    /// - Returns: whether it had the table.
    func sweep(_ namespace: NetworkNamespace) async throws -> Bool {
        guard try await Self.table(journal.table, in: namespace) != nil else { return false }
        let lock = try await journal.lock(namespace: namespace.cookie)
        let place = NetworkPlace(
            pid: 0, startTime: 0, inode: namespace.inode, cookie: namespace.cookie,
            table: journal.table)
        try await render(place, in: namespace)
        if journal.entries(on: place).isEmpty { lock.removeFile() }
        return true
    }

    private func remove(
        _ entry: JournalEntry, at place: NetworkPlace, in namespace: NetworkNamespace?, _ lock: FileLock
    ) async throws {
        guard !journal.isGone(entry.id) else { return }
        var current = journal.entry(entry.id) ?? entry
        current.state = .reverting
        // On a full disk the entry is left out all the same, because it is named.
        try? journal.write(current, isDurable: false)
        if let namespace { try await render(place, in: namespace, without: entry.id) }
        try journal.remove(entry.id)
        if journal.entries(on: place).isEmpty { lock.removeFile() }
    }

    /// What is to be seen of a loss in its namespace.
    struct Sight: Sendable, Hashable {
        /// nil: the device is gone, as it is when its pod was removed.
        var traffic: DeviceTraffic?
        /// nil: our table is not there.
        var table: NamespaceTable?
    }

    func look(at loss: TrafficLoss, in namespace: NetworkNamespace) async throws -> Sight {
        Sight(
            traffic: try await Self.devices(in: namespace)[loss.interface],
            table: try await Self.table(journal.table, in: namespace))
    }

    private static func table(_ table: String, in namespace: NetworkNamespace) async throws -> NamespaceTable? {
        let arguments = ["table"] + table.split(separator: " ").map(String.init)
        return try await Nftables.find(arguments, namespace: namespace.path).map(NamespaceTable.init(json:))
    }

    private func render(
        _ place: NetworkPlace, in namespace: NetworkNamespace, without id: String? = nil
    ) async throws {
        let losses = journal.entries(on: place).filter {
            $0.state == .active && $0.id != id && !undoing.contains($0.id)
        }
        .compactMap(\.loss)
        let rules = LossRules(
            table: place.table, losses: losses, devices: Set(try await Self.devices(in: namespace).keys))
        let script = try rules.script(replacing: try await Self.table(place.table, in: namespace))
        do {
            try await Nftables.run(script, namespace: namespace.path)
        } catch is HostError {
            try await Nftables.run(try rules.scriptFromScratch(), namespace: namespace.path)
        }
    }

    private static func devices(in namespace: NetworkNamespace) async throws -> [String: DeviceTraffic] {
        try await KernelThread.run(inNamespaces: [namespace.path]) {
            // The thread's own view: `/proc/net` is that of the process's first thread.
            DeviceTraffic.parse(try FileTree.readText("/proc/thread-self/net/dev"))
        }
    }
}

extension Journal {
    /// Oldest first; of this boot only.
    func entries(on place: NetworkPlace) -> [JournalEntry] {
        let bootID = BootClock.bootID()
        return contents().entries.filter { entry in
            guard case .network(let other) = entry.place else { return false }
            return other.cookie == place.cookie && other.table == place.table && entry.bootID == bootID
        }
    }
}

extension JournalEntry {
    /// nil when the step does something else.
    var loss: LossRules.Loss? {
        guard case .loseTraffic(let loss) = step else { return nil }
        return LossRules.Loss(id: id, loss: loss)
    }
}
