import KubernetesAPI

/// What a probe must have before it is stored: what the schema of ChaosEngines would refuse when it is run.
struct ProbeCheck {
    /// For errors: the name of the property object.
    let place: String

    static func check(name: String) throws {
        let isName =
            (1...63).contains(name.utf8.count) && name.first != "-" && name.last != "-"
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isName else {
            throw CenterError.invalid(
                "'\(name.prefix(100))' cannot name a probe: 1 to 63 lower-case letters, digits and '-' can, "
                    + "with a letter or a digit at both ends")
        }
    }

    func check(_ probe: StoredProbe) throws {
        if let properties = probe.kubernetesHTTP { try check(properties) }
        if let properties = probe.kubernetesCMD { try check(properties) }
        if let properties = probe.prometheus { try check(properties) }
        if let properties = probe.kubernetes { try check(properties) }
    }

    private func check(_ properties: StoredProbe.HTTPProperties) throws {
        try check(properties.run)
        try filled(properties.inputs.url, "url")
        switch (properties.inputs.method.get, properties.inputs.method.post) {
        case (let get?, nil): try compared(get.criteria, get.responseCode, "method.get")
        case (nil, let post?): try compared(post.criteria, post.responseCode, "method.post")
        default: throw CenterError.invalid("\(place).method must have either get or post")
        }
    }

    private func compared(_ criteria: String, _ code: String, _ field: String) throws {
        try filled(criteria, "\(field).criteria")
        try filled(code, "\(field).responseCode")
    }

    private func check(_ properties: StoredProbe.CommandProperties) throws {
        try check(properties.run)
        try filled(properties.inputs.command, "command")
        try check(properties.inputs.comparator, mayLackType: false)
        guard properties.inputs.source != nil else { return }
        try filled(try properties.inputs.json["source", "image"].string ?? "", "source.image")
    }

    private func check(_ properties: StoredProbe.PrometheusProperties) throws {
        try check(properties.run)
        try filled(properties.inputs.endpoint, "endpoint")
        guard !(properties.inputs.query ?? "").isEmpty || !(properties.inputs.queryPath ?? "").isEmpty else {
            throw CenterError.invalid("\(place) must have query or queryPath")
        }
        try check(properties.inputs.comparator, mayLackType: true)
    }

    private func check(_ properties: StoredProbe.ObjectProperties) throws {
        try check(properties.run)
        try filled(properties.inputs.version, "version")
        try filled(properties.inputs.resource, "resource")
        try oneOf(["present", "absent", "create", "delete"], properties.inputs.operation, "operation")
    }

    private func check(_ comparator: ProbeComparator, mayLackType: Bool) throws {
        if !comparator.type.isEmpty || !mayLackType {
            try oneOf(["int", "float", "string"], comparator.type, "comparator.type")
        }
        try filled(comparator.criteria, "comparator.criteria")
    }

    private func check(_ run: ProbeRunProperties) throws {
        try filled(run.probeTimeout, "probeTimeout")
        try filled(run.interval, "interval")
        let durations = [
            ("probeTimeout", run.probeTimeout), ("interval", run.interval),
            ("probePollingInterval", run.pollingInterval ?? ""), ("initialDelay", run.initialDelay ?? ""),
            ("evaluationTimeout", run.evaluationTimeout ?? ""),
        ]
        for (field, text) in durations where !ProbeDuration.isValid(text) {
            throw CenterError.invalid(
                "\(place).\(field): '\(text.prefix(100))' is no duration such as 300ms, 10s or 1m30s")
        }
    }

    private func filled(_ text: String, _ field: String) throws {
        guard !text.isEmpty else { throw CenterError.invalid("\(place).\(field) must not be empty") }
    }

    private func oneOf(_ known: [String], _ text: String, _ field: String) throws {
        guard known.contains(text) else {
            throw CenterError.invalid(
                "\(place).\(field): '\(text.prefix(100))' is none of \(known.joined(separator: ", "))")
        }
    }
}
