import DocumentStore
import Foundation
import GraphQL

/// Experiments.
enum ExperimentBindings {
    private struct IDArgument: Codable, Sendable { var experimentID: String }

    private struct ListArguments: Codable, Sendable { var request: ListExperimentRequest }

    private struct RequestArguments: Codable, Sendable { var request: ExperimentRequest }

    private struct SaveArguments: Codable, Sendable { var request: SaveExperimentRequest }

    private struct DeleteArguments: Codable, Sendable {
        var experimentID: String
        var experimentRunID: String?
    }

    private struct StateArguments: Codable, Sendable {
        var experimentID: String
        var disable: Bool
    }

    private struct Details: GraphQLOutput { var experiment: StoredExperiment }

    static func bind(_ binding: inout CenterBinding) {
        bindQueries(&binding)
        bindSaving(&binding)
        bindChanges(&binding)
        bindExperiment(&binding)
        bindAnswers(&binding)
        // An input of upstream's, declared as a type there.
        binding.unused("StopExperimentRunsRequest")
    }

    // MARK: Operations

    private static func bindQueries(_ binding: inout CenterBinding) {
        binding.user(.getExperiment, IDArgument.self) { call in
            let filter = Filter.project(call.projectID) && .eq("experiment_id", call.arguments.experimentID)
            guard let found = try await call.store.experimentHeads(Query(filter, limit: 1)).first else {
                throw ExperimentService.noMatch
            }
            return Details(experiment: found)
        }
        binding.user(.listExperiment, ListArguments.self) { call in
            try await ExperimentListing(store: call.store, projectID: call.projectID).page(call.arguments.request)
        }
        binding.user(.getExperimentStats, NoArguments.self) { call in
            try await ResilienceStatistics(of: call.projectID, in: call.store)
        }
    }

    private static func bindSaving(_ binding: inout CenterBinding) {
        binding.user(.saveChaosExperiment, SaveArguments.self) { call in
            let saved = try await call.experiments.save(ExperimentDraft(call.arguments.request))
            return "experiment \(saved.isNew ? "saved" : "updated") successfully with ID \(saved.experiment.id)"
        }
        binding.user(.createChaosExperiment, RequestArguments.self) { call in
            let request = call.arguments.request
            let id = request.experimentID.flatMap { $0.isEmpty ? nil : $0 } ?? UUID().uuidString.lowercased()
            let isRun = request.runExperiment ?? false
            if isRun { try await call.experiments.checkIsReachable(request.infraID) }
            let experiment = try await call.experiments.create(ExperimentDraft(request, id: id))
            if isRun {
                _ = try await call.center.runs.start(
                    experiment, by: call.user, refusal: "experiment scheduling failed due to inactive infra")
            }
            return experiment
        }
        binding.user(.updateChaosExperiment, RequestArguments.self) { call in
            let request = call.arguments.request
            let draft = ExperimentDraft(request, id: request.experimentID ?? "")
            let experiment = try await call.experiments.update(draft)
            if request.runExperiment ?? false, !experiment.isCron {
                _ = try await call.center.runs.start(experiment, by: call.user)
            }
            return experiment
        }
    }

    private static func bindChanges(_ binding: inout CenterBinding) {
        binding.user(.deleteChaosExperiment, DeleteArguments.self) { call in
            if let runID = call.arguments.experimentRunID {
                try await call.experiments.deleteRun(runID, of: call.arguments.experimentID)
            } else {
                try await call.experiments.delete(call.arguments.experimentID)
            }
            return true
        }
        binding.user(.updateCronExperimentState, StateArguments.self) { call in
            try await call.experiments.setSuspended(call.arguments.disable, call.arguments.experimentID)
            return true
        }
    }

    // MARK: Types

