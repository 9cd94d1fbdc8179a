import ChaosAPI
import KubernetesAPI

/// A part of the execution plane that `litmus agent` runs, and that `--split` gives a Deployment of its own.
public struct AgentComponent: Sendable, Hashable {
    /// As `litmus agent --component` names it.
    public var name: String
    /// Of its Deployment, service account and roles when it has its own.
    public var deployment: String
    /// Of its pods when it has its own Deployment, as scripts for LitmusChaos select them.
    public var podLabels: [String: String]
    /// What it does in the namespaces that it watches.
    public var rules: [JSON]
    /// What it does in its own namespace.
    public var ownRules: [JSON]
    /// What it does with objects that are in no namespace, which no Role can allow.
    public var clusterRules: [JSON]

    /// Every component, in the order in which they are started.
    public static let all = [chaosOperator]

    public static let chaosOperator = AgentComponent(
        name: "operator", deployment: "chaos-operator-ce", podLabels: ["name": "chaos-operator"],
        rules: BuiltinRBAC.operatorRules, ownRules: BuiltinRBAC.operatorOwnRules,
        clusterRules: BuiltinRBAC.operatorClusterRules)
}
