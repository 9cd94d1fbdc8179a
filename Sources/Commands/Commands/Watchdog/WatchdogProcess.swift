import Glibc
import Host
import Injection
import Logging

/// Keeps a watchdog running beside a cluster: started before anything can be injected, started again when it dies, and
/// told to end when no injector is left.
struct WatchdogProcess: Sendable {
    let executable: String
    let logger: Logger

    /// Runs `body` while a watchdog is there. Without root nothing can be injected on the machine, and none is needed.
    func guarding<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        guard geteuid() == 0 else { return try await body() }
        let first: ChildProcess
        do {
            first = try await start()
        } catch {
            throw CommandError("the watchdog, which undoes faults after a crash, cannot start: \(error)")
        }
        await waitForReplay()
        let supervision = Task { await supervise(first) }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        supervision.cancel()
        await supervision.value
        return try result.get()
    }

    /// No pod is started on a machine where something of a dead injector is still applied.
    private func waitForReplay() async {
        let journal = Journal()
        let deadline = ContinuousClock.now + Self.replayLimit
        while journal.list().contains(where: { $0.isOwnerAlive == false }) {
            guard ContinuousClock.now < deadline else {
                logger.error("what a dead injector left is not undone yet", metadata: ["see": "litmus revert --list"])
                return
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private static let replayLimit = Duration.seconds(5)

    private func start() async throws -> ChildProcess {
        var request = SpawnRequest(
            executable: executable, arguments: ["litmus", "watchdog", "--until", String(getpid())],
            environment: ["PATH=\(HostProgram.searchPath)", "LC_ALL=C"])
        request.directory = "/"
        let errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        if errors >= 0 { request.standardError = Descriptor(owning: errors) }
        request.startsSession = true
        return try await Spawner.shared.spawn(request)
    }

    /// Waits for each watchdog's end and starts the next, until cancelled.
    private func supervise(_ first: ChildProcess) async {
        var current = first
        while true {
            do {
                _ = try await current.wait()
            } catch {
                return await stop(current)
            }
            logger.error("the watchdog ended; starting another")
            do {
                current = try await start()
            } catch {
                logger.error("the watchdog cannot start", metadata: ["error": "\(error)"])
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    private func stop(_ watchdog: ChildProcess) async {
        try? watchdog.signal(SIGTERM)
        _ = await Task { try? await watchdog.wait(killingAfter: .seconds(3)) }.value
    }
}
