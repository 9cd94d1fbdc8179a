import Foundation
import KubernetesAPI
import Testing

@testable import Probes

@Suite(.prometheus) struct PrometheusProbeTests {
    private let server: PrometheusServer

    init() throws { server = try #require(PrometheusServer.current) }

    private func judge(
        _ query: String, _ criteria: String, _ value: String, endpoint: String? = nil, timeout: String = "30s",
        environment: [String: String] = [:]
    ) async -> Judgement {
        let inputs = PrometheusServer.inputs(endpoint ?? server.endpoint, query, criteria, value)
        let context = ProbeContext(environment: environment, chaosDuration: .milliseconds(20))
        return await Judgement([.probe("promProbe", inputs, timeout: timeout)], context)
    }

    private static func obtained(_ actual: String, _ expected: String) -> Judgement {
        .passed("Obtained the specified prometheus metrics. Actual value: \(actual). Expected value: \(expected)")
    }

    @Test(
        "passes when the one value of the result meets the criteria",
        arguments: [
            ("orders_total", "==", "100", "100"), ("orders_total", ">=", "99.5", "100"),
            ("orders_total / 8", "<", "12.6", "12.5"), ("orders_total", "oneOf", "1,100", "100"),
            ("orders_total", "between", "99.5,100.5", "100"),
            (#"orders{shop="north"}"#, "==", "42", "42"), ("orders{shop='south'}", "==", "58.0", "58"),
            (#"orders{shop=\"north\"}"#, "==", "42", "42"), ("sum(orders)", "==", "100", "100"),
            (#"orders{shop=~"no.*$"}"#, "==", "42", "42"), ("orders{shop=`north`}", "==", "42", "42"),
            (#"up{job="itself"}"#, "==", "1", "1"), ("1 + 1", "==", "2", "2"),
            ("scalar(orders_total)", "==", "100", "100"),
            (#""7.5""#, ">", "7", "7.5"), ("vector(1) / 0", ">", "1000000", "+Inf"),
            ("vector(0) / 0", "!=", "0", "NaN"), ("count(orders) # how many, \"shops\"", "==", "2", "2"),
        ])
    func passes(query: String, criteria: String, value: String, actual: String) async {
        #expect(await judge(query, criteria, value) == Self.obtained(actual, value))
    }

    @Test(
        "fails when the value does not meet the criteria, and says what it was",
        arguments: [
            ("orders_total", ">", "100", "Actual value: 100. Expected value: greater than 100"),
            ("orders_total", "<=", "99.9", "Actual value: 100. Expected value: lesser than or equal to 99.9"),
            ("orders_total", "==", "99", "Actual value: 100. Expected value: equal to 99"),
            (
                "orders_total", "!=", "100",
                "Actual value: 100. Expectation: should not match the provided value: 100"
            ),
            (
                "orders_total", "between", "1,99",
                "Actual value: 100 doesn't lie in between the Expected range: [1,99]"
            ),
            (
                "orders_total", "oneOf", "1,99",
                "Actual value: 100 doesn't matched any of the Expected values: [1,99]"
            ),
            ("vector(0) / 0", "<", "1", "Actual value: NaN. Expected value: lesser than 1"),
            ("vector(1) / 0", "<", "1", "Actual value: +Inf. Expected value: lesser than 1"),
        ])
    func fails(query: String, criteria: String, value: String, reason: String) async {
        #expect(await judge(query, criteria, value) == .failure("PROM", reason))
    }

    @Test(
        "a query without exactly one value is an error that says why",
        arguments: [
            (
                "up{",
                #"bad_data: invalid parameter "query": 1:4: parse error: unexpected end of input inside braces"#
            ),
            ("no_such_series", "metrics doesn't contains required values: nothing matches the query"),
            (
                "orders",
                "metrics entries can't be more than two: the query has 2 results; select one by its labels, or "
                    + "aggregate them, as with sum() or max()"
            ),
            (
                "up[1m]",
                "the result is a matrix, and not one value: select a moment instead of a range, or put a function such "
                    + "as rate() or max_over_time() around it"
            ),
        ])
    func noValue(query: String, reason: String) async {
        #expect(
            await judge(query, ">=", "0") == .error("PROM", "\(reason); \(server.endpoint) was asked: \(query)"))
    }

    @Test("a query that Prometheus cannot execute is an error with its words")
    func execution() async throws {
        let query = "orders_total * on() orders"
        let reason = try #require(await judge(query, ">=", "0").reason(code: "PROM_PROBE_ERROR"))
        #expect(reason.hasPrefix("execution: found duplicate series for the match group {}"), "\(reason)")
        #expect(reason.hasSuffix("; \(server.endpoint) was asked: \(query)"), "\(reason)")
    }

    @Test("text that is no number, and criteria that do not exist, are errors")
    func unusable() async {
        #expect(await judge(#""many""#, ">", "1") == .error("PROM", "the actual value 'many' is no float"))
        #expect(await judge("orders_total", ">", "few") == .error("PROM", "the expected value 'few' is no float"))
        #expect(
            await judge("orders_total", "near", "1") == .error("PROM", "criteria 'near' not supported in the probe"))
    }

    @Test("variables of the experiment stand for their values")
    func variables() async {
        let environment = ["SHOP": "north", "APP_NAMESPACE": "shop"]
        #expect(await judge("orders{shop='$SHOP'}", "==", "42", environment: environment) == Self.obtained("42", "42"))
    }

    @Test("a query of several lines comes from a file, which is read at each attempt")
    func queryPath() async throws {
        let path = try server.file("sum(\n  orders{shop=~\"north|south\"}\n)\n")
        var inputs = PrometheusServer.inputs(server.endpoint, "", "==", "100")
        inputs["queryPath"] = .string(path)
        let context = ProbeContext(environment: [:], chaosDuration: .zero)
        #expect(await Judgement([.probe("promProbe", inputs)], context) == Self.obtained("100", "100"))

        inputs["query"] = "orders_total + 1"
        #expect(
            await Judgement([.probe("promProbe", inputs)], context)
                == .failure("PROM", "Actual value: 101. Expected value: equal to 100"))

        inputs["query"] = .null
        inputs["queryPath"] = .string(try server.file("\n"))
        let empty = try #require(
            await Judgement([.probe("promProbe", inputs)], context).reason(code: "PROM_PROBE_ERROR"))
        #expect(empty.hasPrefix("the file /") && empty.hasSuffix(" of queryPath holds no query"), "\(empty)")

        inputs["queryPath"] = "/no/such/file"
        let missing = try #require(
            await Judgement([.probe("promProbe", inputs)], context).reason(code: "PROM_PROBE_ERROR"))
        #expect(missing.hasPrefix("unable to read the query from /no/such/file: "), "\(missing)")
    }

    @Test("an endpoint with a path or a slash at its end is used as it is")
    func paths() async {
        #expect(
            await judge("orders_total", "==", "100", endpoint: server.endpoint + "/") == Self.obtained("100", "100"))
        #expect(
            await judge("orders_total", "==", "100", endpoint: server.endpoint + "/prefix")
                == .error(
                    "PROM",
                    "the answer is 404 Not Found, and none of Prometheus: check the endpoint; /api/v1/query is added to "
                        + "it; \(server.endpoint)/prefix was asked: orders_total"))
    }

    @Test("nobody at the endpoint is an error that names it")
    func unreachable() async throws {
        let endpoint = "http://127.0.0.1:\(try LoopbackSocket.closedPort())"
        let reason = try #require(
            await judge("up", "==", "1", endpoint: endpoint).reason(code: "PROM_PROBE_ERROR"))
        #expect(reason.hasPrefix("unable to query \(endpoint): "), "\(reason)")
        #expect(reason.contains("Connection refused"), "\(reason)")
        #expect(reason.hasSuffix("; check promProbe/inputs.endpoint"), "\(reason)")
    }

    @Test("an endpoint that does not answer within the timeout fails the probe", .timeLimit(.minutes(1)))
    func timeout() async throws {
        let socket = try LoopbackSocket()
        let endpoint = "http://127.0.0.1:\(socket.port)"
        #expect(
            await judge("up", "==", "1", endpoint: endpoint, timeout: "50ms")
                == .failure("PROM", "probe failed due to timeout"))
    }

    // MARK: Modes

    private static let modes = ["SOT", "EOT", "Edge", "Continuous", "OnChaos"]

    private func outcome(_ criteria: String, mode: String) async throws -> ProbeOutcome {
        let inputs = PrometheusServer.inputs(server.endpoint, "orders_total", criteria, "100")
        let session = try ProbeSession(
            probes: [.probe("promProbe", inputs, mode: mode, stops: false)],
            context: ProbeContext(environment: [:], chaosDuration: .milliseconds(20)))
        try await session.run()
        return await session.outcomes()[0]
    }

    @Test("passes in every mode", arguments: modes)
    func passesInMode(mode: String) async throws {
        let outcome = try await outcome("==", mode: mode)
        #expect(outcome.verdict == .passed)
        #expect(
            outcome.description
                == "Obtained the specified prometheus metrics. Actual value: 100. Expected value: 100")
    }

    @Test("fails in every mode without ending the run", arguments: modes)
    func failsInMode(mode: String) async throws {
        let outcome = try await outcome(">", mode: mode)
        #expect(outcome.verdict == .failed)
        #expect(outcome.description == "Actual value: 100. Expected value: greater than 100")
        #expect(!outcome.stoppedExperiment)
    }

    @Test("a Continuous probe notices a value that changes during the chaos", .timeLimit(.minutes(1)))
    func notices() async throws {
        let end = Date().timeIntervalSince1970 + 0.5
        let inputs = PrometheusServer.inputs(server.endpoint, "time() < bool \(end)", "==", "1")
        let session = try ProbeSession(
            probes: [.probe("promProbe", inputs, mode: "Continuous")],
            context: ProbeContext(environment: [:], chaosDuration: .zero))
        try await session.preChaos()
        var requests = session.stopRequests.makeAsyncIterator()
        let failure = await requests.next()
        #expect(Date().timeIntervalSince1970 >= end)
        #expect(failure?.code == "PROM_PROBE_FAILURE")
        #expect(failure?.reason == "Actual value: 0. Expected value: equal to 1")
        #expect(await session.outcomes()[0].verdict == .failed)
        await session.cancel()
    }
}
