import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import Foundation
import GraphQL
import KubernetesAPI

@testable import ChaosCenter

/// An infrastructure with an experiment of two faults, and what upstream's agent sends of its runs.
struct RunScenario: Sendable {
    let world: CenterServer
    let infrastructure: ChaosInfrastructure
    let experiment: StoredExperiment

    var center: ChaosCenter { world.center }
    var store: CenterStore { world.center.store }

    /// - Parameters:
    ///   - type: `experiment`, `cronexperiment` or `chaosengine`.
    ///   - number: tells several scenarios in one world apart.
    static func make(
        in world: CenterServer, project: String? = nil, type: String = "experiment", isActive: Bool = true,
        number: Int = 1
    ) async throws -> RunScenario {
        let project = project ?? world.projectID
        var infrastructure = ChaosInfrastructure.sample(
            id: "4f6c3a7e-0000-4000-8000-00000000000\(number)", project: project)
        infrastructure.isActive = isActive
        try await world.center.store.infrastructures.insert(infrastructure)
        let revision = ExperimentRevision(
            id: "revision-\(number)", manifest: manifest(name: "shop-\(number)", type).description,
            updatedAt: 1_800_000_000_000,
            weightages: [
                FaultWeightage(faultName: "pod-delete-x2k", weightage: 10),
                FaultWeightage(faultName: "pod-cpu-hog-a1b", weightage: 5),
            ], probes: [FaultProbes(faultName: "pod-delete-x2k", probeNames: ["shop-answers"])])
        let experiment = StoredExperiment(
            id: "experiment-\(number)", name: "shop-\(number)", projectID: project, infraID: infrastructure.id,
            type: type, revisions: [revision], createdAt: 1_800_000_000_000, updatedAt: 1_800_000_000_000,
            isRemoved: false)
        try await world.center.store.experiments.insert(experiment)
        try await makeProbe(in: world, project)
        return RunScenario(world: world, infrastructure: infrastructure, experiment: experiment)
    }

    var service: RunService { center.runs }

    /// With a fault that refers to the probe `shop-answers`.
    static func manifest(name: String, _ type: String) -> JSON {
        let engine = """
            apiVersion: litmuschaos.io/v1alpha1
            kind: ChaosEngine
            metadata:
              generateName: pod-delete-x2k
              annotations:
                probeRef: '[{"name":"shop-answers","mode":"SOT"}]'
            spec:
              experiments:
                - name: pod-delete
                  spec: {}
            """
        let workflow: JSON = [
            "entrypoint": "shop",
            "templates": [
                ["name": "shop", "steps": [[["name": "pod-delete-x2k", "template": "pod-delete-x2k"]]]],
                [
                    "name": "pod-delete-x2k", "container": ["image": "litmus"],
                    "inputs": ["artifacts": [["name": "pod-delete-x2k", "raw": ["data": .string(engine)]]]],
                ],
            ],
        ]
        let isCron = type == "cronexperiment"
        return [
            "apiVersion": "argoproj.io/v1alpha1", "kind": isCron ? "CronWorkflow" : "Workflow",
            "metadata": ["name": .string(name), "namespace": "litmus"],
            "spec": isCron ? ["schedule": "0 * * * *", "workflowSpec": workflow] : workflow,
        ]
    }

    private static func makeProbe(in world: CenterServer, _ project: String) async throws {
        let inline: JSON = [
            "name": "shop-answers", "type": "httpProbe", "mode": "SOT",
            "httpProbe/inputs": [
                "url": "http://shop", "method": ["get": ["criteria": "==", "responseCode": "200"]],
            ],
            "runProperties": ["probeTimeout": "1s", "interval": "1s", "attempt": 1],
        ]
        let owner = UserDetails(userID: world.owner.id, username: "owner")
        let probe = try StoredProbe(
            inline: inline, name: "shop-answers", projectID: project, now: world.center.now(), by: owner)
        guard try await world.center.store.probes.count(.eq("name", "shop-answers") && .project(project)) == 0 else {
            return
        }
        try await world.center.store.probes.insert(probe)
    }

    func start() async throws -> String {
        try await service.start(experiment, by: UserDetails(userID: world.owner.id, username: "owner"))
    }

    // MARK: What the agent sends

    private static let eventDocument =
        "mutation($request: ExperimentRunRequest!) { chaosExperimentRun(request: $request) }"

    func send(_ event: SampleEvent, as other: ChaosInfrastructure? = nil, key: String? = nil) async throws -> Reply {
        try await send(event.request(experiment), as: other, key: key)
    }

    func send(
        _ request: GraphQLObject, as other: ChaosInfrastructure? = nil, key: String? = nil
    ) async throws -> Reply {
        let sender = other ?? infrastructure
        var request = request
        request["infraID"] = .object([
            "infraID": .string(sender.id), "accessKey": .string(key ?? sender.accessKey), "version": "3.31.0",
        ])
        return try await world.graphQL(Self.eventDocument, ["request": .object(request)], token: "")
    }

    // MARK: What people see

    static let fields = """
        experimentRunID notifyID phase executionData runSequence resiliencyScore totalFaults faultsPassed faultsFailed
        faultsAwaited faultsStopped faultsNa experimentName experimentType experimentManifest isRemoved
        infra { __typename } weightages { __typename }
        createdAt updatedBy { username }
        """

