import KubernetesAPI

extension PrometheusServer {
    /// `promProbe/inputs`.
    static func inputs(_ endpoint: String, _ query: String, _ criteria: String, _ value: String) -> JSON {
        [
            "endpoint": .string(endpoint), "query": .string(query),
            "comparator": ["criteria": .string(criteria), "value": .string(value)],
        ]
    }
}
