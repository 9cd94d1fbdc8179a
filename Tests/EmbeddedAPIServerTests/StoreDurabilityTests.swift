import Foundation
import GRDB
import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("Durability of the store")
struct StoreDurabilityTests {
    private static let id = CollectionID(group: "", resource: "configmaps")

    private func write(_ store: ObjectStore, _ name: String, size: Int = 10) async throws -> Change {
        let object: JSON = [
            "metadata": ["name": .string(name), "namespace": "n"],
            "data": ["text": .string(String(repeating: "x", count: size))],
        ]
        return try await store.write(Mutation(Self.id, ObjectKey(namespace: "n", name: name), .create(object)))
    }

    private func names(_ store: ObjectStore) -> Set<String> {
        Set(store.snapshot(Self.id).entries.all.map(\.key.name))
    }

    @Test("commits are synced: WAL with synchronous=FULL")
    func pragmas() throws {
        let folder = try ScratchFolder()
        let store = try ObjectStore(path: folder.file())
        #expect(try store.database.pragma("journal_mode") == "wal")
        #expect(try store.database.pragma("synchronous") == "2")
    }

    @Test("only the owner may read the files")
    func permissions() async throws {
        let folder = try ScratchFolder()
        let store = try ObjectStore(path: folder.file())
        _ = try await write(store, "a")
        for suffix in ["", "-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file() + suffix)
            #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0, "\(suffix)")
        }
    }

    @Test("a closed store opens with the same objects, revision and settings")
    func reopen() async throws {
        let folder = try ScratchFolder()
        let first = try ObjectStore(path: folder.file())
        for index in 0..<50 { _ = try await write(first, "o\(index)") }
        try first.database.setSetting("key", Array("value".utf8))
        let entry = try #require(first.entry(Self.id, ObjectKey(namespace: "n", name: "o7")))
        _ = try await first.write(Mutation(Self.id, entry.key, .remove(entry.json, expecting: entry.revision)))
        let revision = first.revision
        try await first.close()
        let second = try ObjectStore(path: folder.file())
        #expect(second.revision == revision)
        #expect(names(second) == Set((0..<50).map { "o\($0)" }).subtracting(["o7"]))
        #expect(try second.database.setting("key") == Array("value".utf8))
        #expect(
            second.entry(Self.id, ObjectKey(namespace: "n", name: "o8"))?.json["metadata", "resourceVersion"] == "9")
    }

    @Test("what was acknowledged is in the files at any moment of a storm of writes")
    func crash() async throws {
        let folder = try ScratchFolder()
        let store = try ObjectStore(path: folder.file())
        let stream = AsyncStream<String>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for index in 0..<60 {
                        let name = "w\(writer)-\(index)"
                        _ = try await write(store, name, size: 500)
                        stream.continuation.yield(name)
                    }
                }
            }
            group.addTask {
                var acknowledged: Set<String> = []
                var round = 0
                for await name in stream.stream {
                    acknowledged.insert(name)
                    if acknowledged.count % 97 == 0 {
                        round += 1
                        try check(folder, round, acknowledged)
                    }
                    if acknowledged.count == 480 { break }
                }
                try check(folder, round + 1, acknowledged)
            }
            try await group.waitForAll()
        }
    }

    /// Opens what a machine would find that lost its power now: the files as they are, without the shared memory.
    private func check(_ folder: ScratchFolder, _ round: Int, _ acknowledged: Set<String>) throws {
        // The log is copied after the database: it only ever holds more than what was acknowledged by then.
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: folder.file() + suffix, toPath: folder.file("copy\(round).db") + suffix)
        }
        let copy = try ObjectStore(path: folder.file("copy\(round).db"))
        #expect(names(copy).isSuperset(of: acknowledged), "round \(round)")
    }

    @Test("a full disk refuses writes, loses nothing, and is no end")
    func fullDisk() async throws {
        let folder = try ScratchFolder()
        let store = try ObjectStore(path: folder.file())
        _ = try await write(store, "first")
        let pages = try #require(Int(try store.database.pragma("page_count")))
        _ = try store.database.pragma("max_page_count=\(pages + 8)")
        var stored: Set<String> = ["first"]
        var refused: Status?
        for index in 0..<40 where refused == nil {
            do {
                _ = try await write(store, "o\(index)", size: 3000)
                stored.insert("o\(index)")
            } catch {
                refused = error as? Status
            }
        }
        #expect(refused?.code == 507)
        #expect(refused?.message.contains("no space left") == true)
        #expect(names(store) == stored)
        let revision = store.revision
        // Of writes that arrive together, only those fail for which there is no room.
        await withTaskGroup(of: String?.self) { group in
            for index in 0..<8 {
                group.addTask { (try? await write(store, "big\(index)", size: 9000)).map { _ in "big\(index)" } }
            }
            for await name in group { if let name { stored.insert(name) } }
        }
        #expect(names(store) == stored)
        #expect(stored.isDisjoint(with: (0..<8).map { "big\($0)" }))
        #expect(store.revision == revision)
        _ = try store.database.pragma("max_page_count=100000")
        _ = try await write(store, "after", size: 3000)
        try await store.close()
        #expect(try names(ObjectStore(path: folder.file())) == stored.union(["after"]))
    }

    @Test("an object above the limit is refused with 413, alone or among others")
    func tooLarge() async throws {
        let store = try ObjectStore(path: nil)
        async let small = write(store, "small")
        let refused = await status { try await write(store, "large", size: 4 << 20) }
        _ = try await small
        #expect(refused?.code == 413)
        #expect(names(store) == ["small"])
    }

    @Test("a second process is told that the database is in use")
    func exclusive() throws {
        let folder = try ScratchFolder()
        let store = try ObjectStore(path: folder.file())
        #expect(throws: StoreError.self) { try ObjectStore(path: folder.file()) }
        withExtendedLifetime(store) {}
    }
}
