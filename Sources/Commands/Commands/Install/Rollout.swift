import ControllerRuntime
import InstallManifests
import KubernetesAPI

/// Waits until the workloads of an installation are available, and says why they are not.
struct Rollout: Sendable {
    let client: any APIClient
    var time = TimeSource.continuous
    /// How long a pod must be in trouble to be given up: the pods of an earlier installation go meanwhile.
    var patience = Duration.seconds(10)

    private enum Outcome: Sendable {
        case ready, timeout
        case trouble(PodTrouble)
    }

    /// - Throws: `CommandError` that says what keeps them.
    func wait(for objects: [JSON], within limit: Duration) async throws {
        let definitions = objects.filter { $0["kind"] == "CustomResourceDefinition" }
        let workloads = objects.filter { ["Deployment", "DaemonSet"].contains($0["kind"].string) }
        let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask {
                for definition in definitions { try await waitUntilServed(definition) }
                for workload in workloads { try await waitUntilAvailable(workload) }
                return .ready
            }
            for workload in workloads { group.addTask { .trouble(try await lastingTrouble(of: workload)) } }
            group.addTask {
                try await time.sleep(limit)
                return .timeout
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .ready
        }
        switch outcome {
        case .ready: return
        case .trouble(let trouble): throw CommandError("the installation cannot start: \(await text(trouble))")
        case .timeout: throw CommandError(try await explanation(workloads, limit))
        }
    }

    private func waitUntilServed(_ definition: JSON) async throws {
        let key = ObjectMeta(json: definition["metadata"]).key
        try await persistently {
            try await client.follow(CustomResourceDefinition.self, key) { object -> Void? in
                let conditions = object?.json["status", "conditions"].array ?? []
                let isServed = conditions.contains { $0["type"] == "Established" && $0["status"] == "True" }
                return isServed ? () : nil
            }
        }
    }

    private func waitUntilAvailable(_ workload: JSON) async throws {
        let key = ObjectMeta(json: workload["metadata"]).key
        if workload["kind"] == "DaemonSet" {
            try await persistently {
                try await client.follow(DaemonSet.self, key) { $0.map(Self.isAvailable) ?? false ? () : nil }
            }
        } else {
            try await persistently {
                try await client.follow(Deployment.self, key) { $0.map(Self.isAvailable) ?? false ? () : nil }
            }
        }
    }

    /// Again after whatever may pass: a server that is busy or restarted is no failed installation, and the time limit
    /// ends the rest.
    private func persistently<Value>(_ body: () async throws -> Value) async throws -> Value {
        var backoff = Backoff(base: .milliseconds(50), limit: .seconds(5), jitter: 0.2)
        while true {
            do {
                return try await body()
            } catch  where Self.mayPass(error) {
                try await time.sleep(backoff.next())
            }
        }
    }

    private static func mayPass(_ error: any Error) -> Bool {
        if error is CancellationError { return false }
        guard let status = error as? Status else { return true }
        return status.code != 401 && !status.isForbidden
    }

    static func isAvailable(_ deployment: Deployment) -> Bool {
        let status = deployment.json["status"]
        func count(_ field: String) -> Int { status[field].int ?? 0 }
        return count("observedGeneration") >= deployment.metadata.generation
            && count("updatedReplicas") >= deployment.replicas && count("availableReplicas") >= deployment.replicas
            && count("replicas") == count("updatedReplicas")
    }

    static func isAvailable(_ set: DaemonSet) -> Bool {
        let status = set.json["status"]
        func count(_ field: String) -> Int { status[field].int ?? 0 }
        return count("observedGeneration") >= set.metadata.generation
            && count("updatedNumberScheduled") >= count("desiredNumberScheduled")
            && count("numberAvailable") >= count("desiredNumberScheduled")
    }
}

// MARK: - Trouble

extension Rollout {
    private func selector(of workload: JSON) throws -> LabelSelector {
        try LabelSelector(json: workload["spec", "selector"])
    }

