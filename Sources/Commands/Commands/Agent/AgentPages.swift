import ChaosOperator
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle

/// What an agent serves over HTTP: `/healthz`, `/readyz` and `/metrics`.
struct AgentPages: Sendable {
    let report: @Sendable () -> OperatorReport

    func healthServer(at address: ServedAddress, logger: Logger) -> some Service {
        let router = Router()
        router.get("/healthz") { _, _ in "ok\n" }
        router.get("/readyz") { [report] _, _ in
            report().isReady
                ? Response(status: .ok, body: .init(byteBuffer: .init(string: "ok\n")))
                : Response(
                    status: .serviceUnavailable,
                    body: .init(byteBuffer: .init(string: "the objects of the cluster are still being read\n")))
        }
        return server(router, address, logger)
    }

    func metricsServer(at address: ServedAddress, logger: Logger) -> some Service {
        let router = Router()
        router.get("/metrics") { [report] _, _ in
            let text = AgentMetrics(report: report(), process: ProcessFigures.read()).text
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType],
                body: .init(byteBuffer: .init(string: text)))
        }
        return server(router, address, logger)
    }

    private func server(
        _ router: Router<BasicRequestContext>, _ address: ServedAddress, _ logger: Logger
    ) -> some Service {
        // A server that cannot listen ends the agent with its reason; that a connection was cut at the end is no news.
        var quiet = logger
        quiet.logLevel = .critical
        return Application(
            router: router,
            configuration: .init(address: .hostname(address.boundHost, port: address.port), serverName: nil),
            logger: quiet)
    }
}
