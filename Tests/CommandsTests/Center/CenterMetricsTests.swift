import ChaosCenter
import GraphQL
import GraphQLTransport
import Testing

@testable import Commands

@Suite struct CenterMetricsTests {
    private func report(
        _ fields: [String], kind: OperationKind? = .query, errors: Int = 0,
        took duration: Duration = .milliseconds(30)
    ) -> GraphQLOperationReport {
        GraphQLOperationReport(
            transport: .http, kind: kind, name: "named \"by\" a client", rootFields: fields, errors: errors,
            duration: duration)
    }

    private func text(_ requests: RequestFigures, _ center: CenterFigures? = CenterFigures()) -> [String] {
        CenterMetrics(
            requests: requests.current, center: center, runs: RequestFigures.Histogram(bounds: CenterMetrics.runBounds),
            process: nil
        ).text.split(separator: "\n").map(String.init)
    }

    @Test("operations are counted by root field, kind and outcome, whatever clients call them")
    func operations() {
        let requests = RequestFigures()
        for _ in 0..<2 { requests.note(report(["listInfras"])) }
        requests.note(report(["listInfras"], errors: 1))
        requests.note(report(["infraConnect"], kind: .subscription, took: .seconds(4000)))
        for fields in [["__schema"], ["listInfras", "getInfra"], []] { requests.note(report(fields)) }
        requests.note(report([], kind: nil, errors: 1))
        let lines = text(requests)
        let listed = #"operation_name="listInfras",operation_type="query"}"#
        let endpoint = #"endpoint="/api/query""#
        #expect(lines.contains(#"litmus_api_requests_total{\#(endpoint),status="success",\#(listed) 2"#))
        #expect(lines.contains(#"litmus_api_requests_total{\#(endpoint),status="error",\#(listed) 1"#))
        #expect(lines.contains(#"litmus_api_error_requests_total{\#(endpoint),\#(listed) 1"#))
        let other = #"status="success",operation_name="other",operation_type="query"} 3"#
        #expect(lines.contains("litmus_api_requests_total{\(endpoint),\(other)"))
        let unknown = #"status="error",operation_name="other",operation_type="none"} 1"#
        #expect(lines.contains("litmus_api_requests_total{\(endpoint),\(unknown)"))
        #expect(!lines.joined().contains("named"))
    }

    @Test("times are a cumulative histogram, and subscriptions are none of it")
    func times() {
        let requests = RequestFigures()
        for milliseconds in [3, 30, 300_000] {
            requests.note(report(["getInfra"], took: .milliseconds(milliseconds)))
        }
        requests.note(report(["infraConnect"], kind: .subscription))
        let lines = text(requests).filter { $0.hasPrefix("litmus_api_response_time_milliseconds") }
        let labels = #"endpoint="/api/query",operation_name="getInfra",operation_type="query""#
        func bucket(_ bound: String, _ count: Int) -> String {
            #"litmus_api_response_time_milliseconds_bucket{\#(labels),le="\#(bound)"} \#(count)"#
        }
        for line in [bucket("5.0", 1), bucket("25.0", 1), bucket("50.0", 2), bucket("10000.0", 2), bucket("+Inf", 3)] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(lines.contains("litmus_api_response_time_milliseconds_sum{\(labels)} 300033.0"))
        #expect(lines.contains("litmus_api_response_time_milliseconds_count{\(labels)} 3"))
        #expect(!lines.contains { $0.contains("infraConnect") })
    }

    @Test("what is in the database is shown, and left out when it does not answer")
    func figures() {
        let figures = CenterFigures(
            experiments: 3, runs: ["Completed": 5, "Timeout": 1], agents: 4, connectedAgents: 1)
        let lines = text(RequestFigures(), figures)
        for line in [
            "litmus_experiments_total 3", "litmus_experiment_runs_total 6",
            #"litmus_experiment_status{status="Completed"} 5"#, "litmus_total_agents 4", "litmus_connected_agents 1",
            "litmus_disconnected_agents 3",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(!text(RequestFigures(), nil).contains { $0.hasPrefix("litmus_total_agents") })
    }

    @Test("labels are escaped")
    func escaping() {
        var text = PrometheusText()
        text.add("a", .gauge, "A.", [.init(1, [.init("b", "c\"d\\e\nf")])])
        #expect(text.text == "# HELP a A.\n# TYPE a gauge\na{b=\"c\\\"d\\\\e\\nf\"} 1\n")
    }
}
