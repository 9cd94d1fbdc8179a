import KubernetesAPI
import Testing

@testable import Probes

@Suite struct HTTPProbeTests {
    private func judge(_ url: String, _ method: JSON, timeout: String = "30s") async -> Judgement {
        let probe = JSON.probe("httpProbe", ["url": .string(url), "method": method], timeout: timeout)
        return await Judgement([probe], ProbeContext(environment: [:], chaosDuration: .zero))
    }

    @Test("judges the status code of GET and of POST")
    func codes() async throws {
        let server = try await PrometheusServer()
        let form: JSON = ["contentType": "application/x-www-form-urlencoded", "body": "query=1", "criteria": "=="]
        let judgements: [Judgement]
        do {
            try await server.isReady(scrapes: false)
            judgements = [
                await judge("\(server.endpoint)/-/ready", ["get": ["criteria": "==", "responseCode": "200"]]),
                await judge("\(server.endpoint)/nothing", ["get": ["criteria": "==", "responseCode": "200"]]),
                await judge("\(server.endpoint)/api/v1/query", ["post": form.with(["responseCode": "200"])]),
                await judge(
                    "\(server.endpoint)/api/v1/query", ["post": form.with(["body": "no", "responseCode": "400"])]),
            ]
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
        func answered(_ path: String, _ code: Int) -> Judgement {
            .passed(
                "The URL \(server.endpoint)\(path) did respond with correct status code. Actual code: '\(code)'. "
                    + "Expected code: '\(code)'")
        }
        #expect(
            judgements == [
                answered("/-/ready", 200),
                .failure("HTTP", "Actual value: 404. Expected value: should be equal to 200"),
                answered("/api/v1/query", 200), answered("/api/v1/query", 400),
            ])
    }

    @Test("no answer is a failure of the service, with the reason", .timeLimit(.minutes(1)))
    func noAnswer() async throws {
        let get: JSON = ["get": ["criteria": "==", "responseCode": "200"]]
        let closed = "http://127.0.0.1:\(try LoopbackSocket.closedPort())/"
        let refused = try #require(await judge(closed, get).reason(code: "HTTP_PROBE_FAILURE"))
        #expect(refused.hasPrefix("GET \(closed) failed: ") && refused.contains("Connection refused"), "\(refused)")
        let socket = try LoopbackSocket()
        let silent = "http://127.0.0.1:\(socket.port)/"
        #expect(
            await judge(silent, get, timeout: "50ms")
                == .failure("HTTP", "GET \(silent) failed: no answer within the probe's timeout"))
    }
}
