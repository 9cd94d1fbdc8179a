import KubernetesAPI

/// A fault of an experiment, as the manifest of a revision has it.
struct ManifestFault: Sendable, Hashable {
    /// A probe that the fault refers to, and when it is evaluated.
    struct Reference: Codable, Sendable, Hashable {
        var name: String
        var mode: String
    }

    /// The name of the artifact with the ChaosEngine: the name that runs keep the fault's probes under.
    var name: String
    /// The step that makes the ChaosEngine has this name.
    var template: String
    var engine: EngineName
    /// In the order of the annotation `probeRef`.
    var probes: [Reference]
    /// The experiment is this ChaosEngine and nothing else.
    var isAlone = false

    /// For runs whose revision is not known: everything is named after the fault, as the web portal does it.
    init(named name: String) {
        self.name = name
        template = name
        engine = .generated(from: name)
        probes = []
    }

    private init(name: String, template: String, engine: JSON) {
        self.name = name
        self.template = template
        let metadata = engine["metadata"]
        let generated = metadata["generateName"].string ?? ""
        self.engine = generated.isEmpty ? .exact(metadata["name"].string ?? name) : .generated(from: generated)
        probes = Self.references(metadata["annotations", "probeRef"].string ?? "")
    }

    /// Whether a client means this one: by the name of the artifact, of the step, or of the ChaosEngine.
    func isNamed(_ text: String) -> Bool { text == name || text == template || text == engine.base }

    private static func references(_ annotation: String) -> [Reference] {
        guard let items = (try? JSON(parsing: annotation))?.array else { return [] }
        return items.compactMap { item in
            item["name"].string.map { Reference(name: $0, mode: ProbeMode.known(item["mode"].string) ?? "SOT") }
        }
    }

    /// The faults of a revision. What cannot be read has none.
    static func all(in manifest: String) -> [ManifestFault] {
        guard let json = try? JSON(parsing: manifest) else { return [] }
        switch json["kind"].string {
        case "Workflow": return faults(ofTemplates: json["spec", "templates"])
        case "CronWorkflow": return faults(ofTemplates: json["spec", "workflowSpec", "templates"])
        case "ChaosEngine": return [alone(json)]
        case "ChaosSchedule":
            var engine = json
            let annotations = json["spec", "engineTemplateSpec", "metadata", "annotations"]
            if !annotations.isNull { engine["metadata", "annotations"] = annotations }
            return [alone(engine)]
        default: return []
        }
    }

    private static func alone(_ engine: JSON) -> ManifestFault {
        let name = engine["metadata", "generateName"].string ?? engine["metadata", "name"].string ?? ""
        var fault = ManifestFault(name: name, template: name, engine: engine)
        fault.isAlone = true
        return fault
    }

    private static func faults(ofTemplates templates: JSON) -> [ManifestFault] {
        (templates.array ?? []).compactMap { template in
            guard let artifact = template["inputs", "artifacts"].array?.first,
                let text = artifact["raw", "data"].string, let engine = engine(in: text)
            else { return nil }
            let step = template["name"].string ?? ""
            return ManifestFault(name: artifact["name"].string ?? step, template: step, engine: engine)
        }
    }

    private static func engine(in text: String) -> JSON? {
        // Argo's placeholders need not be YAML.
        let plain = text.replacing("{{", with: "").replacing("}}", with: "")
        guard let json = (try? JSON.documents(yaml: plain, source: "artifact"))?.first,
            json["kind"].string == "ChaosEngine"
        else { return nil }
        return json
    }
}
