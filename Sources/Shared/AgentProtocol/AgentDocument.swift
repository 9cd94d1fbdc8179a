/// The GraphQL documents that an agent sends. Those with variables take one named `request` unless they say otherwise.
public enum AgentDocument {
    /// `request`: an ``InfraIdentity``.
    public static let infraConnect = """
        subscription InfraConnect($request: InfraIdentity!) {
          infraConnect(request: $request) {
            projectID
            action { requestID requestType k8sManifest namespace externalData username }
          }
        }
        """

    /// As agents of LitmusChaos 3.x ask: the identity in the text, no variables.
    public static func upstreamInfraConnect(_ identity: InfraIdentity) -> String {
        let request =
            "{infraID: \"\(identity.infraID)\", version: \"\(identity.version)\", accessKey: \"\(identity.accessKey)\"}"
        return "subscription{infraConnect(request:\(request))"
            + "{action{k8sManifest,externalData,requestID requestType username namespace}}}"
    }

    /// `request`: an ``InfraIdentity`` with the key of the manifest.
    public static let confirmInfraRegistration = """
        mutation ConfirmInfraRegistration($request: InfraIdentity!) {
          confirmInfraRegistration(request: $request) { isInfraConfirmed newAccessKey infraID }
        }
        """

    /// `request`: an ``InfraIdentity``; `outcomes`: a list of ``InfraActionOutcome``.
    public static let acknowledgeInfraActions = """
        mutation AcknowledgeInfraActions($request: InfraIdentity!, $outcomes: [InfraActionOutcome!]!) {
          acknowledgeInfraActions(request: $request, outcomes: $outcomes)
        }
        """

    /// `request`: a ``RunEvent``.
    public static let chaosExperimentRun = """
        mutation ChaosExperimentRun($request: ExperimentRunRequest!) { chaosExperimentRun(request: $request) }
        """

    /// `request`: a ``PodLogAnswer``.
    public static let podLog = "mutation PodLog($request: PodLog!) { podLog(request: $request) }"

    /// `request`: a ``KubeObjectAnswer``.
    public static let kubeObj = "mutation KubeObj($request: KubeObjectData!) { kubeObj(request: $request) }"

    /// `request`: a ``KubeNamespaceAnswer``.
    public static let kubeNamespace = """
        mutation KubeNamespace($request: KubeNamespaceData!) { kubeNamespace(request: $request) }
        """
}

/// What became of an action.
public struct InfraActionOutcome: Codable, Sendable, Hashable {
    public var requestID: String
    /// Why it could not be done; nil when it was.
    public var error: String?

    public init(requestID: String, error: String? = nil) {
        self.requestID = requestID
        self.error = error
    }
}

/// What an agent saw of a run.
public struct RunEvent: Codable, Sendable, Hashable {
    public var experimentID: String
    public var notifyID: String?
    /// The UID of the Workflow or ChaosEngine.
    public var experimentRunID: String
    /// The name of the Workflow or ChaosEngine.
    public var experimentName: String
    /// `ExecutionData.encoded()`.
    public var executionData: String
    public var infraID: InfraIdentity
    public var revisionID: String
    /// No further event comes.
    public var completed: Bool
    /// A user's name in base64, with the URL's alphabet.
    public var updatedBy: String

    public init(
        _ data: ExecutionData, of identity: InfraIdentity, completed: Bool, updatedBy: String = ""
    ) throws {
        experimentID = data.experimentID
        notifyID = data.notifyID
        experimentRunID = data.uid
        experimentName = data.name
        executionData = try data.encoded()
        infraID = identity
        revisionID = data.revisionID
        self.completed = completed
        self.updatedBy = updatedBy
    }
}

/// The answer to a ``PodLogRequest``.
public struct PodLogAnswer: Codable, Sendable, Hashable {
    public var infraID: InfraIdentity
    public var requestID: String
    public var experimentRunID: String
    public var podName: String
    public var podType: String
    /// JSON: `{"mainLogs": TEXT, "chaosLogs": {POD: TEXT}}`.
    public var log: String

    public init(_ request: PodLogRequest, requestID: String, of identity: InfraIdentity, log: String) {
        infraID = identity
        self.requestID = requestID
        experimentRunID = request.experimentRunID
        podName = request.podName
        podType = request.podType
        self.log = log
    }
}

/// The answer to a ``KubeObjectRequest``.
public struct KubeObjectAnswer: Codable, Sendable, Hashable {
    public var infraID: InfraIdentity
    public var requestID: String
    /// JSON: `{"namespace": NAME, "data": [{"name": NAME, "labels": ["KEY=VALUE"]}]}`, further members allowed.
    public var kubeObj: String

    public init(requestID: String, of identity: InfraIdentity, kubeObj: String) {
        infraID = identity
        self.requestID = requestID
        self.kubeObj = kubeObj
    }
}

/// The answer to a ``KubeNamespaceRequest``.
public struct KubeNamespaceAnswer: Codable, Sendable, Hashable {
    public var infraID: InfraIdentity
    public var requestID: String
    /// JSON: `[{"name": NAME}]`.
    public var kubeNamespace: String

    public init(requestID: String, of identity: InfraIdentity, kubeNamespace: String) {
        infraID = identity
        self.requestID = requestID
        self.kubeNamespace = kubeNamespace
    }
}
