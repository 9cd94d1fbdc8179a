import ChaosCenter
import Hummingbird
import Logging

/// `/metrics`. What is counted in the database is counted again after some seconds only, however often it is asked for.
actor MetricsPage {
    /// In milliseconds.
    private static let age: Int64 = 15_000
    /// In milliseconds: what an agent told is in the database by then.
    private static let settling: Int64 = 2000

    private let center: ChaosCenter
    private let requests: RequestFigures
    private let logger: Logger
    /// The time until which ended runs were looked at.
    private var horizon: Int64
    private var runs = RequestFigures.Histogram(bounds: CenterMetrics.runBounds)
    private var figures: (taken: Int64, value: CenterFigures)?
    private var counting: Task<Void, Never>?

    init(center: ChaosCenter, requests: RequestFigures, logger: Logger) {
        self.center = center
        self.requests = requests
        self.logger = logger
        horizon = center.time
    }

    nonisolated func mount(on router: Router<CenterRequestContext>) {
        router.get("/metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: .init(string: await self.text())))
        }
    }

    private func text() async -> String {
        if let taken = figures?.taken, center.time - taken < Self.age {
        } else {
            await count()
        }
        return CenterMetrics(
            requests: requests.current, center: figures?.value, runs: runs, process: ProcessFigures.read()
        ).text
    }

    /// Counts once for all who ask meanwhile.
    private func count() async {
        let task =
            counting
            ?? Task {
                await recount()
                counting = nil
            }
        counting = task
        await task.value
    }

    private func recount() async {
        do {
            let now = center.time
            let end = now - Self.settling
            if end > horizon {
                for duration in try await center.runDurations(endedIn: horizon..<end) {
                    runs.observe(duration / .seconds(1))
                }
                horizon = end
            }
            figures = (now, try await center.figures())
        } catch {
            figures = nil
            logger.warning("the figures for /metrics cannot be counted", metadata: ["error": "\(error)"])
        }
    }
}
