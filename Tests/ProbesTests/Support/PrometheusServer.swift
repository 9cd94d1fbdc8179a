import Foundation
import Host
import Testing

@testable import Probes

/// Debian's Prometheus on a port of the loopback address. It scrapes itself and evaluates rules that make known series:
/// `orders{shop="north"} 42`, `orders{shop="south"} 58` and `orders_total 100`.
struct PrometheusServer: Sendable {
    let port: UInt16
    private let folder: URL
    private let process: ChildProcess
    private let asksForCredentials: Bool

    var endpoint: String { "http://127.0.0.1:\(port)" }
    /// With the credentials of a server that asks for them.
    var endpointWithCredentials: String { "http://op:open%20sesame@127.0.0.1:\(port)" }

    private static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build-tools/prometheus").path()

    private static let configuration = """
        global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 100ms}
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: itself
            static_configs: [{targets: ["127.0.0.1:PORT"]}]
        """

    private static let rules = """
        groups:
          - name: known
            rules:
              - {record: orders, expr: vector(42), labels: {shop: north}}
              - {record: orders, expr: vector(58), labels: {shop: south}}
              - {record: orders_total, expr: vector(100)}
        """

    /// User op, password "open sesame" (bcrypt, the cheapest).
    private static let credentials = """
        basic_auth_users: {op: "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy"}
        """

    init(asksForCredentials: Bool = false) async throws {
        guard FileManager.default.isExecutableFile(atPath: Self.program) else {
            throw HostError("find", Self.program, reason: "not there; run: scripts/test-tools")
        }
        let port = try LoopbackSocket.closedPort()
        let folder = FileManager.default.temporaryDirectory.appending(path: "litmus-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try write(Self.configuration.replacingOccurrences(of: "PORT", with: String(port)), to: "prometheus.yml")
        try write(Self.rules, to: "rules.yml")
        try write(asksForCredentials ? Self.credentials : "", to: "web.yml")
        var request = SpawnRequest(
            executable: Self.program,
            arguments: [
                "prometheus", "--config.file=prometheus.yml", "--web.config.file=web.yml",
                "--web.listen-address=127.0.0.1:\(port)", "--storage.tsdb.path=data", "--log.level=error",
            ], environment: [])
        request.directory = folder.path()
        request.parentDeathSignal = SIGKILL
        do {
            process = try await Spawner.shared.spawn(request)
        } catch {
            try FileManager.default.removeItem(at: folder)
            throw error
        }
        (self.port, self.folder, self.asksForCredentials) = (port, folder, asksForCredentials)
    }

    /// Waits until queries have the known series, and its own where `scrapes`.
    func isReady(scrapes: Bool) async throws {
        let series = scrapes ? #"up{job="itself"} == 1 and on() orders_total"# : "orders_total"
        let address = asksForCredentials ? endpointWithCredentials : endpoint
        let context = ProbeContext(environment: [:], chaosDuration: .zero)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, !process.hasEnded {
            let inputs = PrometheusServer.inputs(address, series, "!=", "-1")
            if case .passed = await Judgement([.probe("promProbe", inputs, timeout: "1s")], context) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw HostError("start", Self.program, reason: process.hasEnded ? "it ended" : "no series within a minute")
    }

    func stop() async throws {
        process.signalGroup(SIGKILL)
        _ = try await process.wait()
        try FileManager.default.removeItem(at: folder)
    }

    /// A file that goes with the server.
    func file(_ text: String) throws -> String {
        let file = folder.appending(path: UUID().uuidString)
        try Data(text.utf8).write(to: file)
        return file.path()
    }
}

/// Gives a suite one Prometheus, and takes it away at the end, passed or failed.
struct PrometheusTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try await PrometheusServer()
        let result: Result<Void, any Error>
        do {
            try await server.isReady(scrapes: true)
            try await PrometheusServer.$current.withValue(server) { try await function() }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await server.stop()
        try result.get()
    }
}

extension PrometheusServer {
    /// The suite's.
    @TaskLocal static var current: PrometheusServer?
}

extension Trait where Self == PrometheusTrait {
    static var prometheus: PrometheusTrait { PrometheusTrait() }
}
