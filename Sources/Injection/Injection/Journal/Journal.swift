import Foundation
import Glibc
import Host

/// What is applied on this machine: one file for each entry in one directory, on disk before anything is applied.
public struct Journal: Sendable, Hashable {
    /// A file in the journal that is no entry.
    public struct Unreadable: Sendable, Hashable {
        /// The file's name.
        public var name: String
        public var reason: String
        /// A newer litmus can read it, so it must stay where it is.
        public var isForeign = false
        /// It could not be read this time, which says nothing of what is in it: the next look may find an entry.
        public var isOutOfReach = false

        /// Whether it can never become an entry.
        var isDamaged: Bool { !isForeign && !isOutOfReach }
    }

    public let directory: String

    /// - Parameter directory: nil takes `defaultDirectory`.
    public init(directory: String? = nil) {
        self.directory = directory ?? Self.defaultDirectory
    }

    /// `/var/lib/litmus/journal` for root; otherwise below `$XDG_STATE_HOME` or `~/.local/state`.
    public static var defaultDirectory: String {
        if geteuid() == 0 { return "/var/lib/litmus/journal" }
        let environment = ProcessInfo.processInfo.environment
        // The specification of base directories has relative paths ignored.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/litmus/journal" }
        return NSHomeDirectory() + "/.local/state/litmus/journal"
    }

    /// Writes an entry. When this returns it is on disk, unless `isDurable` is false: then it only survives the end of
    /// this process, which is enough for what a reboot undoes anyway.
    /// - Throws: `HostError`, such as for a full disk; nothing may be applied then.
    func write(_ entry: JournalEntry, isDurable: Bool = true) throws {
        try prepare()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try FileTree.replace(file(entry.id), with: Array(encoder.encode(entry)), isDurable: isDurable)
    }

    /// Writes a new entry durably.
    /// - Throws: `InjectionError`; nothing may be applied then.
    func enter(_ entry: JournalEntry) throws(InjectionError) {
        do {
            try write(entry)
        } catch {
            throw InjectionError(
                code: .inject,
                reason: "nothing was applied to pod \(entry.target.pod), because it could not be journaled first "
                    + "(\(error)): make \(directory) writable, with some kilobytes free",
                target: entry.target)
        }
    }

    func remove(_ id: String) throws {
        try FileTree.remove(file(id))
    }

    /// Whether an entry was removed; one that merely cannot be read was not.
    func isGone(_ id: String) -> Bool { Self.isMissing(file(id)) }

    static func isMissing(_ path: String) -> Bool {
        access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }

    /// nil when it was removed or cannot be read.
    func entry(_ id: String) -> JournalEntry? {
        try? read(id + Self.suffix).get()
    }

    /// Whether somebody else than its owner has undone an entry, or is about to, while it should still last.
    func isUndoneEarly(_ entry: JournalEntry) -> Bool {
        let hasTime = BootClock.milliseconds() < entry.deadline
        if let now = self.entry(entry.id) { return hasTime && now.state == .reverting }
        return hasTime && isGone(entry.id)
    }

    /// All entries, oldest first, and what could not be read.
    func contents() -> (entries: [JournalEntry], unreadable: [Unreadable]) {
        var entries: [JournalEntry] = []
        var unreadable: [Unreadable] = []
        let names: [String]
        do {
            names = try FileTree.list(directory)
        } catch {
            return ([], [Unreadable(name: directory, reason: "\(error)", isOutOfReach: true)])
        }
        for name in names.sorted() where name.hasSuffix(Self.suffix) && !name.hasPrefix(".") {
            switch read(name) {
            case .success(let entry): entries.append(entry)
            // Removed since the directory was read.
            case .failure where Self.isMissing(directory + "/" + name): continue
            case .failure(let problem): unreadable.append(problem)
            }
        }
        entries.sort { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        return (entries, unreadable)
    }

    /// Moves a file that is no entry out of the way, where people can look at it.
    /// - Returns: its new path.
    func setAside(_ file: Unreadable) throws -> String {
        let target = directory + "/unreadable"
        try FileTree.makeDirectories(target, mode: 0o700)
        let path = "\(target)/\(BootClock.wallMilliseconds())-\(file.name)"
        guard rename(directory + "/" + file.name, path) == 0 || errno == ENOENT else {
            throw HostError("set aside", directory + "/" + file.name, code: errno)
        }
        return path
    }

    /// Held while the rules of one network namespace are changed.
    func lock(namespace cookie: UInt64) async throws -> FileLock {
        try prepare()
        return try await FileLock.lock(directory + "/locks/network-\(cookie)")
    }

    /// The table of packet filter rules that this journal renders: family and name.
    var table: String {
        if directory == Self.defaultDirectory { return "netdev litmus" }
        return "netdev litmus_" + Self.hash(directory)
    }

    /// FNV-1a, which is the same in every process.
    static func hash(_ text: String) -> String {
        String(text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }

    /// The file whose lock the working watchdog holds.
    var watchdogLock: String { directory + "/locks/watchdog" }

    /// Removes what writers that were killed in the middle have left.
    func removeRemains(olderThan seconds: Int = 60) {
        for name in FileTree.names(in: directory) where name.hasPrefix(".") && name.hasSuffix(".tmp") {
            var status = stat()
            guard stat(directory + "/" + name, &status) == 0, time(nil) - status.st_mtim.tv_sec >= seconds else {
                continue
            }
            unlink(directory + "/" + name)
        }
    }

    func prepare() throws {
        try FileTree.makeDirectories(directory + "/locks", mode: 0o700)
    }

    /// What every version writes.
    private struct Form: Decodable { var version: Int }

    private static let suffix = ".json"

    private func file(_ id: String) -> String { directory + "/" + id + Self.suffix }

    private func read(_ name: String) -> Result<JournalEntry, Unreadable> {
        do {
            let data = Data(try FileTree.read(directory + "/" + name))
            let form = try JSONDecoder().decode(Form.self, from: data)
            guard form.version == JournalEntry.currentVersion else {
                return .failure(
                    Unreadable(
                        name: name, reason: "it was written by another version of litmus: use that one",
                        isForeign: true))
            }
            let entry = try JSONDecoder().decode(JournalEntry.self, from: data)
            guard JournalEntry.isValidID(entry.id), entry.id + Self.suffix == name else {
                return .failure(Unreadable(name: name, reason: "its id \"\(entry.id)\" is not its file's name"))
            }
            return .success(entry)
        } catch let error as HostError {
            // Such as too many open files, or a disk that does not answer.
            return .failure(Unreadable(name: name, reason: error.description, isOutOfReach: error.code != EISDIR))
        } catch {
            return .failure(Unreadable(name: name, reason: "it is damaged: \(error)"))
        }
    }
}

extension Journal.Unreadable: Error {}
