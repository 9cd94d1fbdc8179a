import ControllerRuntime
import KubernetesAPI

/// Repeats one probe of a running container until the task is cancelled; a startup probe ends with its success.
struct ProbeRunner: Sendable {
    let probe: Probe
    let target: ProbeTarget
    let executor: ProbeExecutor
    let time: TimeSource
    /// Told of each failed attempt, in the words of an `Unhealthy` event.
    let unhealthy: @Sendable (String) -> Void
    /// Told when the probe passes or fails anew, thresholds reached.
    let report: @Sendable (Bool) -> Void

    func run() async {
        var tracker = ProbeTracker(probe)
        guard await pause(probe.initialDelay) else { return }
        guard await warmUp(&tracker) else { return }
        while !Task.isCancelled {
            if await attempt(&tracker), probe.kind == .startup { return }
            guard await pause(probe.period) else { return }
        }
    }

    /// Looks often until the first success, for at most one period: a process that needs a tenth of a second must not
    /// be unready for a whole period. These attempts count only when they succeed.
    /// - Returns: whether to go on.
    private func warmUp(_ tracker: inout ProbeTracker) async -> Bool {
        guard probe.kind != .liveness else { return true }
        var delay = Duration.milliseconds(10)
        var spent = Duration.zero
        while spent + delay < probe.period {
            if await executor.run(probe.action, on: target, timeout: probe.timeout) == .success {
                let isPassing = tracker.record(success: true)
                if let isPassing { report(isPassing) }
                if isPassing == true, probe.kind == .startup { return false }
                return await pause(probe.period)
            }
            guard await pause(delay) else { return false }
            spent += delay
            delay *= 2
        }
        return await pause(probe.period - spent)
    }

    /// - Returns: whether the probe passes.
    private func attempt(_ tracker: inout ProbeTracker) async -> Bool {
        let result = await executor.run(probe.action, on: target, timeout: probe.timeout)
        guard !Task.isCancelled else { return false }
        if case .failure(let why) = result { unhealthy("\(probe.kind.title) probe failed: \(why)") }
        if let isPassing = tracker.record(success: result == .success) { report(isPassing) }
        return tracker.isPassing ?? false
    }

    private func pause(_ duration: Duration) async -> Bool {
        guard duration > .zero else { return !Task.isCancelled }
        return (try? await time.sleep(duration)) != nil
    }
}
