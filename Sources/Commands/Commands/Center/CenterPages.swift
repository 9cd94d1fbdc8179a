import ChaosCenter
import DocumentStore
import HTTPTypes
import Hummingbird

/// The pages about the process: for people, for probes, and upstream's of the API's state.
struct CenterPages: Sendable {
    let database: DocumentDatabase

    /// Without these, nothing works.
    private static let collections: Set = ["chaosExperiments", "chaosInfrastructures", "project"]

    /// - Parameter prefix: of upstream's pages.
    func mount(on router: Router<CenterRequestContext>, api prefix: String) {
        router.get("/") { _, _ in Self.home }
        router.get("/healthz") { _, _ in Response.plain("ok\n") }
        router.get("/readyz") { _, _ in await ready() }
        router.get(RouterPath(prefix + "/status")) { _, _ in Response.json(#"{"status":"up"}"#) }
        router.get(RouterPath(prefix + "/readiness")) { _, _ in await upstreamReadiness() }
    }

    func ready() async -> Response {
        do {
            try await database.ping()
            return .plain("ok\n")
        } catch {
            return .plain("\(error)\n", status: .serviceUnavailable)
        }
    }

    func upstreamReadiness() async -> Response {
        let isUp = (try? await database.ping()) != nil
        let names = Set((try? await database.collectionNames()) ?? [])
        let hasCollections = Self.collections.isSubset(of: names)
        func word(_ flag: Bool) -> String { flag ? "up" : "down" }
        return .json(
            #"{"database":"\#(word(isUp))","collections":"\#(word(hasCollections))"}"#,
            status: isUp && hasCollections ? .ok : .serviceUnavailable)
    }

    // MARK: Home

    private static var home: Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-cache"]
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; "
            + "form-action 'none'"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: .init(string: page)))
    }

    private static let page = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Litmus Chaos Center</title>
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        body { max-width: 46rem; margin: 3rem auto; padding: 0 1.25rem; }
        h1 { font-size: 1.6rem; margin: 0; }
        h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
        .version { color: GrayText; margin: 0; }
        table { border-collapse: collapse; width: 100%; }
        td { border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); padding: .45rem 0; \
        vertical-align: top; }
        td:first-child { white-space: nowrap; padding-right: 1.5rem; }
        code, pre { font: .9em ui-monospace, monospace; }
        pre { background: color-mix(in srgb, currentColor 7%, transparent); padding: .8rem 1rem; border-radius: 6px; \
        overflow-x: auto; }
        </style>
        </head>
        <body>
        <h1>Litmus Chaos Center</h1>
        <p class="version">litmus \(VersionCommand.version), API of LitmusChaos \(ChaosCenterSettings.compatibleVersion)</p>
        <p>This server keeps users, projects, chaos experiments and their results, and tells the agents in your clusters \
        what to do. It has no web portal yet: it is used through its APIs.</p>
        <h2>What is here</h2>
        <table>
        <tr><td><code>/auth</code></td><td>users, logins, projects: REST</td></tr>
        <tr><td><code>/api/query</code></td><td>environments, infrastructures, experiments, runs, probes, hubs: GraphQL \
        over HTTP and WebSocket</td></tr>
        <tr><td><a href="/api/readiness"><code>/api/readiness</code></a></td><td>whether the database can be used</td></tr>
        <tr><td><a href="/healthz"><code>/healthz</code></a>, <a href="/readyz"><code>/readyz</code></a></td>\
        <td>for probes</td></tr>
        <tr><td><a href="/metrics"><code>/metrics</code></a></td><td>for Prometheus, unless switched off</td></tr>
        </table>
        <h2>Log in</h2>
        <pre>curl -s $URL/auth/login -d '{"username":"admin","password":"…"}'</pre>
        <p>The answer holds <code>accessToken</code>, which goes into the header <code>Authorization: Bearer …</code> of \
        every request after it. From the login to the first experiment: <code>docs/api.md</code>; how to run this server: \
        <code>docs/center.md</code>, both in the source of Litmus.</p>
        </body>
        </html>

        """
}
