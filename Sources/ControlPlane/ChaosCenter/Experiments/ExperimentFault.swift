import KubernetesAPI

/// A fault of an experiment: a ChaosEngine, as the artifact of a workflow's template or as the experiment itself.
struct ExperimentFault: Sendable, Hashable {
    private enum Place: Sendable, Hashable {
        /// A document of the YAML in the first artifact of a template.
        case artifact(template: Int, TemplatedYAML, document: Int)
        case object(ExperimentManifest.Kind)
    }

    private let place: Place
    /// Of the artifact, or of the object: what runs call the fault.
    let name: String
    /// The template, or the object.
    let templateName: String
    /// With the marks of `TemplatedYAML`.
    var engine: JSON
    /// The label `weight` of the template.
    let weightLabel: String?

    /// What weightages call the fault: `generateName` of the engine, else its name.
    var key: String {
        let metadata = engine["metadata"].withoutTagMarks
        return metadata["generateName"].string.flatMap { $0.isEmpty ? nil : $0 } ?? metadata["name"].string ?? ""
    }

    /// Whether it is a step of a workflow.
    var isStep: Bool { if case .artifact = place { true } else { false } }

    private var experimentsPath: [String] {
        if case .object(.chaosSchedule) = place {
            ["spec", "engineTemplateSpec", "experiments"]
        } else {
            ["spec", "experiments"]
        }
    }

    private var experiments: [JSON] { engine[path: experimentsPath].array ?? [] }

    /// The probes that are written into the engine.
    var inlineProbes: [JSON] {
        get { experiments.first?["spec", "probe"].array ?? [] }
        set {
            var experiments = experiments
            guard !experiments.isEmpty else { return }
            experiments[0]["spec", "probe"] = newValue.isEmpty ? .null : .array(newValue)
            engine[path: experimentsPath] = .array(experiments)
        }
    }

    /// The probes of the project that the fault refers to.
    /// - Throws: `CenterError.invalid`, naming the fault.
    func probeReferences() throws -> [ProbeReference] {
        try ProbeReference.list(engine[path: annotationPath].withoutTagMarks, fault: name)
    }

    /// A schedule may have the annotation where its engines get theirs from.
    private var annotationPath: [String] {
        let own = ["metadata", "annotations", ProbeReference.annotation]
        guard case .object(.chaosSchedule) = place else { return own }
        let ofEngines = ["spec", "engineTemplateSpec"] + own
        return engine[path: ofEngines].isNull ? own : ofEngines
    }

    mutating func setProbeReferences(_ references: [ProbeReference]) {
        engine[path: annotationPath] = .string(ProbeReference.text(references))
    }

    fileprivate func checked() throws -> ExperimentFault {
        guard !experiments.isEmpty else {
            throw CenterError.invalid("no experiments specified in chaosengine - \(key.isEmpty ? templateName : key)")
        }
        guard !key.isEmpty else {
            throw CenterError.invalid(
                "empty chaos experiment name: the ChaosEngine of '\(templateName)' needs metadata.generateName or "
                    + "metadata.name")
        }
        return self
    }

    private init(_ place: Place, name: String, templateName: String, engine: JSON, weightLabel: String?) {
        self.place = place
        self.name = name
        self.templateName = templateName
        self.engine = engine
        self.weightLabel = weightLabel
    }

    /// The fault of a template; nil for what is no ChaosEngine.
    fileprivate init?(template: JSON, at index: Int) throws {
        let artifact = template["inputs", "artifacts"].array?.first ?? .null
        guard let text = artifact["raw", "data"].string else { return nil }
        let templateName = template["name"].string ?? "\(index)"
        guard let yaml = try Self.yaml(text, of: templateName),
            let document = yaml.documents.firstIndex(where: { $0["kind"].string == "ChaosEngine" })
        else { return nil }
        self.init(
            .artifact(template: index, yaml, document: document), name: artifact["name"].string ?? templateName,
            templateName: templateName, engine: yaml.documents[document],
            weightLabel: template["metadata", "labels", "weight"].label)
    }

    /// Artifacts may be anything; only what says that it is a ChaosEngine has to be readable.
    private static func yaml(_ text: String, of template: String) throws -> TemplatedYAML? {
        do throws(YAMLError) {
            return try TemplatedYAML(text, source: "template '\(template)'")
        } catch {
            guard text.contains("ChaosEngine"), text.contains("litmuschaos.io/") else { return nil }
            throw CenterError.invalid("the ChaosEngine in \(error)")
        }
    }

    fileprivate init(standalone manifest: ExperimentManifest) {
        let name = manifest.name ?? ""
        self.init(.object(manifest.kind), name: name, templateName: name, engine: manifest.object, weightLabel: nil)
    }

    /// Puts the engine back where it came from.
    fileprivate func write(to manifest: inout ExperimentManifest) throws {
        guard case .artifact(let index, var yaml, let document) = place, let path = manifest.kind.templates else {
            manifest.object = engine
            return
        }
        yaml.documents[document] = engine
        var templates = manifest.object[path: path].array ?? []
        guard templates.indices.contains(index), var artifacts = templates[index]["inputs", "artifacts"].array,
            !artifacts.isEmpty
        else { return }
        artifacts[0]["raw", "data"] = .string(try yaml.text())
        templates[index]["inputs", "artifacts"] = .array(artifacts)
        manifest.object[path: path] = .array(templates)
    }

    fileprivate func writeWeight(_ weight: Int, to manifest: inout ExperimentManifest) {
        guard case .artifact(let index, _, _) = place, let path = manifest.kind.templates,
            var templates = manifest.object[path: path].array, templates.indices.contains(index)
        else { return }
        templates[index]["metadata", "labels", "weight"] = .string("\(weight)")
        manifest.object[path: path] = .array(templates)
    }
}

extension ExperimentManifest {
    /// In the order of the templates.
    /// - Throws: `CenterError.invalid` with the template or fault in which something is wrong.
    func faults() throws -> [ExperimentFault] {
        guard let path = kind.templates else { return [try ExperimentFault(standalone: self).checked()] }
        var faults: [ExperimentFault] = []
        for (index, template) in (object[path: path].array ?? []).enumerated() {
            if let fault = try ExperimentFault(template: template, at: index) { faults.append(try fault.checked()) }
        }
        return faults
    }

    /// Writes a changed fault of this manifest.
    mutating func replace(_ fault: ExperimentFault) throws { try fault.write(to: &self) }

    /// Writes the weight of a step.
    mutating func setWeight(_ weight: Int, of fault: ExperimentFault) { fault.writeWeight(weight, to: &self) }
}

extension JSON {
    /// A label's value: text, or what YAML made of a text without quotes.
    fileprivate var label: String? {
        switch self {
        case .string(let text): text
        case .int, .double, .bool: description
        default: nil
        }
    }
}
