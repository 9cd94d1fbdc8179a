import AgentProtocol
import Authentication
import DocumentStore
import Foundation

/// `PodLogResponse`.
struct PodLogEvent: Sendable {
    let request: PodLogRequest
    let log: String
}

/// `KubeObjectResponse`.
struct KubeObjectEvent: Sendable {
    let infraID: String
    let list: KubeObjectList
}

/// `KubeNamespaceResponse`.
struct KubeNamespaceEvent: Sendable {
    let infraID: String
    let names: [String]
}

/// Questions that users ask agents. Each gives one event, the answer, and ends.
extension AgentService {
    typealias Events<Event> = AsyncThrowingStream<Event, any Error>

    private static let notConnected = "INFRA ERROR : INFRA NOT CONNECTED"
    /// Bytes of an answer: what fits into a request.
    static let longestAnswer = CenterAPI.bodySize - (64 << 10)
    /// Bytes of a name in a request: that of a DNS name.
    private static let longestName = 253
    private static let mostWorkloads = 100

    /// Asks for the logs of a pod.
    /// - Parameter role: of who asks. Viewers may read the steps of runs; any other pod that the agent can read takes an
    ///   Executor.
    /// - Throws: `CenterError`; that the agent is away is said in the log.
    func logs(
        _ request: PodLogRequest, in projectID: String, by role: ProjectRole?
    ) async throws -> Events<PodLogEvent> {
        try Self.check([
            ("podName", request.podName), ("podNamespace", request.podNamespace), ("podType", request.podType),
            ("expPod", request.expPod), ("runnerPod", request.runnerPod), ("chaosNamespace", request.chaosNamespace),
            ("experimentRunID", request.experimentRunID),
        ])
        let mayReadAnyPod = role.map(Set.executors.contains) ?? false
        if !request.experimentRunID.isEmpty || !mayReadAnyPod {
            let pods = try await pods(of: request, in: projectID)
            guard mayReadAnyPod || pods.include(request) else { throw Self.noStep }
        }
        guard registry[request.infraID] != nil else {
            return Events { continuation in
                continuation.yield(PodLogEvent(request: request, log: Self.notConnected))
                continuation.finish()
            }
        }
        return try ask(request, in: request.podNamespace) { answer in
            guard case .log(let log) = answer else { return nil }
            return PodLogEvent(request: request, log: log)
        }
    }

    private static let noStep = CenterError.permissionDenied(
        "logs of a pod that is no step of the experiment run take a member of the project with one of the roles: "
            + "Owner, Executor")

    /// The pods of the run that a request names.
    private func pods(of request: PodLogRequest, in projectID: String) async throws -> RunPods {
        guard !request.experimentRunID.isEmpty else { throw Self.noStep }
        let run = try await center.store.runs.first(
            .project(projectID) && .eq("experiment_run_id", request.experimentRunID)
                && .eq("infra_id", request.infraID))
        guard let run else { throw CenterError.notFound("no matching experiment run") }
        return RunPods(of: run)
    }

    /// Asks for objects of a namespace.
    /// - Throws: `CenterError`, also when the agent is away.
    func objects(_ request: KubeObjectRequest) throws -> Events<KubeObjectEvent> {
        let kind = request.kubeObjRequest
        try Self.check([
            ("group", kind?.group), ("version", kind?.version), ("resource", kind?.resource),
            ("namespace", request.namespace), ("objectType", request.objectType),
        ])
        let workloads = request.workloads ?? []
        guard workloads.count <= Self.mostWorkloads else {
            throw CenterError.invalid("workloads: more than \(Self.mostWorkloads) cannot be asked for at once")
        }
        for case let workload? in workloads {
            try Self.check([
                ("name", workload.name), ("kind", workload.kind), ("namespace", workload.namespace),
            ])
        }
        return try ask(request, in: request.namespace) { answer in
            guard case .objects(let list) = answer else { return nil }
            return KubeObjectEvent(infraID: request.infraID, list: list)
        }
    }

    /// Asks for the namespaces that the agent can see.
    /// - Throws: `CenterError`, also when the agent is away.
    func namespaces(_ request: KubeNamespaceRequest) throws -> Events<KubeNamespaceEvent> {
        try ask(request, in: "") { answer in
            guard case .namespaces(let names) = answer else { return nil }
            return KubeNamespaceEvent(infraID: request.infraID, names: names)
        }
    }

    private static func check(_ texts: [(String, String?)]) throws {
        for (name, text) in texts where (text?.utf8.count ?? 0) > longestName {
            throw CenterError.invalid("\(name): longer than \(longestName) bytes")
        }
    }

    private func ask<Request: ClusterRequest, Event: Sendable>(
        _ request: Request, in namespace: String, _ event: @escaping @Sendable (AgentAnswer) -> Event?
    ) throws -> Events<Event> {
        guard let link = registry[request.infraID] else { throw CenterError.unavailable(Self.notConnected) }
        let id = UUID().uuidString.lowercased()
        let action = InfraAction(
            requestID: id, requestType: Request.action, namespace: namespace,
            externalData: try request.externalData())
        let (stream, continuation) = Events<Event>.makeStream(bufferingPolicy: .bufferingOldest(1))
        continuation.onTermination = { [answers] _ in answers.cancel(id) }
        let deadline = center.now() + center.settings.answerTimeout.milliseconds
        let isWaiting = answers.add(id, Request.action, of: request.infraID, until: deadline) { outcome in
            switch outcome {
            case .failure(let error): continuation.finish(throwing: error)
            case .success(let answer):
                if let event = event(answer) { continuation.yield(event) }
                continuation.finish()
            }
        }
        guard isWaiting, link.offer(action) else {
            answers.cancel(id)
            throw CenterError.unavailable("the agent of the infrastructure has too many open requests; try again")
        }
        return stream
    }

    // MARK: Answers

    /// Passes the answer of an agent on to who asked.
    /// - Returns: whether somebody still waited for it.
    func answer(
        _ requestID: String, _ action: ActionType, by infrastructure: ChaosInfrastructure, _ text: String,
        _ read: (String) throws -> AgentAnswer
    ) throws -> Bool {
        do {
            guard text.utf8.count <= Self.longestAnswer else {
                throw CenterError.invalid("the agent's answer is longer than \(Self.longestAnswer) bytes")
            }
            return answers.answer(requestID, action, from: infrastructure.id, .success(try read(text)))
        } catch let error as CenterError {
            _ = answers.answer(requestID, action, from: infrastructure.id, .failure(error))
            throw error
        }
    }
}
