/// What a runner and its helpers say to each other, and where.
public enum HelperContract {
    /// Environment variable of a helper: its order, as JSON.
    public static let orderVariable = "LITMUS_ORDER"
    /// Annotation that a helper writes on its own pod: its latest report, as JSON.
    public static let reportAnnotation = "litmuschaos.io/injection-report"
    /// Labels of every helper pod.
    public static let labels = ["app.kubernetes.io/component": "helper"]
    /// Label that all helpers of one run share: `<experiment>-helper-<run>`.
    public static let groupLabel = "app"
    /// The node's directory of which the journal is a part, mounted at the same path in helpers.
    public static let stateDirectory = "/var/lib/litmus"
}
