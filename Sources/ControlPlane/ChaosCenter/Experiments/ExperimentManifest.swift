import KubernetesAPI

/// The Kubernetes object that an experiment is: what is to be run, or run by a schedule.
struct ExperimentManifest: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Runs faults one after another or side by side.
        case workflow = "Workflow"
        /// Makes Workflows by a schedule.
        case cronWorkflow = "CronWorkflow"
        /// One fault, without a Workflow.
        case chaosEngine = "ChaosEngine"
        /// Makes ChaosEngines by a schedule.
        case chaosSchedule = "ChaosSchedule"

        var apiVersion: String {
            switch self {
            case .workflow, .cronWorkflow: "argoproj.io/v1alpha1"
            case .chaosEngine, .chaosSchedule: "litmuschaos.io/v1alpha1"
            }
        }

        /// Whether the cluster runs it by itself.
        var isSchedule: Bool { self == .cronWorkflow || self == .chaosSchedule }

        /// What `StoredExperiment.type` calls it.
        var experimentType: String {
            switch self {
            case .workflow: "experiment"
            case .cronWorkflow: "cronexperiment"
            case .chaosEngine, .chaosSchedule: "chaosengine"
            }
        }

        /// Where the templates of the workflow are; nil where there is none.
        var templates: [String]? {
            switch self {
            case .workflow: ["spec", "templates"]
            case .cronWorkflow: ["spec", "workflowSpec", "templates"]
            case .chaosEngine, .chaosSchedule: nil
            }
        }
    }

    /// Bytes.
    static let maximumSize = 4 << 20

    let kind: Kind
    var object: JSON

    /// Reads one object from JSON or YAML.
    /// - Throws: `CenterError.invalid`.
    init(parsing text: String) throws {
        guard text.utf8.count <= Self.maximumSize else { throw Self.tooLarge }
        object = try Self.object(in: text)
        // What the aliases of YAML stand for counts.
        guard object.encoded().count <= Self.maximumSize else { throw Self.tooLarge }
        let named = Kind(rawValue: object["kind"].string ?? "")
        guard let named, object["apiVersion"].string == named.apiVersion else {
            throw CenterError.invalid("not a valid object, only workflows/cron workflows/chaos engines supported")
        }
        kind = named
    }

    private static let tooLarge = CenterError.invalid("the manifest is larger than \(maximumSize >> 20) MB")

    private static func object(in text: String) throws -> JSON {
        if text.first(where: { !$0.isWhitespace }) == "{" {
            do throws(JSONSyntaxError) {
                return try JSON(parsing: text)
            } catch {
                throw CenterError.invalid("the manifest is no JSON: \(error)")
            }
        }
        let documents: [JSON]
        do throws(YAMLError) {
            documents = try TemplatedYAML(text, source: "manifest").documents.map(\.withoutTagMarks)
        } catch {
            throw CenterError.invalid("the manifest is neither JSON nor YAML: \(error)")
        }
        guard let object = documents.first, documents.count == 1 else {
            throw CenterError.invalid("the manifest holds \(documents.count) objects; an experiment is one")
        }
        return object
    }

    /// JSON, as it is stored.
    var text: String { object.description }

    var name: String? { object["metadata", "name"].string }
    var namespace: String? { object["metadata", "namespace"].string }

    /// When it runs by itself; nil when it does not.
    var schedule: String? {
        guard kind == .cronWorkflow else { return nil }
        // Argo 3.6 knows several.
        let several = object["spec", "schedules"].strings
        return object["spec", "schedule"].string ?? (several.isEmpty ? nil : several.joined(separator: "; "))
    }

    mutating func setLabels(_ labels: [String: String]) {
        for path in labelPaths {
            for (key, value) in labels { object[path: path + [key]] = .string(value) }
        }
    }

    /// The labels of the object, and of what it makes.
    var labelPaths: [[String]] {
        switch kind {
        case .workflow, .chaosEngine: [["metadata", "labels"]]
        case .cronWorkflow: [["metadata", "labels"], ["spec", "workflowMetadata", "labels"]]
        case .chaosSchedule: [["metadata", "labels"], ["spec", "engineTemplateSpec", "metadata", "labels"]]
        }
    }
}

extension ExperimentManifest {
    /// An object without a name, which stands for all of its kind with the label of the experiment.
    static func selector(_ kind: Kind, experimentID: String) -> JSON {
        [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.rawValue),
            "metadata": ["labels": ["workflow_id": .string(experimentID)]],
        ]
    }
}
