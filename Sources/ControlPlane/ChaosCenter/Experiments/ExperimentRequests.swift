import DocumentStore

/// `SaveChaosExperimentRequest`. Its `type` says nothing that the manifest does not say.
struct SaveExperimentRequest: Codable, Sendable {
    var id: String
    var name: String
    var description: String
    var manifest: String
    var infraID: String
    var tags: [String]?
}

/// `ChaosExperimentRequest`.
struct ExperimentRequest: Codable, Sendable {
    struct Weightage: Codable, Sendable {
        var faultName: String
        var weightage: Int
    }

    var experimentID: String?
    var runExperiment: Bool?
    var experimentManifest: String
    var cronSyntax: String
    var experimentName: String
    var experimentDescription: String
    var weightages: [Weightage]
    var isCustomExperiment: Bool
    var infraID: String
    var tags: [String]?
}

/// `ListExperimentRequest`.
struct ListExperimentRequest: Codable, Sendable {
    struct Sort: Codable, Sendable {
        enum Field: String, Codable, Sendable {
            case name = "NAME"
            case time = "TIME"
        }

        var field: Field
        var ascending: Bool?
    }

    struct Filter: Codable, Sendable {
        enum ScheduleType: String, Codable, Sendable {
            case cron = "CRON"
            case nonCron = "NON_CRON"
            case all = "ALL"
        }

        /// A part of the name, whatever its case.
        var experimentName: String?
        /// A part of the name, whatever its case.
        var infraName: String?
        var infraID: String?
        var infraActive: Bool?
        var scheduleType: ScheduleType?
        /// The phase of the newest run; `NA` for experiments without runs.
        var status: String?
        var dateRange: DateRange?
        var infraTypes: [String?]?
    }

    var experimentIDs: [String?]?
    var pagination: Pagination?
    var sort: Sort?
    var filter: Filter?

    /// - Throws: `CenterError.invalid` for what no experiment can have.
    func check() throws {
        guard (experimentIDs ?? []).count <= 1000 else {
            throw CenterError.invalid("experimentIDs: at most 1000 at once")
        }
        let texts = [filter?.experimentName, filter?.infraName, filter?.infraID, filter?.status]
        guard texts.allSatisfy({ ($0 ?? "").utf8.count <= 500 }) else {
            throw CenterError.invalid("filter: a text is longer than 500 bytes")
        }
    }
}

/// What is to be saved as an experiment.
struct ExperimentDraft: Sendable {
    var id: String
    var name: String
    var description: String
    var tags: [String]?
    var manifest: String
    var infraID: String
    /// By the key of the fault.
    var weights: [String: Int] = [:]
    /// Nil leaves it as it is.
    var isCustom: Bool?
    /// For a CronWorkflow without one.
    var schedule: String?

    init(_ request: SaveExperimentRequest) {
        id = request.id
        name = request.name
        description = request.description
        tags = request.tags
        manifest = request.manifest
        infraID = request.infraID
    }

    init(_ request: ExperimentRequest, id: String) {
        self.id = id
        name = request.experimentName
        description = request.experimentDescription
        tags = request.tags
        manifest = request.experimentManifest
        infraID = request.infraID
        weights = Dictionary(
            request.weightages.map { ($0.faultName, $0.weightage) }, uniquingKeysWith: { _, last in last })
        isCustom = request.isCustomExperiment
        schedule = request.cronSyntax.isEmpty ? nil : request.cronSyntax
    }

    /// - Throws: `CenterError.invalid` for what cannot be stored or run.
    func check() throws {
        guard !id.isEmpty, KubernetesNames.isLabelValue(id) else {
            throw CenterError.invalid(
                "experiment ID '\(id.prefix(100))': it becomes a label, so it has to be 1 to 63 letters, digits, '-', "
                    + "'_' and '.', with a letter or digit at both ends")
        }
        guard KubernetesNames.isSubdomain(name) else {
            throw CenterError.invalid(
                "experiment name '\(name.prefix(100))': it becomes the name of a Kubernetes object, so it has to be "
                    + "lowercase letters, digits, '-' and '.', with a letter or digit at both ends")
        }
        guard description.utf8.count <= 5000 else { throw CenterError.invalid("the description is too long") }
        guard (tags ?? []).count <= 100, (tags ?? []).allSatisfy({ $0.utf8.count <= 256 }) else {
            throw CenterError.invalid("tags: at most 100, each of at most 256 bytes")
        }
    }
}
