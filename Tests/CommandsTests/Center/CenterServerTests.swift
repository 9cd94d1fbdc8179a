import AsyncHTTPClient
import Authentication
import DocumentStore
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Commands

/// One process' Chaos Center in memory, asked over HTTP.
@Suite struct CenterServerTests {
    private struct Answer: Sendable {
        var status: UInt
        var headers: HTTPHeaders
        var text: String
    }

    private func serving(
        _ change: (inout CenterSettings) -> Void = { _ in }, _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "center-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var settings = CommandSettings()
        settings.dataDir = directory
        settings.center.listen = .anyLocalPort
        settings.center.database = "sqlite::memory:"
        change(&settings.center)
        let configuration = try CenterConfiguration(settings, listenOption: "--listen")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        try await CenterServer.with(configuration, logger: logger) { center in
            #expect(center.firstUser == .standard)
            try await body(center.url)
        }
    }

    private func send(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        return Answer(status: response.status.code, headers: response.headers, text: text)
    }

    private func query(_ text: String, _ url: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        var headers = headers
        headers.add(name: "Content-Type", value: "application/json")
        return try await send(.POST, url + "/api/query", headers: headers, body: #"{"query":"\#(text)"}"#)
    }

    @Test("everything is at its place, with headers that protect browsers")
    func pages() async throws {
        try await serving { url in
            for (path, says) in [
                ("/", "Litmus Chaos Center"), ("/healthz", "ok"), ("/readyz", "ok"),
                ("/api/status", #"{"status":"up"}"#),
                ("/api/readiness", #"{"database":"up","collections":"up"}"#), ("/auth/status", #"{"status":"up"}"#),
                ("/metrics", "litmus_total_agents 0"),
            ] {
                let answer = try await send(.GET, url + path)
                #expect(answer.status == 200, "\(path)")
                #expect(answer.text.contains(says), "\(path): \(answer.text)")
                #expect(answer.headers["X-Content-Type-Options"] == ["nosniff"], "\(path)")
                #expect(answer.headers["Content-Security-Policy"].first?.hasPrefix("default-src 'none'") == true)
            }
            let page = try await send(.GET, url + "/")
            #expect(!page.text.contains("src=") && !page.text.contains("https://"), "nothing is fetched from elsewhere")
            let missing = try await send(.GET, url + "/nothing")
            #expect(missing.status == 404)
            #expect(missing.headers["X-Content-Type-Options"] == ["nosniff"])
            #expect(try await query("{ getServerVersion { value } }", url).text.contains(#""value":"3."#))
        }
    }

    @Test("pages of this server and of allowed origins may call the API, and no others")
    func origins() async throws {
        try await serving({ $0.allowedOrigins = [#"^https://portal\.example\.com$"#] }) { url in
            for origin in [url, "https://portal.example.com"] {
                let headers: HTTPHeaders = [
                    "Origin": origin, "Access-Control-Request-Headers": "authorization,content-type",
                ]
                let preflight = try await send(.OPTIONS, url + "/api/query", headers: headers)
                #expect(preflight.status == 204)
                #expect(preflight.headers["Access-Control-Allow-Origin"] == [origin])
                #expect(preflight.headers["Access-Control-Allow-Headers"] == ["authorization,content-type"])
                let answer = try await query("{ getServerVersion { value } }", url, headers: ["Origin": origin])
                #expect(answer.status == 200)
                #expect(answer.headers["Access-Control-Allow-Origin"] == [origin])
                #expect(answer.headers[canonicalForm: "Vary"].contains("Origin"))
                #expect(try await send(.GET, url + "/auth/status", headers: ["Origin": origin]).status == 200)
            }
            let evil: HTTPHeaders = ["Origin": "https://portal.example.com.evil"]
            #expect(try await query("{ getServerVersion { value } }", url, headers: evil).status == 403)
            #expect(try await send(.OPTIONS, url + "/api/query", headers: evil).status == 403)
            #expect(try await send(.GET, url + "/auth/status", headers: evil).status == 403)
            #expect(try await query("{ getServerVersion { value } }", url).status == 200)
        }
    }

    @Test("what was asked and refused is in the metrics")
    func metrics() async throws {
        try await serving { url in
            _ = try await query("query Own { getServerVersion { value } }", url)
            _ = try await query(#"{ listEnvironments(projectID: \"x\") { totalNoOfEnvironments } }"#, url)
            _ = try await send(.POST, url + "/auth/login", body: #"{"username":"admin","password":"wrong"}"#)
            let text = try await send(.GET, url + "/metrics").text
            let version = #"operation_name="getServerVersion",operation_type="query"} 1"#
            #expect(text.contains(#"litmus_api_requests_total{endpoint="/api/query",status="success",\#(version)"#))
            let environments = #"operation_name="listEnvironments",operation_type="query"} 1"#
            #expect(text.contains(#"litmus_api_error_requests_total{endpoint="/api/query",\#(environments)"#))
            #expect(text.contains("\nlitmus_api_authentication_failures_total 2\n"))
            #expect(!text.contains("Own"))
        }
        try await serving({ $0.hasMetrics = false }) { url in
            let page = try await send(.GET, url + "/metrics")
            #expect(page.status == 404)
        }
    }

    @Test("while the database cannot be used, it is not ready, and says why")
    func unready() async throws {
        let database = try await DocumentDatabase.open(.memory)
        await database.close()
        let ready = await CenterPages(database: database).ready()
        #expect(ready.status == .serviceUnavailable)
        let upstream = await CenterPages(database: database).upstreamReadiness()
        #expect(upstream.status == .serviceUnavailable)
    }
}
