/// One line a step, each with the time since the start: for logs and pipes.
actor PlainProgress: ProgressReporter {
    private let output: TextOutput
    private let start = ContinuousClock.now
    private var running: Set<String> = []

    init(output: TextOutput) { self.output = output }

    func say(_ text: String) { output.write("\(elapsed) \(text)\n") }
    func warn(_ text: String) { output.write("\(elapsed) warning: \(text)\n") }
    func chaosBegan(engine: String, lasting: Duration) {
        guard running.insert(engine).inserted else { return }
        say("\(engine): chaos for \(lasting.inWords)")
    }
    func chaosEnded(engine: String) { running.remove(engine) }
    func finish() {}

    private var elapsed: String { start.duration(to: .now).asStopwatch }
}

extension Duration {
    /// `  1.25s`, of constant width below 1000 seconds.
    var asStopwatch: String {
        let hundredths = Int(inSeconds * 100)
        let text = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)s"
        return String(repeating: " ", count: max(0, 7 - text.count)) + text
    }

    /// `15s`, `1m30s`, `250ms`.
    var inWords: String {
        let seconds = inSeconds
        if seconds < 1 { return "\(Int((seconds * 1000).rounded()))ms" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole)s" }
        return whole % 60 == 0 ? "\(whole / 60)m" : "\(whole / 60)m\(whole % 60)s"
    }

    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
