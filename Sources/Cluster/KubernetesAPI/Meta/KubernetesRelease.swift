/// The Kubernetes release whose API the embedded cluster speaks: what its API server and its node say of themselves.
public enum KubernetesRelease {
    public static let major = "1"
    public static let minor = "36"
    /// Such as `v1.36.0+litmus`.
    public static let version = "v\(major).\(minor).0+litmus"
}
