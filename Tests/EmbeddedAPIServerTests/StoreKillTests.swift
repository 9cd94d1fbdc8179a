import Foundation
import Glibc
import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

/// In a process started by the test below: the folder to write in.
private let victimFolder = ProcessInfo.processInfo.environment["LITMUS_STORE_VICTIM"]

@Suite("A killed store")
struct StoreKillTests {
    private static let id = CollectionID(group: "", resource: "configmaps")

    @Test("victim of the kill test", .enabled(if: victimFolder != nil, "runs only as a child of the kill test"))
    func victim() async throws {
        let folder = try #require(victimFolder)
        let store = try ObjectStore(path: folder + "/cluster.db")
        let log = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let deadline = ContinuousClock.now + .seconds(30)
        let start = store.revision
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for index in 0... where ContinuousClock.now < deadline {
                        let name = "r\(start)-w\(writer)-\(index)"
                        let object: JSON = ["metadata": ["name": .string(name)]]
                        let key = ObjectKey(namespace: "n", name: name)
                        guard (try? await store.write(Mutation(Self.id, key, .create(object)))) != nil else { return }
                        let line = Array((name + "\n").utf8)
                        guard write(log, line, line.count) == line.count else { return }
                    }
                }
            }
        }
    }

    /// This test program again, running only the victim.
    private func startVictim(in folder: String) throws -> Process {
        let command = try Data(contentsOf: URL(fileURLWithPath: "/proc/self/cmdline"))
        var arguments = command.split(separator: 0).dropFirst().map { String(decoding: $0, as: UTF8.self) }
        while let index = arguments.firstIndex(where: { $0 == "--filter" || $0 == "--skip" }) {
            arguments.removeSubrange(index..<min(index + 2, arguments.count))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments + ["--filter", "StoreKillTests/victim"]
        process.environment = ProcessInfo.processInfo.environment.merging(["LITMUS_STORE_VICTIM": folder]) { $1 }
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

    @Test(
        "has every write that was acknowledged before kill -9", .enabled(if: victimFolder == nil),
        .timeLimit(.minutes(1)))
    func killed() async throws {
        let seed = SeededGenerator.seed
        var random = SeededGenerator(seed: seed)
        let folder = try ScratchFolder()
        var count = 0
        for _ in 0..<3 {
            let wanted = count + Int.random(in: 20..<300, using: &random)
            let victim = try startVictim(in: folder.path)
            while victim.isRunning, acknowledged(in: folder.path).count < wanted {
                try await Task.sleep(for: .milliseconds(2))
            }
            kill(victim.processIdentifier, SIGKILL)
            victim.waitUntilExit()
            #expect(victim.terminationReason == .uncaughtSignal)
            let written = acknowledged(in: folder.path)
            let store = try ObjectStore(path: folder.file())
            let stored = Set(store.snapshot(Self.id).entries.all.map(\.key.name))
            #expect(stored.isSuperset(of: written), "seed \(seed)")
            // At most what was under way, and never a part of a write.
            #expect(stored.count - Set(written).count <= 4 * 3, "seed \(seed)")
            #expect(store.revision == UInt64(stored.count))
            try await store.close()
            count = written.count
        }
        #expect(count > 60)
    }
}
