import ChaosAPI
import KubernetesAPI

/// What `litmus resume` did. Pure.
struct ResumeReport: Sendable {
    /// What was cleared; nil when chaos was not halted.
    var halt: Halt?
    var namespace: String

    var text: String {
        guard let halt else { return "chaos was not halted (no order in the namespace \(namespace))\n" }
        return """
            resumed: chaos was \(halt)
            Engines that were aborted or refused stay stopped; set spec.engineState to active to run them.

            """
    }

    var json: JSON { ["wasHalted": .bool(halt != nil), "halt": halt?.json(namespace: namespace) ?? .null] }
}
