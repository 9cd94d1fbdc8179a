import AgentProtocol
import GraphQL

/// What agents ask, and what is asked of them.
enum AgentBindings {
    private struct Argument<Request: Codable & Sendable>: Codable, Sendable { var request: Request }

    private struct Outcomes: Codable, Sendable { var outcomes: [InfraActionOutcome] }

    static func bind(_ binding: inout CenterBinding) {
        bindCommands(&binding)
        bindQuestions(&binding)
        bindAnswers(&binding)
        bindEvents(&binding)
    }

    private static func bindCommands(_ binding: inout CenterBinding) {
        binding.agentSubscription(.infraConnect, NoArguments.self) { call in
            try await call.center.agents.connect(
                call.infrastructure, acknowledges: call.context.acknowledgesActions)
        }
        binding.agent(.acknowledgeInfraActions, Outcomes.self) { call in
            try await call.center.agents.acknowledge(call.arguments.outcomes, by: call.infrastructure)
            return true
        }
        binding.fields(
            "InfraActionResponse", of: SentAction.self,
            [("projectID", { $0.projectID }), ("action", { ResolvedValue.object($0.action) })])
        binding.fields(
            "ActionPayload", of: InfraAction.self,
            [
                ("requestID", { $0.requestID }), ("requestType", { $0.requestType }),
                ("k8sManifest", { $0.k8sManifest }), ("namespace", { $0.namespace }),
                ("externalData", { $0.externalData }), ("username", { $0.username }),
            ])
    }

    private static func bindQuestions(_ binding: inout CenterBinding) {
        binding.userSubscription(.getPodLog, Argument<PodLogRequest>.self) { call in
            try await call.center.agents.logs(call.arguments.request, in: call.projectID, by: call.role)
        }
        binding.userSubscription(.getKubeObject, Argument<KubeObjectRequest>.self) { call in
            try call.center.agents.objects(call.arguments.request)
        }
        binding.userSubscription(.getKubeNamespace, Argument<KubeNamespaceRequest>.self) { call in
            try call.center.agents.namespaces(call.arguments.request)
        }
        binding.fields(
            "PodLogResponse", of: PodLogEvent.self,
            [
                ("experimentRunID", { $0.request.experimentRunID }), ("podName", { $0.request.podName }),
                ("podType", { $0.request.podType }), ("log", { $0.log }),
            ])
        binding.fields(
            "KubeObjectResponse", of: KubeObjectEvent.self,
            [("infraID", { $0.infraID }), ("kubeObj", { $0.list })])
        binding.fields(
            "KubeObject", of: KubeObjectList.self, [("namespace", { $0.namespace }), ("data", { $0.objects })])
        binding.fields(
            "ObjectData", of: KubeObjectList.Object.self, [("labels", { $0.labels }), ("name", { $0.name })])
        binding.fields(
            "KubeNamespaceResponse", of: KubeNamespaceEvent.self,
            [("infraID", { $0.infraID }), ("kubeNamespace", { $0.names.map(KubeNamespace.init) })])
        binding.fields("KubeNamespace", of: KubeNamespace.self, [("name", { $0.name })])
    }

    private static func bindAnswers(_ binding: inout CenterBinding) {
        binding.agent(.podLog, Argument<PodLogAnswer>.self) { call in
            let answer = call.arguments.request
            let isAwaited = try call.center.agents.answer(
                answer.requestID, .logs, by: call.infrastructure, answer.log
            ) { .log(PodLogs.shortened($0)) }
            return isAwaited ? "LOGS SENT SUCCESSFULLY" : "LOG REQUEST CANCELLED"
        }
        binding.agent(.kubeObj, Argument<KubeObjectAnswer>.self) { call in
            let answer = call.arguments.request
            _ = try call.center.agents.answer(
                answer.requestID, .listObjects, by: call.infrastructure, answer.kubeObj
            ) { .objects(try KubeObjectList(json: $0)) }
            return "KubeData sent successfully"
        }
        binding.agent(.kubeNamespace, Argument<KubeNamespaceAnswer>.self) { call in
            let answer = call.arguments.request
            _ = try call.center.agents.answer(
                answer.requestID, .listNamespaces, by: call.infrastructure, answer.kubeNamespace
            ) { .namespaces(try KubeObjectList.namespaces(json: $0)) }
            return "KubeData sent successfully"
        }
    }

    private static func bindEvents(_ binding: inout CenterBinding) {
        binding.userSubscription(.getInfraEvents, NoArguments.self) { call in
            call.center.agents.events.events(of: call.projectID)
        }
        binding.fields(
            "InfraEventResponse", of: InfraEvent.self,
            [
                ("eventID", { $0.id }), ("eventType", { $0.kind.rawValue }), ("eventName", { _ in "infra-status" }),
                ("description", { $0.kind.description }), ("infra", { ResolvedValue.object($0.infrastructure) }),
            ])
    }
}

/// `KubeNamespace`.
private struct KubeNamespace: GraphQLOutput { let name: String }

extension PodLogEvent: GraphQLOutput {}
extension KubeObjectEvent: GraphQLOutput {}
extension KubeNamespaceEvent: GraphQLOutput {}
