import ContainerRuntime
import Host
import Synchronization

/// A runtime without processes: tests end containers and read what was asked for.
final class FakeRuntime: ContainerRuntime {
    struct State: Sendable {
        var calls: [String] = []
        var specifications: [String: ContainerSpecification] = [:]
        var exits: [String: ContainerExit] = [:]
        var waiters: [String: [CheckedContinuation<ContainerExit, Never>]] = [:]
        var executions: [ExecutionResult] = []
        var sandboxes: Set<String> = []
        var startFailure: ContainerRuntimeError?
        var isShutDown = false
    }

    let name = "fake"
    let limitations: [String] = []
    /// Signals that end a container.
    let deadly: Set<Int32>
    private let state = Mutex(State())

    init(deadly: Set<Int32> = [15, 9]) { self.deadly = deadly }

    var calls: [String] { state.withLock { $0.calls } }
    var sandboxes: Set<String> { state.withLock { $0.sandboxes } }
    func specification(_ id: String) -> ContainerSpecification? { state.withLock { $0.specifications[id] } }
    func fail(with error: ContainerRuntimeError?) { state.withLock { $0.startFailure = error } }

    /// Results of the next commands; then all succeed.
    func answer(_ codes: [Int32]) {
        state.withLock { state in
            state.executions = codes.map { ExecutionResult(exitCode: $0, output: [], errorOutput: Array("no".utf8)) }
        }
    }

    func end(_ id: String, code: Int32, signal: Int32? = nil) {
        let exit = ContainerExit(code: code, signal: signal)
        let waiters = state.withLock { state -> [CheckedContinuation<ContainerExit, Never>] in
            guard state.exits[id] == nil else { return [] }
            state.exits[id] = exit
            return state.waiters.removeValue(forKey: id) ?? []
        }
        for waiter in waiters { waiter.resume(returning: exit) }
    }

    private func note(_ call: String) { state.withLock { $0.calls.append(call) } }

    func createSandbox(_ specification: SandboxSpecification) async throws -> Sandbox {
        note("create \(specification.name)")
        state.withLock { _ = $0.sandboxes.insert(specification.uid) }
        return Sandbox(uid: specification.uid, address: "127.0.0.1")
    }

    func removeSandbox(uid: String) async throws {
        note("remove sandbox")
        state.withLock { _ = $0.sandboxes.remove(uid) }
    }

    func start(_ specification: ContainerSpecification) async throws -> RunningContainer {
        let failure = state.withLock { state -> ContainerRuntimeError? in
            // As the real one, whose sandboxes are gone then.
            if state.isShutDown {
                return ContainerRuntimeError(reason: "CreateContainerError", message: "the pod has no sandbox")
            }
            state.calls.append("start \(specification.name)")
            state.specifications[specification.name] = specification
            return state.startFailure
        }
        if let failure { throw failure }
        return RunningContainer(id: specification.id, pid: 1)
    }

    func wait(id: String) async throws -> ContainerExit {
        await withCheckedContinuation { continuation in
            let exit = state.withLock { state -> ContainerExit? in
                if let exit = state.exits[id] { return exit }
                if state.isShutDown { return Self.killed }
                state.waiters[id, default: []].append(continuation)
                return nil
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    func signal(id: String, _ signal: Int32) async throws {
        note("signal \(signal)")
        if deadly.contains(signal) { end(id, code: 128 + signal, signal: signal) }
    }

    func execute(id: String, command: [String], timeout: Duration) async throws -> ExecutionResult {
        note("execute \(command.joined(separator: " "))")
        return state.withLock { state in
            state.executions.isEmpty
                ? ExecutionResult(exitCode: 0, output: [], errorOutput: []) : state.executions.removeFirst()
        }
    }

    /// The command as a process of its own.
    func attach(id: String, command: [String], streams: AttachedProcess.Streams) async throws -> AttachedProcess {
        note("attach \(id)")
        let request = SpawnRequest(
            executable: command.first ?? "", arguments: command, environment: ["PATH=/usr/bin:/bin"])
        return try await AttachedProcess.start(request, streams)
    }

    func remove(id: String) async throws {}

    func removeLeftovers() async throws { note("remove leftovers") }

    func shutdown() async {
        note("shutdown")
        let running = state.withLock { state in
            // A container that has just started may not be waited for yet.
            state.isShutDown = true
            state.sandboxes = []
            return Array(state.waiters.keys)
        }
        for id in running { end(id, code: Self.killed.code ?? 137, signal: Self.killed.signal) }
    }

    private static let killed = ContainerExit(code: 137, signal: 9)
}
