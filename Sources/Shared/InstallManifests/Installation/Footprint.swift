import KubernetesAPI

/// What the platform's own pods ask of a node, in one place.
///
/// Measured: a request is what an idle process of a release build uses, rounded up. There is no limit on processor time,
/// because a throttled operator is late to revert; limits on memory are generous and only stop a leak.
public enum Footprint {
    /// `litmus agent`, with up to 1,000 engines.
    public static let agent: JSON = [
        "requests": ["cpu": "10m", "memory": "48Mi"], "limits": ["memory": "512Mi"],
    ]

    /// A runner whose engine says nothing.
    public static let runner: JSON = [
        "requests": ["cpu": "10m", "memory": "48Mi"], "limits": ["memory": "256Mi"],
    ]

    /// The node agent. No limit: what a fault takes of the node may count as the agent's.
    public static let nodeAgent: JSON = ["requests": ["cpu": "10m", "memory": "48Mi"]]
}
