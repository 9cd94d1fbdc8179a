import ControllerRuntime
import Injection
import KubernetesAPI
import Logging

/// Names the containers of targets as their pods' status does.
struct PodTargetSource: TargetSource {
    let client: any APIClient
    /// On which targets must be; nil leaves it to the process table to find them or not.
    var node: String?
    let time: TimeSource
    let logger: Logger

    func current(_ target: TargetReference) async throws -> TargetReference {
        try Self.reference(target, in: try await pod(of: target))
    }

    func restarted(_ target: TargetReference, within limit: Duration) async throws -> TargetReference {
        if let why = try await missing(target, within: limit) {
            throw InjectionError(code: .inject, reason: why, target: target)
        }
        let pod = try await pod(of: target)
        if let why = Self.refusal(target, in: pod) {
            throw InjectionError(code: .inject, reason: why, target: target)
        }
        return try Self.reference(target, in: pod)
    }

    private func pod(of target: TargetReference) async throws -> Pod {
        let pod: Pod?
        do {
            pod = try await client.find(Pod.self, namespace: target.namespace, name: target.pod)
        } catch let error where !(error is CancellationError) {
            let why = (error as? Status)?.explained("get", on: "pods") ?? "\(error)"
            throw InjectionError(code: .helper, reason: "unable to get the target pod: \(why)", target: target)
        }
        guard let pod, pod.uid == target.podUID else {
            throw InjectionError(code: .helper, reason: "the target pod \(target.pod) is gone", target: target)
        }
        if let node, pod.nodeName != node {
            throw InjectionError(
                code: .helper,
                reason: "the target pod \(target.pod) is on node \(pod.nodeName), but the order is for node \(node)",
                target: target)
        }
        return pod
    }

    /// Waits for another container.
    /// - Returns: what is missing after `limit`; nil when there is nothing more to wait for.
    private func missing(_ target: TargetReference, within limit: Duration) async throws -> String? {
        let wait = PodWait(client: client, time: time, logger: logger)
        do {
            return try await wait(
                namespace: target.namespace, fields: FieldSelector(name: target.pod), within: limit
            ) { pods in
                pods.first { $0.uid == target.podUID }.flatMap { Self.missing(target, in: $0) }
            }
        } catch let status as Status {
            return status.explained("list", on: "pods")
        } catch let error as PodWait.NeverListed {
            return "\(error)"
        }
    }

    private static func missing(_ target: TargetReference, in pod: Pod) -> String? {
        if refusal(target, in: pod) != nil { return nil }
        guard let status = pod.containerStatuses.first(where: { $0.name == target.container }) else {
            return "container \(target.container) has no status"
        }
        if status.identifier == target.containerID || status.identifier.isEmpty {
            return "container \(target.container) is still the same"
        }
        return status.isReady ? nil : "container \(target.container) is not ready"
    }

    /// Why the container will not come back; nil when it may, or has.
    private static func refusal(_ target: TargetReference, in pod: Pod) -> String? {
        if pod.isFinished { return "the pod \(target.pod) is over (restartPolicy \(pod.restartPolicy))" }
        let status = pod.containerStatuses.first { $0.name == target.container }
        if pod.restartPolicy == "Never", status?.terminated.isNull == false {
            return "restartPolicy of the pod \(target.pod) is Never"
        }
        return nil
    }

    private static func reference(_ target: TargetReference, in pod: Pod) throws -> TargetReference {
        let status = pod.containerStatuses.first { $0.name == target.container }
        guard let status, status.isRunning, !status.identifier.isEmpty else {
            throw InjectionError(
                code: .containerRuntime,
                reason: "container \(target.container) of pod \(target.pod) does not run", target: target)
        }
        var current = target
        current.containerID = status.identifier
        return current
    }
}

extension ContainerStatus {
    /// The container's id without the runtime's name in front.
    fileprivate var identifier: String {
        guard let scheme = containerID.firstRange(of: "://") else { return containerID }
        return String(containerID[scheme.upperBound...])
    }
}
