import DocumentStore
import GraphQL

/// Runs of experiments.
enum RunBindings {
    static func bind(_ binding: inout CenterBinding) {
        bindQueries(&binding)
        bindMutations(&binding)
        bindRun(&binding)
    }

    // MARK: Queries

    private struct RunArguments: Codable, Sendable {
        var experimentRunID: String?
        var notifyID: String?
    }

    private struct ListArguments: Codable, Sendable { var request: RunListRequest }

    private static func bindQueries(_ binding: inout CenterBinding) {
        binding.user(.getExperimentRun, RunArguments.self) { call in
            let arguments = call.arguments
            guard let named = RunService.naming(runID: arguments.experimentRunID, notifyID: arguments.notifyID) else {
                throw CenterError.invalid("experimentRunID or notifyID not provided")
            }
            guard let run = try await call.store.runs.first(named && .project(call.projectID)) else {
                throw CenterError.notFound("no matching experiment run")
            }
            return run
        }
        binding.user(.listExperimentRun, ListArguments.self) { call in
            let isCounted = call.field.selectedFields.contains("totalNoOfExperimentRuns")
            let listing = RunListing(
                center: call.center, projectID: call.projectID, request: call.arguments.request)
            return try await listing.page(isCounted: isCounted)
        }
        binding.fields(
            "ListExperimentRunResponse", of: RunPage.self,
            [("totalNoOfExperimentRuns", { $0.total }), ("experimentRuns", { $0.runs })])
        binding.user(.getExperimentRunStats, NoArguments.self) { call in
            try await RunStatistics(of: call.projectID, in: call.store)
        }
        binding.fields(
            "GetExperimentRunStatsResponse", of: RunStatistics.self,
            [
                ("totalExperimentRuns", { $0.total }), ("totalCompletedExperimentRuns", { $0.completed }),
                ("totalTerminatedExperimentRuns", { $0.terminated }), ("totalRunningExperimentRuns", { $0.running }),
                ("totalStoppedExperimentRuns", { $0.stopped }), ("totalErroredExperimentRuns", { $0.errored }),
            ])
    }

    // MARK: Mutations

    private struct ExperimentArguments: Codable, Sendable { var experimentID: String }

    private struct StopArguments: Codable, Sendable {
        var experimentID: String
        var experimentRunID: String?
        var notifyID: String?
    }

    private struct EventArguments: Codable, Sendable { var request: RunEventRequest }

    private struct StartedRun: GraphQLOutput { var notifyID: String }

    private static func bindMutations(_ binding: inout CenterBinding) {
        binding.user(.runChaosExperiment, ExperimentArguments.self) { call in
            let filter: Filter = .eq("experiment_id", call.arguments.experimentID) && .project(call.projectID)
            guard let experiment = try await call.store.experiments.first(filter) else {
                throw RunService.noExperiment
            }
            return StartedRun(notifyID: try await call.center.runs.start(experiment, by: call.user))
        }
        binding.fields("RunChaosExperimentResponse", of: StartedRun.self, [("notifyID", { $0.notifyID })])
        binding.user(.stopExperimentRuns, StopArguments.self) { call in
            let arguments = call.arguments
            try await call.center.runs.stop(
                arguments.experimentID, runID: arguments.experimentRunID, notifyID: arguments.notifyID,
                of: call.projectID, by: call.user)
            return true
        }
        binding.agent(.chaosExperimentRun, EventArguments.self) { call in
            try await call.center.runs.accept(try ReceivedEvent(call.arguments.request), from: call.infrastructure)
        }
    }

    // MARK: The type

    private static func bindRun(_ binding: inout CenterBinding) {
        binding.fields(
            "ExperimentRun", of: ExperimentRun.self,
            [
                ("projectID", { $0.projectID }), ("experimentRunID", { $0.runID }),
                ("experimentID", { $0.experimentID }), ("experimentName", { $0.experimentName }),
                ("phase", { $0.state }), ("resiliencyScore", { $0.resiliencyScore }),
                ("faultsPassed", { $0.faultsPassed }), ("faultsFailed", { $0.faultsFailed }),
                ("faultsAwaited", { $0.faultsAwaited }), ("faultsStopped", { $0.faultsStopped }),
                ("faultsNa", { $0.faultsNA }), ("totalFaults", { $0.totalFaults }), ("isRemoved", { $0.isRemoved }),
                ("notifyID", { $0.notifyID }), ("runSequence", { $0.sequence }),
            ])
        binding.audit("ExperimentRun", of: ExperimentRun.self)
        binding.field("ExperimentRun", "executionData", of: ExperimentRun.self) { run, call async throws -> String in
            // Lists leave it out.
            guard run.executionData.isEmpty, let id = run.documentID else { return run.executionData }
            return try await call.context.loaders.executionData.load(id) ?? ""
        }
        binding.field("ExperimentRun", "experimentType", of: ExperimentRun.self) {
            run, call async throws -> String? in
            try await call.context.loaders.experimentTypes.load(run.experimentID)
        }
        binding.field("ExperimentRun", "experimentManifest", of: ExperimentRun.self) {
            run, call async throws -> String in
            let manifest = try await revision(of: run, call)?.manifest ?? ""
            // Runs of one revision share what was read, and each repeats it in the answer.
            try call.context.loaders.budget.take(manifest.utf8.count)
            return manifest
        }
        binding.field("ExperimentRun", "weightages", of: ExperimentRun.self) {
            run, call async throws -> ResolvedValue in
            .list((try await revision(of: run, call)?.weightages ?? []).map { .object($0) })
        }
        binding.field("ExperimentRun", "infra", of: ExperimentRun.self) { run, call async throws -> ResolvedValue in
            guard let infrastructure = try await call.context.loaders.infrastructures.load(run.infraID) else {
                throw CenterError.notFound("the infrastructure \(run.infraID) of the run is not there any more")
            }
            return .object(infrastructure)
        }
    }

    private static func revision(
        of run: ExperimentRun, _ call: FieldCall<CenterContext>
    ) async throws -> ExperimentRevision? {
        let key = RevisionKey(experimentID: run.experimentID, revisionID: run.revisionID)
        return try await call.context.loaders.revisions.load(key)
    }
}
