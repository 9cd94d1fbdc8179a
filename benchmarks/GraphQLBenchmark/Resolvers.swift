import GraphQL

/// The resolvers of the case: functions of types, as the Chaos Center's are.
enum Resolvers {
    private struct Arguments: Decodable, Sendable {
        struct Request: Decodable, Sendable {
            struct Pagination: Decodable, Sendable {
                var page: Int
                var limit: Int
            }
            var pagination: Pagination
        }
        var request: Request
    }

    static func binding() -> SchemaBinding<[Run]> {
        var binding = SchemaBinding<[Run]>()
        binding.field("Query", "listRuns", arguments: Arguments.self) { call, arguments in
            let pagination = arguments.request.pagination
            let runs = call.context.dropFirst(pagination.page * pagination.limit).prefix(pagination.limit)
            return RunPage(total: call.context.count, runs: Array(runs))
        }
        binding.field("RunPage", "total", of: RunPage.self) { $0.total }
        binding.field("RunPage", "runs", of: RunPage.self) { $0.runs }
        bindRun(&binding)
        bindParts(&binding)
        return binding
    }

    private static func bindRun(_ binding: inout SchemaBinding<[Run]>) {
        binding.field("Run", "runID", of: Run.self) { $0.runID }
        binding.field("Run", "experimentID", of: Run.self) { $0.experimentID }
        binding.field("Run", "experimentName", of: Run.self) { $0.experimentName }
        binding.field("Run", "phase", of: Run.self) { $0.phase }
        binding.field("Run", "resiliencyScore", of: Run.self) { $0.resiliencyScore }
        binding.field("Run", "faultsPassed", of: Run.self) { $0.faultsPassed }
        binding.field("Run", "faultsFailed", of: Run.self) { $0.faultsFailed }
        binding.field("Run", "totalFaults", of: Run.self) { $0.totalFaults }
        binding.field("Run", "runSequence", of: Run.self) { $0.runSequence }
        binding.field("Run", "infra", of: Run.self) { $0.infra }
        binding.field("Run", "faults", of: Run.self) { $0.faults }
        bindAudit("Run", of: Run.self, &binding)
    }

    private static func bindParts(_ binding: inout SchemaBinding<[Run]>) {
        binding.field("Infra", "infraID", of: Infra.self) { $0.infraID }
        binding.field("Infra", "name", of: Infra.self) { $0.name }
        binding.field("Infra", "isActive", of: Infra.self) { $0.isActive }
        binding.field("Infra", "tags", of: Infra.self) { $0.tags }
        bindAudit("Infra", of: Infra.self, &binding)
        binding.field("Fault", "name", of: Fault.self) { $0.name }
        binding.field("Fault", "verdict", of: Fault.self) { $0.verdict }
        binding.field("Fault", "weight", of: Fault.self) { $0.weight }
        binding.field("Fault", "probes", of: Fault.self) { $0.probes }
        binding.field("Probe", "name", of: Probe.self) { $0.name }
        binding.field("Probe", "type", of: Probe.self) { $0.type }
        binding.field("Probe", "isPassed", of: Probe.self) { $0.isPassed }
        binding.field("User", "userID", of: User.self) { $0.userID }
        binding.field("User", "username", of: User.self) { $0.username }
        binding.field("User", "email", of: User.self) { $0.email }
    }

    private static func bindAudit<Record: Audited>(
        _ type: String, of record: Record.Type, _ binding: inout SchemaBinding<[Run]>
    ) {
        binding.field(type, "createdAt", of: record) { $0.createdAt }
        binding.field(type, "updatedAt", of: record) { $0.updatedAt }
        binding.field(type, "createdBy", of: record) { $0.createdBy }
        binding.field(type, "updatedBy", of: record) { $0.updatedBy }
    }
}
