import DocumentStore
import Synchronization

/// How many runs fit a filter. Counting is the dearest part of a page, and people turn pages without anything changing;
/// so numbers are kept until a run of their project changes.
///
/// While nobody follows the changes nothing is kept. Of changes that other processes make in the same database it learns
/// nothing: no number is kept for long.
final class RunCounts: Sendable {
    private static let capacity = 1000

    private struct Key: Hashable {
        var projectID: String
        var filter: Filter
    }

    /// How often runs changed. A number that was counted at another time is not valid.
    private struct Generation: Hashable {
        var ofAll: UInt64
        var ofProject: UInt64
    }

    private struct Count {
        var value: Int
        var generation: Generation
        var time: ContinuousClock.Instant
    }

    private struct State {
        var followers = 0
        var changes: UInt64 = 0
        var changesOfProjects: [String: UInt64] = [:]
        var counts: [Key: Count] = [:]

        func generation(_ projectID: String) -> Generation {
            Generation(ofAll: changes, ofProject: changesOfProjects[projectID] ?? 0)
        }
    }

    private let state = Mutex(State())
    private let age: Duration

    /// - Parameter age: at which a number is counted again in any case.
    init(age: Duration = .seconds(1)) { self.age = age }

    /// - Parameter filter: leaves the project's runs.
    func count(_ filter: Filter, of projectID: String, in runs: DocumentCollection<ExperimentRun>) async throws -> Int {
        let key = Key(projectID: projectID, filter: filter)
        let now = ContinuousClock.now
        let (known, generation) = state.withLock { state in
            let generation = state.generation(projectID)
            let count = state.counts[key]
            let isValid = count.map { $0.generation == generation && now - $0.time < age } ?? false
            return (isValid ? count?.value : nil, generation)
        }
        if let known { return known }
        let value = try await runs.count(filter)
        state.withLock { state in
            guard state.followers > 0 else { return }
            if state.counts.count >= Self.capacity { state.counts = [:] }
            state.counts[key] = Count(value: value, generation: generation, time: now)
        }
        return value
    }

    /// Follows the changes until it is cancelled or the database is closed.
    func follow(_ runs: DocumentCollection<ExperimentRun>) async {
        let feed = runs.changes()
        state.withLock { state in
            state.followers += 1
            // Of what happened while a number was counted that is not there yet, nobody told.
            state.changes += 1
        }
        for await event in feed { forget(event) }
        state.withLock { state in
            state.followers -= 1
            state.counts = [:]
        }
    }

    /// Whether numbers are kept.
    var isFollowing: Bool { state.withLock { $0.followers > 0 } }

    private func forget(_ event: ChangeFeed.Event) {
        state.withLock { state in
            if case .change(let change) = event, let project = change.document["project_id"]?.string {
                state.changesOfProjects[project, default: 0] += 1
            } else {
                state.changes += 1
            }
        }
    }
}
