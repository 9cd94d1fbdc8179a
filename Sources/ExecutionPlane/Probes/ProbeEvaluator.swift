import KubernetesAPI

/// One attempt of one kind of probe.
protocol ProbeEvaluator: Sendable {
    /// - Returns: what was seen, when the condition holds.
    /// - Throws: `ProbeFailure`: the condition is not met, or could not be evaluated.
    func evaluate(timeout: Duration?, template: ProbeTemplate) async throws(ProbeFailure) -> ProbeEvidence
}

/// What a successful attempt saw.
struct ProbeEvidence: Sendable, Hashable {
    /// The description of a passed probe.
    var description: String
    /// What the probe registers for the templates of others; nil for kinds that register nothing.
    var register: String?
}

extension ProbeDefinition {
    /// - Throws: `ProbeFailure` when the inputs are malformed.
    func evaluator(context: ProbeContext) throws(ProbeFailure) -> any ProbeEvaluator {
        switch type {
        case "httpProbe": try HTTPProbe(definition: self)
        case "cmdProbe": try CommandProbe(definition: self, context: context)
        case "k8sProbe": try KubernetesProbe(definition: self, context: context)
        case "promProbe": try PrometheusProbe(definition: self, context: context)
        default:
            throw ProbeFailure(
                code: "GENERIC_ERROR",
                reason: "\(type) is not supported by this version; use promProbe with the indicator's query instead",
                probe: name)
        }
    }
}

extension ProbeTemplate {
    func render(_ text: String, probe: String) throws(ProbeFailure) -> String {
        do throws(TemplateError) {
            return try render(text)
        } catch {
            throw ProbeFailure(
                code: "GENERIC_ERROR", reason: "failed to parse the template '\(text)': \(error.message)", probe: probe)
        }
    }
}
