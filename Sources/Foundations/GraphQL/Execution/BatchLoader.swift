import Synchronization

/// Gathers the keys that the fields of a response ask for, and fetches them together.
///
/// Make one for each request and put it into the context: what it has fetched it keeps, so every key is fetched at most
/// once a request. Within an execution a batch is sent when no field can go on without it, or after `maximumDelay`, when
/// some other field is slow. Elsewhere it is sent as soon as the tasks that are ready have had their turn.
public final class BatchLoader<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Fetches values; keys without a value are left out of the result.
    public typealias Fetch = @Sendable ([Key]) async throws -> [Key: Value]

    private struct Waiter {
        let continuation: CheckedContinuation<Value?, any Error>
        let scope: BatchScope?
    }

    private enum Entry {
        case waiting([Waiter])
        case done(Result<Value?, any Error>)
    }

    private enum Step {
        case resume(Result<Value?, any Error>)
        case wait(isFirst: Bool)
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var queue: [Key] = []
        var timer: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let fetch: Fetch
    private let maximumBatch: Int
    private let maximumDelay: Duration

    /// A loader that asks for at most `maximumBatch` keys at once.
    public init(
        maximumBatch: Int = 1000, maximumDelay: Duration = .milliseconds(10), fetch: @escaping Fetch
    ) {
        self.maximumBatch = maximumBatch
        self.maximumDelay = maximumDelay
        self.fetch = fetch
    }

    /// The value of a key; nil when there is none. Throws what the fetch threw.
    public func load(_ key: Key) async throws -> Value? {
        try await withCheckedThrowingContinuation { continuation in
            let waiter = Waiter(continuation: continuation, scope: BatchScope.current)
            let step: Step = state.withLock { state in
                switch state.entries[key] {
                case .done(let result): return .resume(result)
                case .waiting(let waiters):
                    state.entries[key] = .waiting(waiters + [waiter])
                    return .wait(isFirst: false)
                case nil:
                    state.entries[key] = .waiting([waiter])
                    state.queue.append(key)
                    return .wait(isFirst: state.queue.count == 1)
                }
            }
            switch step {
            case .resume(let result): continuation.resume(with: result)
            case .wait(let isFirst): wait(waiter.scope, isFirst: isFirst)
            }
        }
    }

    /// The values of several keys, in their order.
    public func load(_ keys: [Key]) async throws -> [Value?] {
        try await withThrowingTaskGroup(of: (Int, Value?).self) { group in
            let scope = BatchScope.current
            let fork = keys.isEmpty ? nil : scope?.fork(keys.count)
            for (index, key) in keys.enumerated() {
                group.addTask {
                    defer { scope?.finish(fork) }
                    return (index, try await self.load(key))
                }
            }
            var values = [Value?](repeating: nil, count: keys.count)
            for try await (index, value) in group { values[index] = value }
            return values
        }
    }

    /// Puts a value that is known already, unless the key was asked for before.
    public func prime(_ key: Key, _ value: Value) {
        state.withLock { state in
            if state.entries[key] == nil { state.entries[key] = .done(.success(value)) }
        }
    }

    /// Forgets a value, so that the next call fetches it again, as after a change.
    public func clear(_ key: Key) {
        state.withLock { state in
            if case .done? = state.entries[key] { state.entries[key] = nil }
        }
    }

    // MARK: Batches

    private func wait(_ scope: BatchScope?, isFirst: Bool) {
        guard isFirst else {
            scope?.wait(startingBatch: nil)
            return
        }
        guard let scope else {
            Task {
                for _ in 0..<16 { await Task.yield() }
                self.send()
            }
            return
        }
        let timer = Task {
            guard (try? await Task.sleep(for: maximumDelay)) != nil else { return }
            self.send()
        }
        state.withLock { $0.timer = timer }
        scope.wait { self.send() }
    }

    private func send() {
        let keys = state.withLock { state in
            let keys = state.queue
            state.queue = []
            state.timer?.cancel()
            state.timer = nil
            return keys
        }
        for start in stride(from: 0, to: keys.count, by: maximumBatch) {
            let batch = Array(keys[start..<min(start + maximumBatch, keys.count)])
            // The batch belongs to all its waiters, none of which may take it along when it is cancelled.
            Task { await self.run(batch) }
        }
    }

    private func run(_ keys: [Key]) async {
        let outcome: Result<[Key: Value], any Error>
        do {
            outcome = .success(try await fetch(keys))
        } catch {
            outcome = .failure(error)
        }
        for key in keys {
            let result = outcome.map { $0[key] }
            let waiters = state.withLock { state in
                guard case .waiting(let waiters)? = state.entries[key] else { return [Waiter]() }
                state.entries[key] = .done(result)
                return waiters
            }
            for waiter in waiters {
                waiter.scope?.resume(1)
                waiter.continuation.resume(with: result)
            }
        }
    }
}
