import ChaosCenter

/// The Chaos Center's figures in the text format of Prometheus, under upstream's names. Pure.
struct CenterMetrics: Sendable, Hashable {
    var requests: RequestFigures.Figures
    /// nil where the database does not answer: their families are left out then.
    var center: CenterFigures?
    /// In seconds.
    var runs: RequestFigures.Histogram
    /// nil where the kernel does not tell.
    var process: ProcessFigures?

    /// Seconds of a run.
    static let runBounds: [Double] = [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200]

    private typealias Sample = PrometheusText.Sample
    private typealias Label = PrometheusText.Label

    private static let endpoint = Label("endpoint", "/api/query")

    var text: String {
        var text = PrometheusText()
        addRequests(to: &text)
        if let center { add(center, to: &text) }
        text.add(
            "litmus_experiment_run_duration_seconds", .histogram,
            "From the request of a run to its end, of the runs that ended since this process began.",
            Self.samples(of: runs, []))
        if let process { text.add(process) }
        return text.text
    }

    private func addRequests(to text: inout PrometheusText) {
        text.add(
            "litmus_api_requests_total", .counter,
            "Operations of the GraphQL API; an error is one in the whole or in a field.",
            Self.samples(of: requests.succeeded, "success") + Self.samples(of: requests.failed, "error"))
        text.add(
            "litmus_api_error_requests_total", .counter, "Operations of the GraphQL API with errors.",
            Self.samples(of: requests.failed, nil))
        text.add(
            "litmus_api_authentication_failures_total", .counter,
            "Logins, tokens and identities of agents that were refused.", [Sample(requests.unauthenticated)])
        text.add(
            "litmus_api_response_time_milliseconds", .histogram,
            "How long queries and mutations of the GraphQL API took.",
            requests.times.sorted { $0.key < $1.key }.flatMap { operation, times in
                Self.samples(of: times, [Self.endpoint] + operation.labels)
            })
    }

    private func add(_ center: CenterFigures, to text: inout PrometheusText) {
        text.add(
            "litmus_experiments_total", .gauge, "Experiments of all projects.", [Sample(center.experiments)])
        text.add(
            "litmus_experiment_runs_total", .gauge, "Runs of experiments that were ever asked for.",
            [Sample(center.runs.values.reduce(0, +))])
        text.add(
            "litmus_experiment_status", .gauge, "Runs of experiments by phase.",
            center.runs.sorted { $0.key < $1.key }.map { Sample($0.value, [Label("status", $0.key)]) })
        text.add("litmus_total_agents", .gauge, "Infrastructures of all projects.", [Sample(center.agents)])
        text.add(
            "litmus_connected_agents", .gauge, "Infrastructures whose agent is connected.",
            [Sample(center.connectedAgents)])
        text.add(
            "litmus_disconnected_agents", .gauge, "Infrastructures whose agent is not connected.",
            [Sample(center.agents - center.connectedAgents)])
    }

    private static func samples(of counts: [RequestFigures.Operation: Int], _ status: String?) -> [Sample] {
        counts.sorted { $0.key < $1.key }.map { operation, count in
            Sample(count, [endpoint] + (status.map { [Label("status", $0)] } ?? []) + operation.labels)
        }
    }

    private static func samples(of histogram: RequestFigures.Histogram, _ labels: [Label]) -> [Sample] {
        let buckets = zip(histogram.bounds, histogram.counts).map { bound, count in
            Sample(count, labels + [Label("le", "\(bound)")], suffix: "_bucket")
        }
        return buckets + [
            Sample(histogram.count, labels + [Label("le", "+Inf")], suffix: "_bucket"),
            Sample(histogram.sum, labels, suffix: "_sum"), Sample(histogram.count, labels, suffix: "_count"),
        ]
    }
}

extension RequestFigures.Operation: Comparable {
    static func < (left: Self, right: Self) -> Bool { (left.name, left.kind) < (right.name, right.kind) }

    fileprivate var labels: [PrometheusText.Label] { [.init("operation_name", name), .init("operation_type", kind)] }
}
