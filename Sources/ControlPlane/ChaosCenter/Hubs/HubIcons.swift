import DocumentStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The icons of hubs, which browsers load without a token: `/icon/PROJECT/HUB/CHART/ICON`, where `default` as project
/// stands for the built-in hub. PNG files and nothing else.
struct HubIcons: Sendable {
    let center: ChaosCenter

    func mount(on router: some RouterMethods<some RequestContext>, at prefix: String) {
        router.get(RouterPath(prefix + "/icon/:projectID/:hub/:chart/:icon")) { _, context in
            func part(_ name: String) -> String { context.parameters.get(name)?.removingPercentEncoding ?? "" }
            let icon = try? await icon(
                part("icon"), chart: part("chart"), hub: part("hub"), projectID: part("projectID"))
            guard let icon else { return Response(status: .notFound) }
            var headers: HTTPFields = [.contentType: "image/png", .cacheControl: "public, max-age=3600"]
            headers[.xContentTypeOptions] = "nosniff"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: icon)))
        }
    }

    private func icon(_ icon: String, chart: String, hub: String, projectID: String) async throws -> [UInt8]? {
        guard HubName.isValid(icon), icon.hasSuffix(".png"), HubName.isValid(chart),
            let record = try await record(of: hub, projectID)
        else { return nil }
        return try await center.hubLibrary.tree(of: record)?.icon(icon, of: chart)
    }

    private func record(of hub: String, _ projectID: String) async throws -> StoredHub? {
        if projectID == "default" { return BuiltInHub.record(projectID: projectID, at: center.startedAt) }
        return try await center.store.hubs.first(.project(projectID) && .eq("name", hub))
    }
}
