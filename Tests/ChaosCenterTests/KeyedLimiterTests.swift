import Synchronization
import Testing

@testable import ChaosCenter

struct KeyedLimiterTests {
    private final class Count: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock(\.most) }

        func during(_ body: () async throws -> Void) async rethrows {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            defer { state.withLock { $0.now -= 1 } }
            try await body()
        }
    }

    @Test(arguments: [1, 3])
    func `as many at a time as the width, for each name`(_ width: Int) async throws {
        let limiter = KeyedLimiter(width: width)
        let counts = ["a": Count(), "b": Count()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<100 {
                let name = index % 2 == 0 ? "a" : "b"
                group.addTask {
                    try await limiter.run(name) {
                        await counts[name]?.during { for _ in 0..<20 { await Task.yield() } }
                    }
                }
            }
            try await group.waitForAll()
        }
        for count in counts.values { #expect((1...width).contains(count.most)) }
        #expect(await limiter.busy.isEmpty)
    }

    @Test func `no more wait than may`() async throws {
        let limiter = KeyedLimiter(width: 1, waiting: 0)
        try await limiter.run("a") {
            await #expect(throws: CenterError.unavailable("too many wait for this; try again in a minute")) {
                try await limiter.run("a") {}
            }
            try await limiter.run("b") {}
        }
    }

    @Test func `who waits can be cancelled, and those behind go on`() async throws {
        let limiter = KeyedLimiter(width: 1)
        let (gate, opened) = AsyncStream<Void>.makeStream()
        let (inside, entered) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await limiter.run("a") {
                entered.yield()
                for await _ in gate { break }
            }
        }
        for await _ in inside { break }
        let cancelled = Task { try await limiter.run("a") { Issue.record("it was cancelled") } }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let last = Task { try await limiter.run("a") { true } }
        opened.yield()
        try await first.value
        #expect(try await last.value)
        #expect(await limiter.busy.isEmpty)
    }
}
