/// What agents ask, and what is asked of them.
enum AgentBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .acknowledgeInfraActions, .podLog, .kubeObj, .kubeNamespace, .infraConnect,
            .getInfraEvents, .getPodLog, .getKubeObject, .getKubeNamespace,
        ] { binding.pending(operation) }
        for type in [
            "InfraEventResponse", "ActionPayload", "InfraActionResponse", "PodLogResponse", "KubeObjectResponse",
            "KubeObject", "ObjectData", "KubeNamespace", "KubeNamespaceResponse",
        ] { binding.unused(type) }
    }
}
