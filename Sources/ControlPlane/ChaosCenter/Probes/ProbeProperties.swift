import KubernetesAPI

enum ProbeType: String, Sendable, CaseIterable {
    case http = "httpProbe"
    case command = "cmdProbe"
    case prometheus = "promProbe"
    case kubernetes = "k8sProbe"
}

extension StoredProbe {
    typealias HTTPProperties = ProbeProperties<HTTPProbeInputs>
    typealias CommandProperties = ProbeProperties<CommandProbeInputs>
    typealias PrometheusProperties = ProbeProperties<PrometheusProbeInputs>
    typealias ObjectProperties = ProbeProperties<ObjectProbeInputs>
}

/// What a probe of one type checks and how patiently. Stored flat, as upstream does: the fields of both side by side.
struct ProbeProperties<Inputs: ProbeInputs>: Codable, Sendable, Hashable {
    var run: ProbeRunProperties
    var inputs: Inputs

    init(run: ProbeRunProperties, inputs: Inputs) {
        self.run = run
        self.inputs = inputs
    }

    /// A request has both in one object; a ChaosEngine in two.
    init(inputs: ProbeFields, run: ProbeFields) throws {
        self.init(run: try ProbeRunProperties(run), inputs: try Inputs(inputs))
    }

    init(from decoder: any Decoder) throws {
        self.init(run: try ProbeRunProperties(from: decoder), inputs: try Inputs(from: decoder))
    }

    func encode(to encoder: any Encoder) throws {
        try run.encode(to: encoder)
        try inputs.encode(to: encoder)
    }
}

/// What a probe of one type checks.
protocol ProbeInputs: Codable, Sendable, Hashable {
    init(_ fields: ProbeFields) throws

    /// `<type>/inputs` of a ChaosEngine.
    var json: JSON { get throws }
}