    /// Returns once a pod of the workload has been in a trouble that does not pass.
    private func lastingTrouble(of workload: JSON) async throws -> PodTrouble {
        let options = ListOptions(labelSelector: try selector(of: workload))
        let namespace = workload["metadata", "namespace"].string
        let (found, tell) = AsyncStream.makeStream(of: PodTrouble.self)
        return try await withThrowingTaskGroup(of: PodTrouble?.self) { group in
            group.addTask {
                // Each suspect is looked at again by a task of its own, so that none waits for another.
                try await withThrowingDiscardingTaskGroup { suspects in
                    var known: Set<PodTrouble.Suspicion> = []
                    var backoff = Backoff(base: .milliseconds(50), limit: .seconds(5), jitter: 0.2)
                    while !Task.isCancelled {
                        do {
                            let events = try await client.watch(Pod.type.gvr, namespace: namespace, options: options)
                            for try await event in events {
                                backoff.reset()
                                if case .deleted = event { continue }
                                let pod = Pod(json: event.object)
                                guard let trouble = PodTrouble(pod), trouble.isLasting,
                                    known.insert(.init(uid: pod.uid, kind: trouble.kind)).inserted
                                else { continue }
                                suspects.addTask {
                                    try await time.sleep(patience)
                                    let trouble = try await persistently { try await present(pod) }
                                    if let trouble { tell.yield(trouble) }
                                }
                            }
                        } catch  where Self.mayPass(error) {}
                        // A watch that was closed begins with the present state again.
                        try await time.sleep(backoff.next())
                    }
                }
                return nil
            }
            group.addTask {
                for await trouble in found { return trouble }
                return nil
            }
            defer { group.cancelAll() }
            guard let trouble = try await group.next() ?? nil else { throw CancellationError() }
            return trouble
        }
    }

    private func present(_ pod: Pod) async throws -> PodTrouble? {
        guard let now = try await client.find(Pod.self, namespace: pod.namespace, name: pod.name), now.uid == pod.uid
        else { return nil }
        return PodTrouble(now).flatMap { $0.isLasting ? $0 : nil }
    }

    private func explanation(_ workloads: [JSON], _ limit: Duration) async throws -> String {
        var lines = ["not everything was available within \(limit.inWords) (--timeout)"]
        for workload in workloads {
            let pods = try await client.list(
                Pod.self, namespace: workload["metadata", "namespace"].string, labels: try selector(of: workload))
            let title = "\(workload["kind"].string ?? "") \(workload["metadata", "name"].string ?? "")"
            for trouble in pods.compactMap(PodTrouble.init) { lines.append("\(title): \(await text(trouble))") }
            if pods.isEmpty { lines.append("\(title): it has no pods; \(await reason(of: workload))") }
        }
        return lines.joined(separator: "\n")
    }

    /// Why there are no pods: what the Deployment's conditions say, such as a refusal by an admission controller.
    private func reason(of workload: JSON) async -> String {
        guard workload["kind"] == "Deployment", let name = workload["metadata", "name"].string,
            let now = try? await client.get(
                Deployment.self, namespace: workload["metadata", "namespace"].string, name: name)
        else { return "kubectl describe tells why" }
        let failures = (now.json["status", "conditions"].array ?? []).filter {
            $0["type"] == "ReplicaFailure" || $0["status"] == "False"
        }
        return failures.compactMap { $0["message"].string }.last ?? "is the controller manager running?"
    }

    private func text(_ trouble: PodTrouble) async -> String {
        guard trouble.kind == .crash else { return trouble.text(log: "") }
        // A container that was not restarted yet has no previous log, one that waits has no present one.
        for isPrevious in [true, false] {
            let options = LogOptions(container: trouble.container, previous: isPrevious, tailLines: 5)
            guard
                let log = try? await client.podLog(
                    namespace: trouble.pod.namespace, name: trouble.pod.name, options: options)
            else { continue }
            var bytes: [UInt8] = []
            do {
                for try await chunk in log { bytes += chunk }
            } catch { continue }
            if !bytes.isEmpty { return trouble.text(log: String(decoding: bytes, as: UTF8.self)) }
        }
        return trouble.text(log: "")
    }
}

extension PodTrouble {
    /// A pod that was seen in a trouble.
    struct Suspicion: Sendable, Hashable {
        var uid: String
        var kind: Kind
    }
}
