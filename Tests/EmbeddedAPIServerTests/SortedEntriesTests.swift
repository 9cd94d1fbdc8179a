import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("SortedEntries")
struct SortedEntriesTests {
    private func entry(_ key: ObjectKey, _ revision: UInt64) -> StoredEntry {
        StoredEntry(key: key, revision: revision, json: .object([:]), bytes: [])
    }

    @Test("random sets and removals read back as a sorted dictionary would")
    func model() {
        let seed = SeededGenerator.seed
        var random = SeededGenerator(seed: seed)
        var entries = SortedEntries()
        var model: [ObjectKey: UInt64] = [:]
        for revision in 1...UInt64(6000) {
            let key = ObjectKey(
                namespace: "n\(Int.random(in: 0..<4, using: &random))",
                name: "o\(Int.random(in: 0..<700, using: &random))")
            if Int.random(in: 0..<3, using: &random) == 0 {
                entries.remove(key)
                model[key] = nil
            } else {
                entries.set(entry(key, revision))
                model[key] = revision
            }
        }
        let sorted = model.sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }
        #expect(entries.all.map(\.key) == sorted.map(\.key), "seed \(seed)")
        #expect(entries.all.map(\.revision) == sorted.map(\.value), "seed \(seed)")
        #expect(entries.count == model.count)
        for namespace in ["n0", "n2", "n9"] {
            let after = ObjectKey(namespace: namespace, name: "o300")
            let expected = sorted.map(\.key).filter { $0.namespace == namespace && $0.name > "o300" }
            var seen: [ObjectKey] = []
            entries.scan(namespace: namespace, after: after) {
                seen.append($0.key)
                return true
            }
            #expect(seen == expected, "seed \(seed)")
            #expect(entries.count(namespace: namespace, after: after) == expected.count)
        }
        for (key, revision) in sorted.prefix(50) { #expect(entries[key]?.revision == revision) }
        #expect(entries[ObjectKey(namespace: "n1", name: "none")] == nil)
        #expect(SortedEntries(entries.all.shuffled()).all.map(\.key) == sorted.map(\.key))
    }

    @Test("a copy does not see later changes")
    func snapshot() {
        var entries = SortedEntries()
        let key = ObjectKey(namespace: "a", name: "b")
        entries.set(entry(key, 1))
        let copy = entries
        entries.set(entry(key, 2))
        #expect(copy[key]?.revision == 1)
        #expect(entries[key]?.revision == 2)
    }
}
