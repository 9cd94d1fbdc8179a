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
        let pods = try await selection(of: app)
        let wait = PodWait(client: client, time: time, logger: logger)
        let missing = try await wait.missing(namespace: app.namespace, labels: pods.labels, within: timeout) {
            pods.ailment(among: $0)
        }
        if let missing { throw FaultError(.statusChecks, missing, target: "{application: \(app)}") }
    }

    private func selection(of app: AppTarget) async throws -> ApplicationPods {
        if let named = try ApplicationPods(app) { return named }
        // Owners do not change while the application is healthy, so the names are read once.
        let reader = TargetReader(client: client)
        let wanted = TargetSelection(apps: [app])
        let found = try await reader.candidates(for: wanted)
        return ApplicationPods(names: Set(found.pool.map(\.name)))
    }
}

/// Which pods of a namespace belong to an application.
private struct ApplicationPods: Sendable {
    var labels = LabelSelector.everything
    /// nil for all that the labels select.
    var names: Set<String>?

    init(labels: LabelSelector = .everything, names: Set<String>? = nil) {
        self.labels = labels
        self.names = names
    }

    /// nil when only the cluster knows: for workloads by name.
    /// - Throws: `FaultError` for a malformed label selector.
    init?(_ app: AppTarget) throws {
        switch app.filter {
        case .all: self.init()
        case .labels(let text):
            guard let labels = try? LabelSelector(parsing: text) else {
                throw FaultError(.statusChecks, "the label selector '\(text)' is malformed")
            }
            self.init(labels: labels)
        case .names(let list):
            guard app.isPod else { return nil }
            self.init(names: Set(list))
        }
    }

    /// What keeps the application from being healthy; nil when nothing does.
    func ailment(among pods: [Pod]) -> String? {
        let own = pods.filter(belongs)
        if own.isEmpty { return "no pods found" }
        return own.first { !$0.isHealthy }?.ailment
    }

    /// Pods that end, have ended, or are part of the chaos itself do not count.
    private func belongs(_ pod: Pod) -> Bool {
        !pod.metadata.isBeingDeleted && pod.phase != "Succeeded"
            && pod.metadata.labels[ChaosLabel.engineUID] == nil && names?.contains(pod.name) ?? true
    }
}
