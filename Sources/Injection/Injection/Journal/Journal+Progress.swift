import Foundation
import Host

// An order that injects several times has a record for as long as it goes on, so that whoever undoes it ends it, also in
// the pauses in which it has no entry.

extension Journal {
    /// Writes the record of an order that this process is going to carry out.
    /// - Throws: `InjectionError`; nothing may be injected then.
    func begin(_ order: String) throws(InjectionError) {
        do {
            try FileTree.makeDirectories(records, mode: 0o700)
            let owner = try JSONEncoder().encode(JournalEntry.Owner.current())
            try FileTree.replace(record(order), with: Array(owner), isDurable: false)
        } catch {
            throw InjectionError(
                code: .inject, reason: "nothing was injected, because order \(order) could not be journaled: \(error)")
        }
    }

    /// Whether somebody has undone an order that was begun.
    func isEnded(_ order: String) -> Bool { Self.isMissing(record(order)) }

    /// Removes the record: whoever carries the order out injects nothing any more.
    /// - Parameter order: nil ends every order.
    func end(_ order: String?) {
        // What cannot be removed only injects what its deadline ends.
        let names = order.map { [Self.hash($0)] } ?? FileTree.names(in: records)
        for name in names { try? FileTree.remove(records + "/" + name) }
    }

    /// Removes the records of processes that are gone.
    func removeDeadRecords(_ machine: MachineMoment = MachineMoment()) {
        for name in FileTree.names(in: records) {
            guard let data = try? FileTree.read(records + "/" + name),
                let owner = try? JSONDecoder().decode(JournalEntry.Owner.self, from: Data(data)),
                machine.isAlive(owner) == false
            else { continue }
            try? FileTree.remove(records + "/" + name)
        }
    }

    private var records: String { directory + "/orders" }

    /// Orders are named by others, so their names make no paths.
    private func record(_ order: String) -> String { records + "/" + Self.hash(order) }
}
