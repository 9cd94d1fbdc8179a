import DocumentStore
import Foundation
import Testing

@testable import ChaosCenter

/// Which numbers of runs are kept.
struct RunCountsTests {
    private static func withRuns(_ body: (RunCounts, DocumentCollection<ExperimentRun>) async throws -> Void)
        async throws
    {
        let database = try await DocumentDatabase.open(.memory)
        let store = try await CenterStore(database)
        try await body(RunCounts(), store.runs)
        await database.close()
    }

    private static func run(_ project: String) -> ExperimentRun {
        ExperimentRun(
            projectID: project, infraID: "i", runID: "", experimentID: "e", experimentName: "n", phase: "Queued",
            executionData: "{}", revisionID: "", sequence: 1, isCompleted: false, createdAt: 0, updatedAt: 0,
            isRemoved: false)
    }

    @Test func `every number is counted while nobody follows the changes`() async throws {
        try await Self.withRuns { counts, runs in
            for number in 0..<3 {
                #expect(try await counts.count(.project("p"), of: "p", in: runs) == number)
                try await runs.insert(Self.run("p"))
            }
        }
    }

    @Test func `numbers are kept, and counted again at their age`() async throws {
        let path = NSTemporaryDirectory() + "/litmus-counts-\(UUID().uuidString).db"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let database = try await DocumentDatabase.open(.sqlite(path: path))
        let runs = try await CenterStore(database).runs
        // Nobody is told of what another process does.
        let other = try await DocumentDatabase.open(.sqlite(path: path))
        let others = try await CenterStore(other).runs
        try await withThrowingTaskGroup(of: Void.self) { group in
            let patient = RunCounts(age: .seconds(3600))
            let impatient = RunCounts(age: .zero)
            for counts in [patient, impatient] {
                group.addTask { await counts.follow(runs) }
                while !counts.isFollowing { await Task.yield() }
                #expect(try await counts.count(.project("p"), of: "p", in: runs) == 0)
            }
            try await others.insert(Self.run("p"))
            #expect(try await patient.count(.project("p"), of: "p", in: runs) == 0)
            #expect(try await impatient.count(.project("p"), of: "p", in: runs) == 1)
            group.cancelAll()
        }
        await other.close()
        await database.close()
    }

    @Test func `a change of a project's runs makes its numbers invalid, and no others`() async throws {
        try await Self.withRuns { counts, runs in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await counts.follow(runs) }
                while !counts.isFollowing { await Task.yield() }
                #expect(try await counts.count(.project("p"), of: "p", in: runs) == 0)
                #expect(try await counts.count(.project("q"), of: "q", in: runs) == 0)
                try await runs.insert(Self.run("p"))
                // The reader of changes has its turn before long.
                while try await counts.count(.project("p"), of: "p", in: runs) == 0 { await Task.yield() }
                #expect(try await counts.count(.project("p") && .eq("phase", "Error"), of: "p", in: runs) == 0)
                #expect(try await counts.count(.project("q"), of: "q", in: runs) == 0)
                group.cancelAll()
            }
        }
    }
}
