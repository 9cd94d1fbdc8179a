import GraphQL

extension StoredProbe: GraphQLOutput {}
extension ProbeProperties: GraphQLOutput {}
extension HTTPProbeInputs.Method: GraphQLOutput {}
extension HTTPProbeInputs.Get: GraphQLOutput {}
extension HTTPProbeInputs.Post: GraphQLOutput {}
extension ProbeComparator: GraphQLOutput {}
extension ProbeOutcome: GraphQLOutput {}
extension ProbeExecution: GraphQLOutput {}
extension ProbeExecutionGroup: GraphQLOutput {}
extension ProbeReferences: GraphQLOutput {}
extension ProbeInRun: GraphQLOutput {}
extension ProbeRun: GraphQLOutput {}

/// The types that operations about probes give.
enum ProbeTypeBindings {
    static func bind(_ binding: inout CenterBinding) {
        bindProbe(&binding)
        bindProperties(&binding)
        bindHistory(&binding)
    }

    private static func bindProbe(_ binding: inout CenterBinding) {
        binding.fields(
            "Probe", of: StoredProbe.self,
            [
                ("projectID", { $0.projectID }), ("name", { $0.name }), ("description", { $0.description }),
                ("tags", { $0.tags }), ("type", { $0.type }), ("infrastructureType", { $0.infrastructureType }),
                ("kubernetesHTTPProperties", { $0.kubernetesHTTP }),
                ("kubernetesCMDProperties", { $0.kubernetesCMD }), ("k8sProperties", { $0.kubernetes }),
                ("promProperties", { $0.prometheus }),
            ])
        binding.audit("Probe", of: StoredProbe.self)
        binding.field("Probe", "referencedBy", of: StoredProbe.self) { probe, call async throws -> Int in
            try await call.context.center.probeHistory.referencing(
                probe.name, in: probe.projectID, call.context.loaders.newestRuns)
        }
        binding.field("Probe", "recentExecutions", of: StoredProbe.self) { probe, call async throws in
            let key = ProbeKey(projectID: probe.projectID, name: probe.name)
            return try await call.context.loaders.probeExecutions.load(key) ?? []
        }
    }

    private static func bindProperties(_ binding: inout CenterBinding) {
        bindCommon("KubernetesHTTPProbe", of: HTTPProbeInputs.self, &binding)
        binding.fields(
            "KubernetesHTTPProbe", of: StoredProbe.HTTPProperties.self,
            [
                ("url", { $0.inputs.url }), ("method", { $0.inputs.method }),
                ("insecureSkipVerify", { $0.inputs.insecureSkipVerify }),
            ])
        binding.fields("Method", of: HTTPProbeInputs.Method.self, [("get", { $0.get }), ("post", { $0.post })])
        binding.fields(
            "GET", of: HTTPProbeInputs.Get.self,
            [("criteria", { $0.criteria }), ("responseCode", { $0.responseCode })])
        binding.fields(
            "POST", of: HTTPProbeInputs.Post.self,
            [
                ("contentType", { $0.contentType }), ("body", { $0.body }), ("bodyPath", { $0.bodyPath }),
                ("criteria", { $0.criteria }), ("responseCode", { $0.responseCode }),
            ])
        bindCommon("KubernetesCMDProbe", of: CommandProbeInputs.self, &binding)
        binding.fields(
            "KubernetesCMDProbe", of: StoredProbe.CommandProperties.self,
            [
                ("command", { $0.inputs.command }), ("comparator", { $0.inputs.comparator }),
                ("source", { $0.inputs.source }),
            ])
        binding.fields(
            "Comparator", of: ProbeComparator.self,
            [("type", { $0.type }), ("value", { $0.value }), ("criteria", { $0.criteria })])
        bindCommon("PROMProbe", of: PrometheusProbeInputs.self, &binding)
        binding.fields(
            "PROMProbe", of: StoredProbe.PrometheusProperties.self,
            [
                ("endpoint", { $0.inputs.endpoint }), ("query", { $0.inputs.query }),
                ("queryPath", { $0.inputs.queryPath }), ("comparator", { $0.inputs.comparator }),
            ])
        bindCommon("K8SProbe", of: ObjectProbeInputs.self, &binding)
        binding.fields(
            "K8SProbe", of: StoredProbe.ObjectProperties.self,
            [
                ("group", { $0.inputs.group }), ("version", { $0.inputs.version }),
                ("resource", { $0.inputs.resource }), ("namespace", { $0.inputs.namespace }),
                ("resourceNames", { $0.inputs.resourceNames }), ("fieldSelector", { $0.inputs.fieldSelector }),
                ("labelSelector", { $0.inputs.labelSelector }), ("operation", { $0.inputs.operation }),
            ])
    }

    /// The fields of the interface `CommonProbeProperties`.
    private static func bindCommon<Inputs: ProbeInputs>(
        _ type: String, of _: Inputs.Type, _ binding: inout CenterBinding
    ) {
        binding.fields(
            type, of: ProbeProperties<Inputs>.self,
            [
                ("probeTimeout", { $0.run.probeTimeout }), ("interval", { $0.run.interval }),
                ("retry", { $0.run.retry }), ("attempt", { $0.run.attempt }),
                ("probePollingInterval", { $0.run.pollingInterval }), ("initialDelay", { $0.run.initialDelay }),
                ("evaluationTimeout", { $0.run.evaluationTimeout }), ("stopOnFailure", { $0.run.stopOnFailure }),
            ])
    }

    private static func bindHistory(_ binding: inout CenterBinding) {
        binding.fields(
            "Status", of: ProbeOutcome.self,
            [("verdict", { $0.verdict.rawValue }), ("description", { $0.description })])
        binding.fields(
            "ExecutedByExperiment", of: ProbeRun.self,
            [
                ("experimentID", { $0.experimentID }), ("experimentName", { $0.experimentName }),
                ("updatedAt", { Int($0.updatedAt) }), ("updatedBy", { $0.updatedBy }),
            ])
        for type in ["ExecutionHistory", "ProbeRecentExecutions"] {
            binding.fields(
                type, of: ProbeExecution.self,
                [
                    ("faultName", { $0.faultName }), ("status", { $0.outcome }),
                    ("executedByExperiment", { $0.run }),
                ])
        }
        binding.fields("ExecutionHistory", of: ProbeExecution.self, [("mode", { $0.outcome.mode })])
        binding.fields(
            "RecentExecutions", of: ProbeExecutionGroup.self,
            [
                ("faultName", { $0.faultName }), ("mode", { $0.mode }), ("executionHistory", { $0.executions }),
            ])
        binding.fields(
            "GetProbeReferenceResponse", of: ProbeReferences.self,
            [
                ("projectID", { $0.projectID }), ("name", { $0.name }), ("totalRuns", { $0.totalRuns }),
                ("recentExecutions", { $0.groups }),
            ])
        binding.fields(
            "GetProbesInExperimentRunResponse", of: ProbeInRun.self,
            [("probe", { $0.probe }), ("mode", { $0.outcome.mode }), ("status", { $0.outcome })])
    }
}
