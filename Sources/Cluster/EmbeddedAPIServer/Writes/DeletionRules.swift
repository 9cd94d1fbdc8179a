import KubernetesAPI
import ResourceSchema

/// What a delete request means for an object, and when a deleted one may go. Pure.
struct DeletionRules {
    let kind: ServedKind
    let now: Timestamp

    enum Outcome {
        /// Gone at once; the value is its final state.
        case remove(JSON)
        /// Waits for finalizers or for its grace period.
        case wait(JSON)
        /// Already waits as it should.
        case unchanged
    }

    private static let defaultPodGrace = 30

    /// - Throws: `Status` 409 when a precondition fails.
    func delete(_ object: JSON, options: DeleteOptions) throws -> Outcome {
        let before = ObjectMeta(json: object["metadata"])
        try check(options, against: before)
        var meta = before
        setPropagation(options.propagationPolicy, &meta)
        let grace = gracePeriod(of: object, options: options)
        if let present = meta.deletionGracePeriodSeconds, meta.isBeingDeleted {
            if grace < present {
                let start = (meta.deletionTimestamp ?? now) + .seconds(-present)
                meta.deletionTimestamp = start + .seconds(grace)
                meta.deletionGracePeriodSeconds = grace
            }
        } else if !meta.isBeingDeleted {
            meta.deletionTimestamp = now + .seconds(grace)
            meta.deletionGracePeriodSeconds = grace
            if kind.countsGenerations { meta.generation += 1 }
        }
        var result = object
        result["metadata"] = meta.json
        if kind.collection == .namespaces { result["status", "phase"] = "Terminating" }
        if kind.collection == .definitions { result = DefinitionStatus.terminating(result, now: now) }
        if isFinished(result) {
            // The final state of what goes at once was never waiting.
            return .remove(before.isBeingDeleted ? result : object)
        }
        return result == object ? .unchanged : .wait(result)
    }

    private func check(_ options: DeleteOptions, against meta: ObjectMeta) throws {
        if let uid = options.uid, uid != meta.uid {
            throw Status.conflict(
                kind.gvr, name: meta.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(meta.uid)")
        }
        if let version = options.resourceVersion, version != meta.resourceVersion {
            throw Status.conflict(
                kind.gvr, name: meta.name,
                "Precondition failed: ResourceVersion in precondition: \(version), ResourceVersion in object meta: "
                    + meta.resourceVersion)
        }
    }

    private func setPropagation(_ policy: DeleteOptions.PropagationPolicy?, _ meta: inout ObjectMeta) {
        guard let policy else { return }
        var finalizers = meta.finalizers.filter { $0 != "orphan" && $0 != "foregroundDeletion" }
        switch policy {
        case .orphan: finalizers.append("orphan")
        case .foreground: finalizers.append("foregroundDeletion")
        case .background: break
        }
        meta.finalizers = finalizers
    }

    /// Only a pod that a node runs gets time to stop. Seconds.
    private func gracePeriod(of object: JSON, options: DeleteOptions) -> Int {
        guard kind.collection == .pods else { return 0 }
        let pod = Pod(json: object)
        guard !pod.nodeName.isEmpty, !pod.isFinished else { return 0 }
        let grace = options.gracePeriodSeconds ?? pod.spec["terminationGracePeriodSeconds"].int ?? Self.defaultPodGrace
        return max(0, grace)
    }

    /// Whether a deleted object waits for nothing any more.
    func isFinished(_ object: JSON) -> Bool {
        let meta = ObjectMeta(json: object["metadata"])
        guard meta.isBeingDeleted, meta.finalizers.isEmpty, (meta.deletionGracePeriodSeconds ?? 0) == 0 else {
            return false
        }
        return kind.collection != .namespaces || object["spec", "finalizers"].strings.isEmpty
    }
}
