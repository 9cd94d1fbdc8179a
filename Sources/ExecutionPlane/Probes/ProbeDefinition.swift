import KubernetesAPI

/// One probe of a ChaosEngine, checked.
struct ProbeDefinition: Sendable {
    enum Mode: String, Sendable, CaseIterable {
        case startOfTest = "SOT"
        case endOfTest = "EOT"
        case edge = "Edge"
        case continuous = "Continuous"
        case onChaos = "OnChaos"

        var runsInBackground: Bool { self == .continuous || self == .onChaos }
    }

    var name: String
    var type: String
    var mode: Mode
    var runProperties: RunProperties
    /// `httpProbe/inputs` and the like.
    var inputs: JSON
    /// `data`: the manifest that a k8sProbe creates, as YAML text.
    var data: String

    static let types = ["k8sProbe", "httpProbe", "cmdProbe", "promProbe", "sloProbe"]

    /// - Throws: `ProbeFailure` (`GENERIC_ERROR`) that names the probe and the field.
    init(json: JSON) throws(ProbeFailure) {
        let name = json["name"].string ?? ""
        func malformed(_ reason: String) -> ProbeFailure {
            ProbeFailure(code: "GENERIC_ERROR", reason: reason, probe: name)
        }
        guard !name.isEmpty else { throw malformed("a probe without a name") }
        let typeText = json["type"].string ?? ""
        guard let type = Self.types.first(where: { $0.lowercased() == typeText.lowercased() }) else {
            throw malformed("unknown probe type '\(typeText)'; known are \(Self.types.joined(separator: ", "))")
        }
        let modeText = json["mode"].string ?? ""
        guard let mode = Mode.allCases.first(where: { $0.rawValue.lowercased() == modeText.lowercased() }) else {
            let known = Mode.allCases.map(\.rawValue).joined(separator: ", ")
            throw malformed("unknown probe mode '\(modeText)'; known are \(known)")
        }
        guard json["\(type)/inputs"].object != nil else {
            throw malformed("the probe's inputs are missing: expected an object under '\(type)/inputs'")
        }
        self.name = name
        self.type = type
        self.mode = mode
        inputs = json["\(type)/inputs"]
        data = json["data"].string ?? ""
        runProperties = try RunProperties(json: json["runProperties"], probe: name)
    }
}
