import ClusterTesting
import ControllerRuntime
import KubernetesAPI
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct RequestLimiterTests {
    @Test("a burst goes at once, what comes then waits for its turn")
    func burst() async throws {
        let clock = ManualClock()
        try await TestAPIServer.with({ _ in .json([:]) }) { server in
            var options = HTTPKubernetesClient.Options()
            options.rateLimit = RateLimit(requestsPerSecond: 10, burst: 3)
            options.time = TimeSource(clock)
            let connection = ClusterConnection(server: "http://127.0.0.1:\(server.port)")
            try await HTTPKubernetesClient.with(connection, options: options) { client in
                @Sendable func get() async throws {
                    _ = try await client.get(ConfigMap.type.gvr, namespace: "a", name: "b", subresource: nil)
                }
                for _ in 0..<3 { try await get() }
                let late = Task { try await get() }
                await clock.waitForSleepers()
                #expect(server.requests.count == 3)
                clock.advance(by: .milliseconds(100))
                try await late.value
                #expect(server.requests.count == 4)
                let cancelled = Task { try await get() }
                await clock.waitForSleepers()
                cancelled.cancel()
                await #expect(throws: CancellationError.self) { try await cancelled.value }
                #expect(server.requests.count == 4)
            }
        }
    }
}
