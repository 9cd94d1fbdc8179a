import KubernetesAPI

/// `ProbeRequest`. The properties are read by `ProbeFields`, as those of ChaosEngines are.
struct ProbeRequest: Codable, Sendable {
    var name: String
    var description: String?
    var tags: [String]?
    var type: String
    var infrastructureType: String
    var kubernetesHTTPProperties: JSON?
    var kubernetesCMDProperties: JSON?
    var k8sProperties: JSON?
    var promProperties: JSON?

    /// The probe that is asked for.
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: `CenterError.invalid` that names the field.
    func probe(in projectID: String, now: Int64, by user: UserDetails) throws -> StoredProbe {
        guard let type = ProbeType(rawValue: type) else {
            throw CenterError.invalid("request.type: '\(self.type)' is no type of probes")
        }
        try ClientText.details(description: description, tags: tags)
        let fields = try properties(of: type)
        let probe = try StoredProbe(
            projectID: projectID, name: name, description: description, tags: tags, type: type, inputs: fields,
            run: fields, now: now, by: user)
        try ProbeCheck(place: fields.place).check(probe)
        return probe
    }

    private func properties(of type: ProbeType) throws -> ProbeFields {
        let given: [(type: ProbeType, field: String, JSON?)] = [
            (.http, "kubernetesHTTPProperties", kubernetesHTTPProperties),
            (.command, "kubernetesCMDProperties", kubernetesCMDProperties),
            (.kubernetes, "k8sProperties", k8sProperties), (.prometheus, "promProperties", promProperties),
        ]
        var own: ProbeFields?
        for (owner, field, json) in given {
            let json = json ?? .null
            if owner == type {
                guard !json.isNull else {
                    throw CenterError.invalid("\(field) is required for a probe of type \(type.rawValue)")
                }
                own = ProbeFields(json, field)
            } else if !json.isNull {
                throw CenterError.invalid("\(field) does not belong to a probe of type \(type.rawValue)")
            }
        }
        guard let own else { throw CenterError.invalid("\(type.rawValue) has no properties") }
        return own
    }
}

/// `ProbeFilterInput`.
struct ProbeFilter: Codable, Sendable {
    var name: String?
    var dateRange: DateRange?
    var type: [String?]?
}
