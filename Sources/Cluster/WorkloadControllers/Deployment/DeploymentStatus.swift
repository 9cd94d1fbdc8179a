import KubernetesAPI

/// A deployment's status as its replica sets give it. Pure.
struct DeploymentStatus: Equatable {
    var json: JSON
    /// When the progress deadline ends, unless something happens before.
    var deadline: Duration?

    init(_ deployment: Deployment, current: ReplicaSet?, old: [ReplicaSet], now: Timestamp) {
        let spec = DeploymentSpec(deployment)
        let all = old + (current.map { [$0] } ?? [])
        let sum = { (field: String) in all.reduce(0) { $0 + $1.count(field) } }
        let before = deployment.json["status"]
        var counts = Counts(
            replicas: sum("replicas"), updated: current?.count("replicas") ?? 0, ready: sum("readyReplicas"),
            available: sum("availableReplicas"))
        counts.available = min(counts.available, counts.replicas)
        json = [
            "observedGeneration": .count(deployment.metadata.generation), "replicas": .countOrNone(counts.replicas),
            "updatedReplicas": .countOrNone(counts.updated), "readyReplicas": .countOrNone(counts.ready),
            "availableReplicas": .countOrNone(counts.available),
            "unavailableReplicas": .countOrNone(
                max(0, max(all.reduce(0) { $0 + $1.replicas }, counts.replicas) - counts.available)),
            "collisionCount": before["collisionCount"],
        ]
        var conditions = Conditions(before)
        Self.setAvailable(&conditions, isEnough: counts.available >= spec.replicas - spec.maxUnavailable, now)
        if spec.isPaused {
            conditions.set(
                Condition("Progressing", "Unknown", reason: "DeploymentPaused", "Deployment is paused"), now: now,
                stampsUpdates: true)
        } else {
            deadline = Self.setProgressing(
                &conditions, name: current?.name ?? "", counts, before: Counts(status: before), spec, now)
        }
        Self.setFailure(&conditions, current, now)
        json["conditions"] = conditions.json
    }

    private struct Counts: Equatable {
        var replicas: Int
        var updated: Int
        var ready: Int
        var available: Int

        init(replicas: Int, updated: Int, ready: Int, available: Int) {
            self.replicas = replicas
            self.updated = updated
            self.ready = ready
            self.available = available
        }

        init(status: JSON) {
            self.init(
                replicas: status["replicas"].int ?? 0, updated: status["updatedReplicas"].int ?? 0,
                ready: status["readyReplicas"].int ?? 0, available: status["availableReplicas"].int ?? 0)
        }

        func isComplete(_ spec: DeploymentSpec) -> Bool {
            updated == spec.replicas && replicas == spec.replicas && available == spec.replicas
        }

        func hasProgressed(since before: Counts) -> Bool {
            updated > before.updated || replicas - updated < before.replicas - before.updated || ready > before.ready
                || available > before.available
        }
    }

    private static func setAvailable(_ conditions: inout Conditions, isEnough: Bool, _ now: Timestamp) {
        conditions.set(
            isEnough
                ? Condition(
                    "Available", true, reason: "MinimumReplicasAvailable", "Deployment has minimum availability.")
                : Condition(
                    "Available", false, reason: "MinimumReplicasUnavailable",
                    "Deployment does not have minimum availability."), now: now, stampsUpdates: true)
    }

    /// - Returns: the time left until the deadline.
    private static func setProgressing(
        _ conditions: inout Conditions, name: String, _ counts: Counts, before: Counts, _ spec: DeploymentSpec,
        _ now: Timestamp
    ) -> Duration? {
        let set = name.isEmpty ? "Deployment" : "ReplicaSet \"\(name)\""
        if !name.isEmpty, counts.isComplete(spec) {
            conditions.set(
                Condition(
                    "Progressing", true, reason: "NewReplicaSetAvailable", "\(set) has successfully progressed."),
                now: now, stampsUpdates: true)
            return nil
        }
        let present = conditions["Progressing"]
        // A rollout that was complete before starts anew.
        let isNewRollout = present["status"].string != "False" && !(present["message"].string ?? "").contains(set)
        let wasComplete = present["reason"].string == "NewReplicaSetAvailable"
        if isNewRollout || counts.hasProgressed(since: before) {
            conditions.set(
                Condition("Progressing", true, reason: "ReplicaSetUpdated", "\(set) is progressing."), now: now,
                stampsUpdates: true, touch: true)
            return spec.progressDeadline
        }
        // A finished rollout that lost pods later is no rollout: its deadline is over.
        if wasComplete { return nil }
        let last = present["lastUpdateTime"].string.flatMap(Timestamp.init) ?? now
        let rest = spec.progressDeadline - (now - last)
        if rest > .zero { return present["status"].string == "False" ? nil : rest }
        conditions.set(
            Condition("Progressing", false, reason: "ProgressDeadlineExceeded", "\(set) has timed out progressing."),
            now: now, stampsUpdates: true)
        return nil
    }

    private static func setFailure(_ conditions: inout Conditions, _ current: ReplicaSet?, _ now: Timestamp) {
        let failure = Conditions(current?.json["status"] ?? .null)["ReplicaFailure"]
        guard failure["status"].string == "True" else { return conditions.remove("ReplicaFailure") }
        conditions.set(
            Condition(
                "ReplicaFailure", true, reason: failure["reason"].string ?? "", failure["message"].string ?? ""),
            now: now, stampsUpdates: true)
    }
}
