/// What a runner, its helpers, node agents and the operator say to each other, and where.
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

    /// Keeps a helper's pod until what it injected is known to be undone.
    public static let finalizer = "litmuschaos.io/injection"
    /// Labels of pods that undo on a node what a lost helper has left there.
    public static let revertLabels = [
        "app.kubernetes.io/component": "revert", "app.kubernetes.io/part-of": "litmus",
    ]
    /// Annotation of a revert pod: `NAMESPACE/NAME` of the helper's pod.
    public static let helperAnnotation = "litmuschaos.io/helper"

    /// What a service account must be allowed to create, in the namespaces of its targets, for a node agent to follow its
    /// orders. No object of this kind ever exists.
    public static let injectionResource = "injections"
    /// `spec.schedulerName` of orders for node agents: no scheduler takes them.
    public static let nodeAgentScheduler = "litmus-node-agent"
    /// Label of an order for a node agent: its node, as `nodeLabelValue` says it.
    public static let nodeLabel = "litmuschaos.io/node-agent"
    /// Annotation of an order for a node agent: its node.
    public static let nodeAnnotation = "litmuschaos.io/node"
    /// Labels of the node agents' own pods.
    public static let nodeAgentLabels = ["app.kubernetes.io/component": "node-agent"]
    /// Reason in the status of an order that was cut short by the end of its node agent.
    public static let agentLost = "NodeAgentLost"

    /// A node's name as a label's value: itself where it has at most 63 bytes, else its beginning and a hash.
    public static func nodeLabelValue(_ node: String) -> String {
        guard node.utf8.count > 63 else { return node }
        // FNV-1a, which is the same in every process.
        let hash = node.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return node.prefix(46).trimmingSuffix { "-._".contains($0) } + "-" + String(hash, radix: 16)
    }
}

extension Substring {
    fileprivate func trimmingSuffix(where isLeftOut: (Character) -> Bool) -> String {
        var rest = self
        while let last = rest.last, isLeftOut(last) { rest.removeLast() }
        return String(rest)
    }
}
