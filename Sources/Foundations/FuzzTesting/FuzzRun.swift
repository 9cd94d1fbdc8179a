import Foundation
import Synchronization

/// Hostile inputs for a bounded time, each made of a seed of its own.
///
/// `LITMUS_FUZZ_SECONDS` is how long each run takes (3 by default), `LITMUS_FUZZ_SEED` the seed to begin with, which is
/// another one each time and printed. An input that crashes or hangs the process is found again with the seed.
public struct FuzzRun: Sendable {
    /// A slower input has found a hang. Of the processor, so that a busy machine changes nothing.
    public static let allowedTime = Duration.seconds(2)

    /// Inputs that were tried.
    public private(set) var count = 0
    /// Of one input: time of the processor, where the inputs are handled by one thread.
    public private(set) var slowest = Duration.zero
    public private(set) var slowestSeed: UInt64 = 0

    public let name: String
    public let seed: UInt64
    private let start = ContinuousClock.now

    public init(_ name: String) {
        let environment = ProcessInfo.processInfo.environment
        self.name = name
        seed = UInt64(environment["LITMUS_FUZZ_SEED"] ?? "") ?? UInt64.random(in: 0..<(1 << 48))
        print("fuzz \(name): LITMUS_FUZZ_SEED=\(seed)")
    }

    public static var duration: Duration {
        .seconds(Double(ProcessInfo.processInfo.environment["LITMUS_FUZZ_SECONDS"] ?? "") ?? 3)
    }

    /// The next input's generator; nil when the time is over.
    public mutating func next() -> FuzzGenerator? {
        guard ContinuousClock.now - start < Self.duration else { return nil }
        defer { count += 1 }
        return FuzzGenerator(seed: caseSeed)
    }

    /// The seed of the input that `next()` makes next.
    private var caseSeed: UInt64 { seed &+ UInt64(count) }

    /// Inputs that one thread handles, until the time is over.
    public static func inputs(_ name: String, _ body: (inout FuzzGenerator) -> Void) -> FuzzRun {
        var run = FuzzRun(name)
        let watchdog = Watchdog(name)
        defer { watchdog.stop() }
        while var random = run.next() {
            watchdog.begin(run.caseSeed &- 1)
            let before = processorTime()
            body(&random)
            let took = processorTime() - before
            if took > run.slowest {
                run.slowest = took
                run.slowestSeed = run.caseSeed &- 1
            }
        }
        print("\(run)")
        return run
    }

    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

extension FuzzRun: CustomStringConvertible {
    public var description: String {
        "fuzz \(name): \(count) inputs, the slowest took \(slowest) (seed \(slowestSeed))"
    }
}

/// Ends the process when an input takes for ever, which nothing else can do to a thread.
private final class Watchdog: Sendable {
    private let state: Mutex<(seed: UInt64, began: ContinuousClock.Instant, stopped: Bool)>

    init(_ name: String) {
        state = Mutex((0, .now, false))
        let thread = Thread { [self] in
            while true {
                Thread.sleep(forTimeInterval: 0.2)
                let now = state.withLock { $0 }
                if now.stopped { return }
                guard now.began.duration(to: .now) > .seconds(60) else { continue }
                fatalError("fuzz \(name): the input of LITMUS_FUZZ_SEED=\(now.seed) takes more than a minute")
            }
        }
        thread.start()
    }

    func begin(_ seed: UInt64) {
        state.withLock { $0 = (seed, .now, false) }
    }

    func stop() {
        state.withLock { $0.stopped = true }
    }
}
