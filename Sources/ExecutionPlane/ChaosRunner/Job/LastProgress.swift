import Synchronization

/// The last progress that a wait has seen.
final class LastProgress: Sendable {
    private let state = Mutex<JobProgress>(.pending(""))

    var value: JobProgress { state.withLock { $0 } }

    func set(_ progress: JobProgress) { state.withLock { $0 = progress } }
}
