import KubernetesAPI
import Testing

@testable import Probes

@Suite struct PrometheusInputTests {
    @Test(
        "a query is used as it is, or as a shell would read one that was escaped for it",
        arguments: [
            (#"up{job="api"} > 0"#, #"up{job="api"} > 0"#),
            (#"up{job=\"api\"}"#, #"up{job="api"}"#),
            (#"rate(x{path=~\"/a\\\\.b\"}[1m])"#, #"rate(x{path=~"/a\\.b"}[1m])"#),
            (#"x{path=~"/a\\.b$"}"#, #"x{path=~"/a\\.b$"}"#),
            (#"x{path="say \"hi\""}"#, #"x{path="say \"hi\""}"#),
            (#"x{path=~'/a.*\$'}"#, "x{path=~'/a.*$'}"),
            (#"x{path='say \"hi\"'}"#, #"x{path='say "hi"'}"#),
            (#"x{path='it\'s'}"#, #"x{path='it\'s'}"#),
            (#"x{path=~`/a\.b`}"#, #"x{path=~`/a\.b`}"#),
            ("sum(\\\n  x)", "sum(  x)"),
            ("x # a \\ in a comment\n+ 1", "x # a \\ in a comment\n+ 1"),
            ("x{shop='$SHOP',other='${SHOP}s'}", "x{shop='north',other='norths'}"),
            ("x{a=~'.*$',b='$UNKNOWN',c='${SHOP'}", "x{a=~'.*$',b='$UNKNOWN',c='${SHOP'}"),
            (#"x{a=\"\$SHOP\"}"#, #"x{a="$SHOP"}"#),
            (#"label_replace(x, "a", "$1", "b", "(.*)")"#, #"label_replace(x, "a", "$1", "b", "(.*)")"#),
        ])
    func reads(written: String, expected: String) {
        #expect(PrometheusQuery(written: written, environment: ["SHOP": "north"]).text == expected)
    }

    @Test(
        "the address of a query keeps the endpoint's path and encodes the query",
        arguments: [
            ("http://prom:9090", "http://prom:9090/api/v1/query?query=a%2Bb"),
            ("https://prom.example//", "https://prom.example/api/v1/query?query=a%2Bb"),
            ("http://prom/prefix/", "http://prom/prefix/api/v1/query?query=a%2Bb"),
            ("http://[::1]:9090", "http://[::1]:9090/api/v1/query?query=a%2Bb"),
        ])
    func addresses(endpoint: String, url: String) {
        #expect(PrometheusEndpoint(parsing: endpoint)?.url(query: "a+b") == url)
    }

    @Test("credentials are decoded and kept out of the description")
    func credentials() {
        let endpoint = PrometheusEndpoint(parsing: "https://op:p%40ss@prom/")
        #expect(endpoint?.authorization == "Basic b3A6cEBzcw==")
        #expect(endpoint.map { "\($0)" } == "https://prom")
        #expect(PrometheusEndpoint(parsing: "http://prom")?.authorization == nil)
    }

    private static func inputs(_ endpoint: String, _ query: JSON = "up", value: JSON = "1") -> JSON {
        ["endpoint": .string(endpoint), "query": query, "comparator": ["criteria": "==", "value": value]]
    }

    private static let noAddress =
        "promProbe/inputs.endpoint is no address of Prometheus: expected http://HOST:PORT or https://HOST:PORT, with "
        + "USER:PASSWORD@ before the host where it asks for credentials"

    @Test(
        "malformed inputs are refused before any chaos, with what is wrong",
        arguments: [
            (inputs(""), "promProbe/inputs.endpoint is missing"), (inputs("prom:9090"), noAddress),
            (inputs("http://"), noAddress), (inputs("ftp://prom"), noAddress),
            (inputs("http://prom", .null), "[Probe]: Any one of query or queryPath is required"),
            (inputs("http://prom", value: .null), "promProbe/inputs.comparator needs criteria and value"),
        ] as [(JSON, String)])
    func malformed(inputs: JSON, reason: String) async {
        let context = ProbeContext(environment: [:], chaosDuration: .zero)
        #expect(await Judgement([.probe("promProbe", inputs, mode: "EOT")], context) == .error("PROM", reason))
    }

    @Test(
        "answers that real servers give seldom are errors that say what to do",
        arguments: [
            (
                #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}"#,
                "metrics entries doesn't contains value column: the result is a histogram; put histogram_quantile() or "
                    + "histogram_count() around it"
            ),
            (
                #"{"status":"success","data":{"resultType":"scalar","result":[1,""]}}"#,
                "error while parsing value from derived matrics: [1,\"\"]"
            ),
            (
                #"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#,
                "timeout: query timed out in expression evaluation"
            ),
            (#"{"status":"error"}"#, "error: 503 Service Unavailable"),
            (
                "<html>",
                "the answer is 503 Service Unavailable, and none of Prometheus: check the endpoint; "
                    + "/api/v1/query is added to it"
            ),
        ])
    func answers(body: String, reason: String) {
        let answer = PrometheusAnswer(code: 503, phrase: "Service Unavailable", body: Array(body.utf8))
        #expect(throws: PrometheusAnswer.NoValue(reason: reason)) { try answer.value() }
    }

    @Test("a sloProbe is refused with what to use instead")
    func serviceLevelObjective() async {
        let context = ProbeContext(environment: [:], chaosDuration: .zero)
        #expect(
            await Judgement([.probe("sloProbe", ["sloIdentifier": "x"])], context)
                == .refused(
                    code: "GENERIC_ERROR",
                    reason:
                        "sloProbe is not supported by this version; use promProbe with the indicator's query instead"))
    }
}
