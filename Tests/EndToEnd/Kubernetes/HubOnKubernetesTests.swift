import Foundation
import Testing

extension RealKubernetes {
    /// What a user does with the hub's manifests: unchanged but for the application, with the accounts that
    /// `litmus rbac` prints.
    @Suite(.enabled(if: Place.hasHub, "no hub here"))
    struct HubTests {
        /// Fault, name of the hub's engine, application.
        private static let faults = [
            ("pod-delete", "nginx-chaos", "deleted"), ("container-kill", "nginx-chaos", "killed"),
            ("pod-cpu-hog", "nginx-chaos", "busy"), ("pod-network-loss", "nginx-network-chaos", "deaf"),
        ]

        @Test("every fault of the hub reaches Pass with a proven effect", arguments: [[], ["--node-agent"]])
        func faults(options: [String]) async throws {
            // Engines of one name need namespaces of their own.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (fault, engine, application) in Self.faults {
                    group.addTask {
                        try await ChaosNamespace.with(
                            "hub-\(fault)", applications: [application], install: options
                        ) { try await Self.run(fault, engine: engine, on: application, $0) }
                    }
                }
                try await group.waitForAll()
            }
        }

        private static func run(
            _ fault: String, engine: String, on application: String, _ namespace: ChaosNamespace
        ) async throws {
            try await namespace.start(try namespace.hubManifests(fault, on: application))
            let result = "\(engine)-\(fault)"
            try await namespace.wait(for: ".status.engineStatus", of: "chaosengine/\(engine)", within: .seconds(150)) {
                $0 == "completed"
            }
            let yaml = try await namespace.get("get", "chaosengine,chaosresult", "-o", "yaml")
            let words = try await namespace.get(
                "get", "chaosresult", result, "-o",
                "jsonpath={.status.experimentStatus.verdict}|{.status.injections[*].effect}")
            // On a busy machine a hog may get too little to tell; pod-delete has nothing to measure but new pods.
            let effects = ["pod-cpu-hog": ["confirmed", "inconclusive"]][fault] ?? ["confirmed"]
            #expect((effects + [""]).map { "Pass|\($0)" }.contains(words), "\(words)\n\(yaml)")
            #expect(words != "Pass|" || fault == "pod-delete", "\(fault) did not say what it did\n\(yaml)")
            try await namespace.get("rollout", "status", "deployment/\(application)", "--timeout=30s")
        }
    }
}
