/// Does what must be done before an end, even though the caller is being cancelled, but for no longer than `limit`: then
/// `body` is cancelled too.
func lastWords(within limit: Duration, _ body: @escaping @Sendable () async -> Void) async {
    let work = Task { await body() }
    let alarm = Task {
        guard (try? await ContinuousClock().sleep(for: limit)) != nil else { return }
        work.cancel()
    }
    await work.value
    alarm.cancel()
}
