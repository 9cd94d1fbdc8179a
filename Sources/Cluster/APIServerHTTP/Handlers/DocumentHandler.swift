import HTTPTypes
import Hummingbird
import KubernetesAPI
import NIOCore
import ResourceSchema

/// Answers for the paths that describe the server: discovery, OpenAPI, version, health.
struct DocumentHandler: Sendable {
    let catalog: ServedCatalog
    let version: ServerVersion
    /// Why the server is not ready; nil when it is.
    let isReady: @Sendable () async -> String?

    func reply(to path: APIPath, _ request: APIRequest) async throws -> Reply {
        switch path {
        case .health:
            return try await health(request)
        case .version: return Reply(json: version.json)
        case .root: return await root()
        case .coreVersions, .groups: return try await groups(core: path == .coreVersions, request)
        case .group(let name):
            return try await discovery("group/\(name)") { $0.group(name) }
        case .resources(let group, let version):
            return try await discovery("resources/\(group)/\(version)") {
                $0.resourceList(group: group, version: version)
            }
        case .openAPIv2: return try await OpenAPIHandler(catalog: catalog, version: self.version).v2(request)
        case .openAPIv3Index: return try await OpenAPIHandler(catalog: catalog, version: self.version).v3Index()
        case .openAPIv3(let name):
            return try await OpenAPIHandler(catalog: catalog, version: self.version).v3(name, request)
        case .resource, .unknown: throw Status.noSuchResource
        }
    }

    private func health(_ request: APIRequest) async throws -> Reply {
        if request.path.hasPrefix("/readyz"), let reason = await isReady() {
            return Reply(text: "not ready: \(reason)\n", .serviceUnavailable)
        }
        return Reply(text: request.query.contains("verbose") ? "[+]ping ok\nhealthz check passed\n" : "ok")
    }

    private func root() async -> Reply {
        let discovery = Discovery(resources: await catalog.snapshot().resources)
        let groups = discovery.groupList()["groups"].array ?? []
        let versions = groups.flatMap { group in
            ["/apis/\(group["name"].string ?? "")"]
                + (group["versions"].array ?? []).map { "/apis/\($0["groupVersion"].string ?? "")" }
        }
        let paths = ["/api", "/api/v1", "/apis"] + versions + ["/healthz", "/livez", "/openapi/v2", "/openapi/v3"]
        return Reply(json: ["paths": JSON(paths + ["/readyz", "/version"])])
    }

    /// `/api` and `/apis`: aggregated where the client asks for it first, else classic.
    private func groups(core: Bool, _ request: APIRequest) async throws -> Reply {
        let accept = request.headers[.accept] ?? "application/json"
        for range in MediaRange.parse(accept) where range.encoding == .json {
            guard let name = range.parameters["as"] else {
                return try await discovery(core ? "api" : "apis") {
                    core ? $0.coreVersions(serverAddress: "") : $0.groupList()
                }
            }
            guard name == "APIGroupDiscoveryList", range.parameters["g"] == "apidiscovery.k8s.io",
                let version = range.parameters["v"], ["v2", "v2beta1"].contains(version)
            else { continue }
            let type = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
            return try await discovery("aggregated/\(version)/\(core)", contentType: type) {
                $0.aggregated(core: core, version: version)
            }
        }
        throw Status.notAcceptable
    }

    private func discovery(
        _ name: String, contentType: String = "application/json", _ make: (Discovery) -> JSON?
    ) async throws -> Reply {
        let snapshot = await catalog.snapshot()
        let document = snapshot.document(name) { make(Discovery(resources: snapshot.resources))?.encoded() ?? [] }
        guard document.readableBytes > 0 else { throw Status.noSuchResource }
        return Reply(contentType: contentType, document)
    }
}
