import Foundation
import Testing

/// A fault on the machine of its target, with few seconds and little load: several run at the same time.
enum MachineFault: String, Sendable, CaseIterable {
    case kill = "container-kill"
    case hog = "pod-cpu-hog"
    case loss = "pod-network-loss"

    /// Of the chaos, in seconds.
    static let duration = 4

    /// An engine named `name` on the application of the same name.
    /// - Parameter interval: seconds between two kills. After its second end a container waits 10 s for its next start.
    func engine(
        _ name: String, on application: String? = nil, duration: Int = Self.duration, interval: Int = 2
    ) -> String {
        let own =
            switch self {
            case .kill: ""
            case .hog: "- {name: CPU_LOAD, value: '40'}"
            case .loss: "- {name: NETWORK_PACKET_LOSS_PERCENTAGE, value: '50'}"
            }
        return Sample.engine(
            name: name, fault: rawValue, duration: String(duration), interval: String(interval), account: "chaos-sa",
            label: "app=\(application ?? name)", variables: "            " + own)
    }

    /// Whether a sight shows that it has begun.
    func hasBegun(_ sight: FaultWatch.Sight) -> Bool {
        switch self {
        case .kill: sight.deaths > 0
        case .hog: sight.stressors > 0
        case .loss: sight.rules > 0
        }
    }

    /// The ChaosExperiment, as an engine on a cluster needs it.
    var experiment: String {
        get throws {
            try String(contentsOfFile: Place.examples + "/fault.yaml", encoding: .utf8)
                .replacingOccurrences(of: "pod-delete", with: rawValue)
        }
    }
}

/// How an engine ended, as its owner reads it.
struct EngineEnd: Sendable {
    /// In the engine, and in the ChaosResult.
    var verdict: String
    var resultVerdict: String
    var phase: String
    /// In the engine.
    var reason: String
    var errorCode: String
    /// In the ChaosResult, as JSON.
    var errorReason: String
    /// `confirmed`, `not injected`, `inconclusive`; one for each injection.
    var effects: String
}

extension TestCluster {
    /// Everything that engines on machine faults need, but for applications.
    func prepareForMachineFaults() async throws {
        let podDelete = try String(contentsOfFile: Place.examples + "/fault.yaml", encoding: .utf8)
        let experiments = ([podDelete] + (try MachineFault.allCases.map { try $0.experiment }))
            .joined(separator: "\n---\n")
        let manifests = ServiceAccounts.manifest("chaos-sa") + "\n---\n" + experiments
        let (code, output) = try await kubectl("apply -f -", input: manifests)
        #expect(code == 0, "\(output)")
    }

    /// An application, running.
    /// - Returns: its first pod.
    func deploy(_ name: String, replicas: Int = 1) async throws -> TargetPod {
        let manifest = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name)}
            spec:
              replicas: \(replicas)
              selector: {matchLabels: {app: \(name)}}
              template:
                metadata: {labels: {app: \(name)}}
                spec:
                  containers: [{name: web, image: litmus/sample-app}]
            """
        _ = try await kubectl("apply -f -", input: manifest)
        let (code, output) = try await kubectl("rollout status deployment/\(name) --timeout=60s")
        #expect(code == 0, "\(output)")
        return try #require(try await TargetPod.all(self, label: "app=\(name)").first)
    }

    func apply(_ manifest: String) async throws {
        let (code, output) = try await kubectl("apply -f -", input: manifest)
        #expect(code == 0, "\(output)")
    }

    /// Waits until an engine is over.
    func end(of engine: String, _ fault: MachineFault, within seconds: Int = 50) async throws -> EngineEnd {
        let (code, output) = try await kubectl(
            "wait --for=jsonpath={.status.engineStatus}=completed chaosengine/\(engine) --timeout=\(seconds)s")
        #expect(code == 0, "\(engine): \(output)")
        func read(_ object: String, _ paths: [String]) async throws -> [String] {
            let template = paths.map { "{\($0)}" }.joined(separator: "{\"\\u001f\"}")
            let (_, text) = try await kubectl("get \(object) --ignore-not-found -o jsonpath='\(template)'")
            let fields = text.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
            return fields.count == paths.count ? fields : paths.map { _ in "" }
        }
        let own = try await read("chaosengine \(engine)", [".status.verdict", ".status.experiments[*].reason"])
        let result = try await read(
            "chaosresult \(engine)-\(fault.rawValue)",
            [
                ".status.experimentStatus.verdict", ".status.experimentStatus.phase",
                ".status.experimentStatus.errorOutput.errorCode", ".status.experimentStatus.errorOutput.reason",
                ".status.injections[*].effect",
            ])
        return EngineEnd(
            verdict: own[0], resultVerdict: result[0], phase: result[1], reason: own[1], errorCode: result[2],
            errorReason: result[3], effects: result[4])
    }
}
