import ChaosAPI
import ControllerRuntime
import Faults
import KubernetesAPI
import Logging

/// Whether the application under test, and auxiliary applications, are running with all containers ready.
struct HealthCheck: Sendable {
    let client: any APIClient
    let timeout: Duration
    let time: TimeSource
    let logger: Logger

    /// Waits for every application, all within one time limit.
    /// - Throws: `FaultError` with `STATUS_CHECKS_ERROR` that says what is not ready.
    func run(apps: [AppTarget], auxiliary: String) async throws {
        let isWholeNamespace = apps.count == 1 && apps[0].isAnyKind
        var all = isWholeNamespace ? [] : apps
        for entry in auxiliary.split(separator: ",") {
            let parts = entry.split(separator: ":", maxSplits: 1).map { $0.trimmingPrefix(" ") }
            guard parts.count == 2 else {
                throw FaultError(
                    .statusChecks, "AUXILIARY_APPINFO has the entry '\(entry)': expected namespace:label=value")
            }
            all.append(AppTarget(kind: "pod", namespace: String(parts[0]), filter: .labels(String(parts[1]))))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for app in all { group.addTask { try await check(app) } }
            try await group.waitForAll()
        }
    }

    private func check(_ app: AppTarget) async throws {
        var labels = LabelSelector.everything
        var names: Set<String>?
        switch app.filter {
        case .all: break
        case .labels(let text):
            do {
                labels = try LabelSelector(parsing: text)
            } catch {
                throw FaultError(.statusChecks, "the label selector '\(text)' is malformed: \(error)")
            }
        case .names(let list) where app.isPod: names = Set(list)
        case .names:
            // Owners do not change while the application is healthy, so the names are read once.
            let found = try await TargetReader(client: client).candidates(for: TargetSelection(apps: [app]))
            names = Set(found.pool.map(\.name))
        }
        let wanted = names
        let wait = PodWait(client: client, time: time, logger: logger)
        let missing = try await wait(namespace: app.namespace, labels: labels, within: timeout) { pods in
            let own = pods.filter { pod in
                !pod.metadata.isBeingDeleted && pod.phase != "Succeeded"
                    && pod.metadata.labels[ChaosLabel.engineUID] == nil && wanted?.contains(pod.name) ?? true
            }
            if own.isEmpty { return "no pods found" }
            return own.first { !$0.isHealthy }?.ailment
        }
        if let missing { throw FaultError(.statusChecks, missing, target: "{application: \(app)}") }
    }
}