    func run(_ notifyID: String) async throws -> GraphQLValue {
        let reply = try await world.graphQL(
            "query($p: ID!, $n: ID) { getExperimentRun(projectID: $p, notifyID: $n) { \(Self.fields) } }",
            ["p": .string(experiment.projectID), "n": .string(notifyID)], as: world.viewer)
        return try reply.succeeded()["getExperimentRun"]
    }

    func stop(notifyID: String? = nil, runID: String? = nil) async throws -> Reply {
        var variables: GraphQLObject = [
            "p": .string(experiment.projectID), "e": .string(experiment.id),
        ]
        if let notifyID { variables["n"] = .string(notifyID) }
        if let runID { variables["r"] = .string(runID) }
        return try await world.graphQL(
            """
            mutation($p: ID!, $e: String!, $r: String, $n: String) {
                stopExperimentRuns(projectID: $p, experimentID: $e, experimentRunID: $r, notifyID: $n)
            }
            """, variables, as: world.executor)
    }

    // MARK: What is stored

    func stored(_ notifyID: String) async throws -> ExperimentRun {
        guard let run = try await store.runs.first(.eq("notify_id", notifyID)) else {
            throw UnexpectedAnswer("no run \(notifyID)")
        }
        return run
    }

    func runs() async throws -> [ExperimentRun] {
        try await store.runs.find(Query(.eq("experiment_id", experiment.id), sort: [.ascending("run_sequence")]))
    }

    /// What the part for agents does when it has sent a command.
    func setCommand(_ type: ActionType, of notifyID: String, to state: AgentCommand.State) async throws {
        _ = try await store.runs.modify(.eq("notify_id", notifyID)) { run in
            run.endCommands(type, as: state)
        }
    }
}

/// An event as upstream's agent makes it.
struct SampleEvent: Sendable {
    var runID = "6b1f0c52-8f4e-4d0a-9a57-0d2f5d3a7c11"
    var notifyID: String?
    var phase = "Running"
    var isCompleted = false
    var sequence: Int?
    var revisionID = "revision-1"
    /// Base64url without padding of `owner`.
    var updatedBy = "b3duZXI"
    /// Names of finished and then of running steps.
    var finished: [String] = []
    var running: [String] = []
    var faults: [SampleFault] = []

    /// `executionData` before it is encoded.
    var json: JSON {
        var nodes: [String: JSON] = [:]
        for (index, name) in (finished + running).enumerated() {
            let isFinished = index < finished.count
            nodes["shop-1-\(index)"] = Self.node(
                name, started: 1000 + index, finished: isFinished ? 1001 + index : nil, type: "Pod")
        }
        for fault in faults { nodes[fault.id] = fault.json }
        var json: JSON = [
            "experimentType": "events", "revisionID": .string(revisionID), "experimentID": "experiment-1",
            "eventType": "UPDATE", "uid": .string(runID), "namespace": "litmus", "name": "shop-1-1800000000000",
            "creationTimestamp": "1000", "phase": .string(phase), "message": "", "startedAt": "1000",
            "finishedAt": isCompleted ? "2000" : "", "nodes": .object(nodes), "updatedBy": .string(updatedBy),
        ]
        if let notifyID { json["notifyID"] = .string(notifyID) }
        if let sequence { json["sequence"] = .int(Int64(sequence)) }
        return json
    }

    static func node(_ name: String, started: Int, finished: Int?, type: String) -> JSON {
        [
            "name": .string(name), "phase": finished == nil ? "Running" : "Succeeded", "message": "",
            "startedAt": .string("\(started)"), "finishedAt": .string(finished.map { "\($0)" } ?? ""),
            "type": .string(type),
        ]
    }

    func request(_ experiment: StoredExperiment) -> GraphQLObject {
        var request: GraphQLObject = [
            "experimentID": .string(experiment.id), "experimentRunID": .string(runID),
            "experimentName": "shop-1-1800000000000", "revisionID": .string(revisionID),
            "completed": .bool(isCompleted), "updatedBy": .string(updatedBy),
            "executionData": .string(Data(json.encoded()).base64EncodedString()),
        ]
        if let notifyID { request["notifyID"] = .string(notifyID) }
        return request
    }
}

/// A step that is a fault.
struct SampleFault: Sendable {
    var id = "shop-1-100"
    var name = "pod-delete-x2k"
    var engine = "pod-delete-x2kq9w2z"
    var verdict = "Pass"
    var success = "100"
    var started = 1100
    var finished: Int? = 1200

    var json: JSON {
        var json = SampleEvent.node(name, started: started, finished: finished, type: "ChaosEngine")
        json["chaosData"] = [
            "engineName": .string(engine), "experimentVerdict": .string(verdict),
            "probeSuccessPercentage": .string(success), "experimentName": "pod-delete", "namespace": "litmus",
            "experimentStatus": "Completed", "lastUpdatedAt": .string("\(finished ?? started)"),
            "chaosResult": ["kind": "ChaosResult", "spec": ["instance": 1.5]],
        ]
        return json
    }
}
