import KubernetesAPI
import Testing

@testable import Probes

@Suite struct PrometheusCredentialsTests {
    @Test("credentials in the endpoint open a Prometheus that asks for them, and stay out of messages")
    func credentials() async throws {
        let server = try await PrometheusServer(asksForCredentials: true)
        let judgements: [Judgement]
        do {
            try await server.isReady(scrapes: false)
            judgements = [
                await judge(server.endpointWithCredentials, ">"), await judge(server.endpoint, "=="),
                await judge(server.endpointWithCredentials + "/prefix", "=="),
            ]
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
        #expect(
            judgements == [
                .failure("PROM", "Actual value: 100. Expected value: greater than 100"),
                .error(
                    "PROM",
                    "the answer is 401 Unauthorized, and none of Prometheus: put the credentials into the endpoint, as in "
                        + "https://USER:PASSWORD@HOST; \(server.endpoint) was asked: orders_total"),
                .error(
                    "PROM",
                    "the answer is 404 Not Found, and none of Prometheus: check the endpoint; /api/v1/query is added to "
                        + "it; \(server.endpoint)/prefix was asked: orders_total"),
            ])
    }

    private func judge(_ endpoint: String, _ criteria: String) async -> Judgement {
        let inputs = PrometheusServer.inputs(endpoint, "orders_total", criteria, "100")
        return await Judgement(
            [.probe("promProbe", inputs)], ProbeContext(environment: [:], chaosDuration: .zero))
    }
}
