/// Lines for what happened, and below them a bar for each engine whose chaos runs.
actor TerminalProgress: ProgressReporter {
    private struct Bar {
        var start: ContinuousClock.Instant
        var length: Duration
    }

    private let output: TextOutput
    private let start = ContinuousClock.now
    private var bars: [String: Bar] = [:]
    private var drawnLines = 0
    private var ticker: Task<Void, Never>?

    init(output: TextOutput) { self.output = output }

    func say(_ text: String) { show("\(elapsed) \(text)") }
    func warn(_ text: String) { show("\u{1B}[33m\(elapsed) warning: \(text)\u{1B}[0m") }

    func chaosBegan(engine: String, lasting: Duration) {
        guard bars[engine] == nil else { return }
        bars[engine] = Bar(start: .now, length: lasting)
        if ticker == nil {
            ticker = Task {
                while !Task.isCancelled {
                    redraw()
                    try? await Task.sleep(for: .milliseconds(100))
                }
            }
        }
        redraw()
    }

    func chaosEnded(engine: String) {
        guard bars.removeValue(forKey: engine) != nil else { return }
        if bars.isEmpty {
            ticker?.cancel()
            ticker = nil
        }
        redraw()
    }

    func finish() {
        bars = [:]
        ticker?.cancel()
        ticker = nil
        redraw()
    }

    private var elapsed: String { start.duration(to: .now).asStopwatch }

    private func show(_ line: String) {
        output.write(erasing + line + "\n")
        drawnLines = 0
        redraw()
    }

    private func redraw() {
        let lines = bars.sorted { $0.key < $1.key }.map { line(engine: $0.key, bar: $0.value) }
        output.write(erasing + lines.map { $0 + "\n" }.joined())
        drawnLines = lines.count
    }

    /// Moves above the bars drawn last and clears them.
    private var erasing: String { drawnLines > 0 ? "\u{1B}[\(drawnLines)A\u{1B}[J" : "" }

    private func line(engine: String, bar: Bar) -> String {
        let passed = bar.start.duration(to: .now).inSeconds
        let share = bar.length > .zero ? min(1, passed / bar.length.inSeconds) : 1
        let times = "\(Int(passed))s / \(bar.length.inWords)"
        let width = max(10, min(40, output.columns - engine.count - times.count - 12))
        let filled = Int(share * Double(width))
        let drawn = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        // A line that wraps would be two to erase.
        return String("        \(engine) \(drawn) \(times)".prefix(max(1, output.columns - 1)))
    }
}
