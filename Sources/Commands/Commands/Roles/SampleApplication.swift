import ArgumentParser
import HTTPTypes
import Hummingbird
import KubernetesAPI
import Logging
import ServiceLifecycle
import UnixSignals

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The role of the image `litmus/sample-app`: a web server to practise chaos on.
///
/// `GET /` answers with the pod's name, `GET /healthz` with `ok`. A SIGTERM ends it after the requests in flight.
struct SampleApplication: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-app", abstract: "Serve a small web page, as an application to run chaos on.",
        shouldDisplay: false)

    @Option(help: "The port to listen on (environment: PORT).")
    var port: Int?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let port = port ?? environment["PORT"].flatMap(Int.init) ?? 8080
        let name = environment["HOSTNAME"] ?? "sample-app"
        let router = Router()
        router.get("/") { _, _ in "Hello from \(name)\n" }
        router.get("/healthz") { _, _ in "ok\n" }
        var logger = Logger(label: "sample-app")
        logger.logLevel = .info
        let application = Application(
            router: router, configuration: .init(address: .hostname("0.0.0.0", port: port)), logger: logger)
        try await application.runService(gracefulShutdownSignals: [.sigterm, .sigint])
    }
}
