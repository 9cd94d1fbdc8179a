import DocumentStore
import Foundation
import Glibc
import Testing

/// In a process started by the tests below: the database to write to, and the file for what was acknowledged.
private let victimTask = ProcessInfo.processInfo.environment["LITMUS_DOCUMENT_VICTIM"]

@Suite("A store whose writer is killed")
struct KillTests {
    /// Inserts documents until it is killed, and writes down each that was acknowledged; then documents of two fields
    /// that must agree.
    private static func write(_ folder: String) async throws {
        let database = try await DocumentDatabase.open(.sqlite(path: folder + "/store.db"))
        let things = try await database.collection(.init("things", indexes: [.fields("n")]), of: Document.self)
        let log = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let name = UUID().uuidString
        let deadline = ContinuousClock.now + .seconds(30)
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var index = 0
                    while ContinuousClock.now < deadline {
                        index += 1
                        let id = "\(name)-\(writer)-\(index)"
                        let document: Document = ["_id": .string(id), "n": .int(Int64(index))]
                        guard (try? await things.insert(document)) != nil else { return }
                        let counter = Update().inc("a").inc("b")
                        guard (try? await things.update(.id("counter"), counter, upsert: true)) != nil else { return }
                        let line = Array((id + "\n").utf8)
                        guard Glibc.write(log, line, line.count) == line.count else { return }
                    }
                }
            }
        }
    }

    /// This test program again, as a writer.
    private func startVictim(in folder: String) throws -> Process {
        let command = try Data(contentsOf: URL(fileURLWithPath: "/proc/self/cmdline"))
        var arguments = command.split(separator: 0).dropFirst().map { String(decoding: $0, as: UTF8.self) }
        while let index = arguments.firstIndex(where: { $0 == "--filter" || $0 == "--skip" }) {
            arguments.removeSubrange(index..<min(index + 2, arguments.count))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments + ["--filter", "DocumentStoreTests.KillTests/killed"]
        process.environment = ProcessInfo.processInfo.environment.merging(["LITMUS_DOCUMENT_VICTIM": folder]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func acknowledged(in folder: String) -> [String] {
        let text = (try? String(contentsOfFile: folder + "/acknowledged", encoding: .utf8)) ?? ""
        // A last line without its end was cut by the kill.
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test("has every write that was acknowledged before kill -9, two writers at once", .timeLimit(.minutes(2)))
    func killed() async throws {
        if let victimTask { return try await Self.write(victimTask) }
        let folder = try ScratchFolder()
        var count = 0
        for round in 0..<3 {
            let victims = [try startVictim(in: folder.path), try startVictim(in: folder.path)]
            let wanted = count + 100 + 150 * round
            while victims.allSatisfy(\.isRunning), acknowledged(in: folder.path).count < wanted {
                try await Task.sleep(for: .milliseconds(2))
            }
            for victim in victims {
                kill(victim.processIdentifier, SIGKILL)
                victim.waitUntilExit()
                #expect(victim.terminationReason == .uncaughtSignal)
            }
            let written = acknowledged(in: folder.path)
            let database = try await DocumentDatabase.open(.sqlite(path: folder.path + "/store.db"))
            let things = try await database.collection(.init("things", indexes: [.fields("n")]), of: Document.self)
            let stored = Set(try await things.find(.ne("_id", "counter")).compactMap(\.id.string))
            #expect(stored.isSuperset(of: written))
            // At most what was under way.
            #expect(stored.count - written.count <= 8 * (round + 1))
            let counter = try #require(await things.get("counter"))
            #expect(counter["a"] == counter["b"])
            #expect(try #require(counter["a"]?.int) >= written.count)
            let indexed = try await things.count(.gte("n", 0))
            #expect(indexed == stored.count)
            await database.close()
            count = written.count
        }
        #expect(count > 400)
    }
}
