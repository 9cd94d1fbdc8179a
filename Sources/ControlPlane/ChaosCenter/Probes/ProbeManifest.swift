import KubernetesAPI

/// A probe as a ChaosEngine has it in `spec.experiments[].spec.probe`.
enum ProbeManifest {
    /// - Parameter mode: `SOT`, `EOT`, `Edge`, `Continuous` or `OnChaos`.
    /// - Throws: `CenterError.invalid` for another mode, or a document that lacks what its type needs.
    static func json(of probe: StoredProbe, mode: String) throws -> JSON {
        guard ProbeReference.modes.contains(mode) else {
            throw CenterError.invalid(
                "probe '\(probe.name)': unknown mode '\(mode)'; known are \(ProbeReference.modes.joined(separator: ", "))"
            )
        }
        guard let (inputs, run) = try parts(of: probe) else {
            throw CenterError.invalid("probe '\(probe.name)' has no properties of its type '\(probe.type)'")
        }
        var json: JSON = [
            "name": .string(probe.name), "type": .string(probe.type), "mode": .string(mode), "runProperties": run.json,
        ]
        json["\(probe.type)/inputs"] = inputs
        if let data = probe.kubernetes?.inputs.data { json["data"] = .string(data) }
        return json
    }

    private static func parts(of probe: StoredProbe) throws -> (inputs: JSON, run: ProbeRunProperties)? {
        switch ProbeType(rawValue: probe.type) {
        case .http: try parts(of: probe.kubernetesHTTP)
        case .command: try parts(of: probe.kubernetesCMD)
        case .prometheus: try parts(of: probe.prometheus)
        case .kubernetes: try parts(of: probe.kubernetes)
        case nil: nil
        }
    }

    private static func parts<Inputs>(
        of properties: ProbeProperties<Inputs>?
    ) throws -> (inputs: JSON, run: ProbeRunProperties)? {
        try properties.map { (try $0.inputs.json, $0.run) }
    }
}

extension StoredProbe {
    /// A probe that stands in a ChaosEngine. Its mode is not part of a stored probe.
    /// - Parameters:
    ///   - inline: the element of `spec.experiments[].spec.probe`.
    ///   - name: in the project; the probe's own where nothing is said.
    ///   - now: milliseconds since 1970.
    /// - Throws: `CenterError.invalid` that names the field that is missing or of the wrong type, or says that probes
    ///   of this type cannot be stored (`sloProbe`).
    init(inline: JSON, name: String? = nil, projectID: String, now: Int64, by user: UserDetails?) throws {
        let name = name ?? inline["name"].string ?? ""
        let place = "probe '\(name)'"
        let text = inline["type"].string ?? ""
        // Upstream compares types whatever their case.
        guard let type = ProbeType.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
            let known = ProbeType.allCases.map(\.rawValue).joined(separator: ", ")
            throw CenterError.invalid("\(place): type '\(text)' cannot be stored; known are \(known)")
        }
        try self.init(
            projectID: projectID, name: name, type: type,
            inputs: try ProbeFields(inline, place).requiredPart("\(type.rawValue)/inputs"),
            run: try ProbeFields(inline, place).requiredPart("runProperties"), now: now, by: user)
        kubernetes?.inputs.data = inline["data"].string
    }

    init(
        projectID: String, name: String, description: String? = nil, tags: [String]? = nil, type: ProbeType,
        inputs: ProbeFields, run: ProbeFields, now: Int64, by user: UserDetails?
    ) throws {
        self.init(
            projectID: projectID, name: name, description: description, tags: tags, type: type.rawValue,
            infrastructureType: "Kubernetes",
            kubernetesHTTP: type == .http ? try HTTPProperties(inputs: inputs, run: run) : nil,
            kubernetesCMD: type == .command ? try CommandProperties(inputs: inputs, run: run) : nil,
            prometheus: type == .prometheus ? try PrometheusProperties(inputs: inputs, run: run) : nil,
            kubernetes: type == .kubernetes ? try ObjectProperties(inputs: inputs, run: run) : nil,
            createdAt: now, updatedAt: now, createdBy: user, updatedBy: user, isRemoved: false)
    }
}
