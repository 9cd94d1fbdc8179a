/// Shows what happens while an experiment runs.
protocol ProgressReporter: Sendable {
    /// A step of the set-up or the run.
    func say(_ text: String) async
    /// Something that the user should look at.
    func warn(_ text: String) async
    /// Chaos began on an engine; it is expected to last so long.
    func chaosBegan(engine: String, lasting: Duration) async
    func chaosEnded(engine: String) async
    /// Nothing more is shown.
    func finish() async
}
