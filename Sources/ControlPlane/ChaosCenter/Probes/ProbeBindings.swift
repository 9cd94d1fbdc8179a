import GraphQL

/// Probes.
enum ProbeBindings {
    private struct Named: Codable, Sendable { var probeName: String }
    private struct Change: Codable, Sendable { var request: ProbeRequest }
    private struct Listing: Codable, Sendable {
        var infrastructureType: String?
        var probeNames: [String]?
        var filter: ProbeFilter?
    }
    private struct Snippet: Codable, Sendable {
        struct Request: Codable, Sendable {
            var probeName: String
            var mode: String
        }

        var request: Request
    }
    private struct InRun: Codable, Sendable {
        var experimentRunID: String
        var faultName: String
    }

    static func bind(_ binding: inout CenterBinding) {
        bindQueries(&binding)
        binding.user(.addProbe, Change.self) { call in
            try await call.center.probes.add(call.arguments.request, in: call.projectID, by: call.user)
        }
        binding.user(.updateProbe, Change.self) { call in
            try await call.center.probes.update(call.arguments.request, in: call.projectID, by: call.user)
            return "Updated successfully"
        }
        binding.user(.deleteProbe, Named.self) { call in
            try await call.center.probes.delete(call.arguments.probeName, in: call.projectID, by: call.user)
            return true
        }
        ProbeTypeBindings.bind(&binding)
    }

    private static func bindQueries(_ binding: inout CenterBinding) {
        binding.user(.getProbe, Named.self) { call in
            try await call.center.probes.probe(call.arguments.probeName, in: call.projectID)
        }
        binding.user(.listProbes, Listing.self) { call in
            try await call.center.probes.list(
                in: call.projectID, names: call.arguments.probeNames,
                infrastructureType: call.arguments.infrastructureType, call.arguments.filter)
        }
        binding.user(.getProbeYAML, Snippet.self) { call in
            let request = call.arguments.request
            let probe = try await call.center.probes.probe(request.probeName, in: call.projectID)
            // JSON in one line, which is YAML too.
            return "\(try ProbeManifest.json(of: probe, mode: request.mode))"
        }
        binding.user(.getProbeReference, Named.self) { call in
            let probe = try await call.center.probes.probe(call.arguments.probeName, in: call.projectID)
            return try await call.center.probeHistory.references(probe)
        }
        binding.user(.getProbesInExperimentRun, InRun.self) { call in
            try await call.center.probeHistory.probes(
                ofFault: call.arguments.faultName, inRun: call.arguments.experimentRunID, of: call.projectID)
        }
        binding.user(.validateUniqueProbe, Named.self) { call in
            try await call.center.probes.isFree(call.arguments.probeName, in: call.projectID)
        }
    }
}
