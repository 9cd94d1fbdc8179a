import ClusterTesting
import Testing

@testable import ControllerRuntime

@Suite struct WorkQueueTests {
    @Test("a key added many times comes once")
    func deduplicates() {
        var state = WorkQueueState<String>(limits: WorkQueueLimits())
        for key in ["a", "b", "a", "a"] { state.add(key) }
        #expect(state.next() == "a")
        #expect(state.next() == "b")
        #expect(state.next() == nil)
    }

    @Test("a key added while it is processed comes again, but only afterwards")
    func neverTwiceAtOnce() {
        var state = WorkQueueState<String>(limits: WorkQueueLimits())
        state.add("a")
        #expect(state.next() == "a")
        state.add("a")
        state.add("a")
        #expect(state.next() == nil)
        state.done("a")
        #expect(state.next() == "a")
        state.done("a")
        #expect(state.next() == nil)
        #expect(state.isIdle)
    }

    @Test("failures back off from 5 ms by doubling up to 1000 s, and anew after a success")
    func backsOff() {
        var state = WorkQueueState<String>(limits: WorkQueueLimits())
        let delays = (0..<4).map { _ in state.failureDelay("a", at: .zero) }
        #expect(delays == [.milliseconds(5), .milliseconds(10), .milliseconds(20), .milliseconds(40)])
        for _ in 0..<60 { _ = state.failureDelay("a", at: .seconds(100)) }
        #expect(state.failureDelay("a", at: .seconds(1000)) == .seconds(1000))
        state.forget("a")
        #expect(state.failureDelay("a", at: .seconds(1000)) == .milliseconds(5))
    }

    @Test("many failing keys are slowed down together")
    func bucketLimitsAllKeys() {
        var state = WorkQueueState<Int>(limits: WorkQueueLimits(retriesPerSecond: 10, retryBurst: 2))
        let delays = (0..<4).map { state.failureDelay($0, at: .zero) }
        #expect(delays == [.milliseconds(5), .milliseconds(5), .milliseconds(100), .milliseconds(200)])
    }

    @Test("of several delays of one key the earliest counts")
    func earliestDelayCounts() {
        var state = WorkQueueState<String>(limits: WorkQueueLimits())
        let timers = [5, 2, 3].map { state.add("a", at: .seconds($0)) }
        #expect(timers == [true, true, false])
        state.promote(at: .seconds(1))
        #expect(state.next() == nil)
        state.promote(at: .seconds(2))
        #expect(state.next() == "a")
    }

    @Test("a random sequence of calls behaves as a map from keys to states")
    func agreesWithModel() {
        let seed = UInt64.random(in: 0..<UInt64.max)
        var random = SeededGenerator(state: seed)
        var queue = WorkQueueState<Int>(limits: WorkQueueLimits())
        var wanted: Set<Int> = []
        var processing: Set<Int> = []
        for _ in 0..<5000 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let key = Int.random(in: 0..<6, using: &random)
                queue.add(key)
                wanted.insert(key)
            case 1:
                let key = queue.next()
                #expect((key == nil) == wanted.subtracting(processing).isEmpty, "seed \(seed)")
                guard let key else { continue }
                let wasWanted = wanted.remove(key) != nil
                let isAlone = processing.insert(key).inserted
                #expect(wasWanted && isAlone, "seed \(seed)")
            default:
                guard let key = processing.sorted().randomElement(using: &random) else { continue }
                queue.done(key)
                processing.remove(key)
            }
        }
    }

    @Test("a delayed key comes when its time has come")
    func delivers() async {
        let clock = ManualClock()
        let queue = WorkQueue<String>(time: TimeSource(clock))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await queue.run() }
            queue.add("late", after: .seconds(10))
            await clock.waitForSleepers()
            clock.advance(by: .seconds(9))
            #expect(queue.count == 0)
            clock.advance(by: .seconds(1))
            #expect(await queue.next() == "late")
            group.cancelAll()
        }
    }

    @Test("shutting down ends every wait")
    func shutsDown() async {
        let queue = WorkQueue<String>()
        async let first = queue.next()
        async let second = queue.next()
        queue.shutDown()
        #expect(await first == nil)
        #expect(await second == nil)
        queue.add("x")
        #expect(queue.count == 0)
    }

    @Test("cancelling a wait loses no key")
    func cancelledWaitLosesNothing() async {
        let queue = WorkQueue<String>()
        let waiting = Task { await queue.next() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        queue.add("x")
        #expect(await queue.next() == "x")
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
