import CLinux
import Glibc
import Synchronization

/// Starts processes from threads that never end, because the kernel sends a parent-death signal when the *thread* that
/// started a child ends.
public final class Spawner: Sendable {
    public static let shared = Spawner(threads: 4)

    private typealias Job = @Sendable () -> Void

    /// A pipe of one-byte tickets wakes the threads; the jobs lie beside it.
    private let jobs = Mutex<[Job]>([])
    private let tickets: (reading: Int32, writing: Int32)?

    private init(threads: Int) {
        var ends: [Int32] = [0, 0]
        tickets = clinux_pipe(&ends) == 0 ? (ends[0], ends[1]) : nil
        for _ in 0..<threads { KernelThread.start { [self] in work() } }
    }

    /// Starts a child; returns when its program runs.
    /// - Throws: `HostError` with the step that failed.
    public func spawn(_ request: SpawnRequest) async throws -> ChildProcess {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Result { try Self.start(request) }) }
        }
    }

    private func submit(_ job: @escaping Job) {
        guard let tickets else { return job() }
        jobs.withLock { $0.append(job) }
        var ticket: UInt8 = 0
        _ = write(tickets.writing, &ticket, 1)
    }

    private func work() {
        guard let tickets else { return }
        var ticket: UInt8 = 0
        while true {
            guard read(tickets.reading, &ticket, 1) == 1 else { continue }
            jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }?()
        }
    }

    private static func start(_ request: SpawnRequest) throws -> ChildProcess {
        let null = try Descriptor.null()
        let namespaces = try request.namespaces.map { try Descriptor.open($0, O_RDONLY) }
        let join = try request.join.map { join in
            let number = clinux_pidfd_open(join.process)
            guard number >= 0 else { throw HostError.last("open the process", String(join.process)) }
            return Descriptor(owning: number)
        }
        var pid: pid_t = 0
        var pidfd: Int32 = -1
        var failure = clinux_failure()
        let status = withExtendedLifetime((null, namespaces, join)) {
            request.withOptions(null: null, namespaces: namespaces.map(\.number), join: join?.number ?? -1) { options in
                clinux_spawn(options, &pid, &pidfd, &failure)
            }
        }
        guard status == 0 else { throw request.error(failure) }
        return try ChildProcess(pid: pid, pidfd: Descriptor(owning: pidfd))
    }
}