    private static func bindExperiment(_ binding: inout CenterBinding) {
        binding.audit("Experiment", of: StoredExperiment.self)
        binding.fields(
            "Experiment", of: StoredExperiment.self,
            [
                ("projectID", { $0.projectID }), ("experimentID", { $0.id }), ("experimentType", { $0.type }),
                ("cronSyntax", { $0.cronSyntax ?? "" }), ("name", { $0.name }),
                ("description", { $0.description ?? "" }), ("isCustomExperiment", { $0.isCustom ?? false }),
                ("isRemoved", { $0.isRemoved }), ("tags", { $0.tags }),
            ])
        binding.field("Experiment", "experimentManifest", of: StoredExperiment.self) { experiment, call async throws in
            try await latestRevision(of: experiment, call)?.manifest ?? ""
        }
        binding.field("Experiment", "weightages", of: StoredExperiment.self) {
            experiment, call async throws -> [FaultWeightage] in
            try await latestRevision(of: experiment, call)?.weightages ?? []
        }
        binding.field("Experiment", "infra", of: StoredExperiment.self) {
            experiment, call async throws -> ResolvedValue in
            let infrastructure = try await call.context.loaders.infrastructures.load(experiment.infraID)
            // Ids may come from imported documents.
            guard let infrastructure, infrastructure.projectID == experiment.projectID else { return .null }
            return .object(infrastructure)
        }
        binding.field("Experiment", "recentExperimentRunDetails", of: StoredExperiment.self) {
            experiment, call async throws -> [RecentRun] in
            try await call.context.loaders.recentRuns.load(experiment.id) ?? []
        }
        binding.fields(
            "Weightages", of: FaultWeightage.self,
            [("faultName", { $0.faultName }), ("weightage", { $0.weightage })])
        binding.audit("RecentExperimentRun", of: RecentRun.self)
        binding.fields(
            "RecentExperimentRun", of: RecentRun.self,
            [
                ("experimentRunID", { $0.runID }), ("phase", { $0.phase }),
                ("resiliencyScore", { $0.resiliencyScore }), ("runSequence", { $0.sequence }),
            ])
    }

    /// Lists leave the revisions out; they are read when a field asks for one.
    private static func latestRevision(
        of experiment: StoredExperiment, _ call: FieldCall<CenterContext>
    ) async throws -> ExperimentRevision? {
        if let revision = experiment.latestRevision { return revision }
        return try await call.context.loaders.revisions.load(RevisionKey(experimentID: experiment.id))
    }

    private static func bindAnswers(_ binding: inout CenterBinding) {
        binding.fields("GetExperimentResponse", of: Details.self, [("experimentDetails", { $0.experiment })])
        binding.field("GetExperimentResponse", "averageResiliencyScore", of: Details.self) {
            details, call async throws -> Double? in
            try await ResilienceStatistics.average(
                of: details.experiment.id, in: details.experiment.projectID, call.context.center.store)
        }
        binding.fields(
            "ListExperimentResponse", of: ExperimentListing.Page.self,
            [("totalNoOfExperiments", { $0.total }), ("experiments", { $0.experiments })])
        binding.fields(
            "ChaosExperimentResponse", of: StoredExperiment.self,
            [
                ("experimentID", { $0.id }), ("projectID", { $0.projectID }), ("cronSyntax", { $0.cronSyntax ?? "" }),
                ("experimentName", { $0.name }), ("experimentDescription", { $0.description ?? "" }),
                ("isCustomExperiment", { $0.isCustom ?? false }), ("tags", { $0.tags }),
            ])
        binding.fields(
            "GetExperimentStatsResponse", of: ResilienceStatistics.self,
            [("totalExperiments", { $0.total }), ("totalExpCategorizedByResiliencyScore", { $0.buckets })])
        binding.fields(
            "ResilienceScoreCategory", of: ResilienceStatistics.Bucket.self,
            [("id", { $0.id }), ("count", { $0.count })])
    }
}

extension StoredExperiment: GraphQLOutput {}
extension FaultWeightage: GraphQLOutput {}

extension UserCall {
    fileprivate var experiments: ExperimentService {
        ExperimentService(center: center, projectID: projectID, user: user)
    }
}
