import ContainerRuntime
import KubernetesAPI

@testable import EmbeddedNode

/// A pod bound to `node-1`.
func makePod(
    _ name: String = "web", containers: [JSON] = [["name": "app", "image": "app", "command": ["run"]]],
    spec more: [String: JSON] = [:], metadata: [String: JSON] = [:]
) -> Pod {
    var spec: JSON = ["nodeName": "node-1", "containers": .array(containers), "terminationGracePeriodSeconds": 30]
    for (key, value) in more { spec[key] = value }
    var pod = Pod(name: name, namespace: "shop")
    for (key, value) in metadata { pod.json["metadata", key] = value }
    pod.json["spec"] = spec
    if pod.uid.isEmpty { pod.json["metadata", "uid"] = "uid-\(name)" }
    pod.json["status"] = ["phase": "Pending"]
    return pod
}

let epoch = Timestamp(microseconds: 1_700_000_000_000_000)

/// A `PodLife` with a clock that the test moves.
struct PodStage {
    var life: PodLife
    var now = epoch

    init(_ pod: Pod, backoff: RestartBackoff = RestartBackoff()) {
        life = PodLife(pod: pod, settings: .init(backoff: backoff, hostAddress: "10.0.0.1"), now: epoch)
    }

    /// - Returns: what is to be done, without events.
    @discardableResult
    mutating func on(_ input: PodInput) -> [PodAction] {
        life.handle(input, now: now).filter { if case .event = $0 { false } else { true } }
    }

    /// - Returns: the reasons of the events.
    mutating func events(on input: PodInput) -> [String] {
        life.handle(input, now: now).compactMap { if case .event(let event) = $0 { event.reason } else { nil } }
    }

    /// Brings the pod to where its containers start.
    @discardableResult
    mutating func begin() -> [PodAction] {
        on(.changed(life.pod))
        return on(.sandboxReady(address: "10.88.0.2"))
    }

    mutating func run(_ name: String = "app", attempt: Int = 0) -> [PodAction] {
        on(.started(ContainerRun(name: name, attempt: attempt), id: "\(name)-\(attempt)"))
    }

    mutating func exit(
        _ name: String = "app", attempt: Int = 0, code: Int32?, outOfMemory: Bool = false, message: String = ""
    ) -> [PodAction] {
        on(
            .exited(
                ContainerRun(name: name, attempt: attempt), ContainerExit(code: code, wasOutOfMemory: outOfMemory),
                message: message))
    }

    var status: JSON {
        var life = life
        return life.status(runtimeName: "fake", now: now)
    }

    var container: ContainerStatus { ContainerStatus(json: status["containerStatuses"].array?.first ?? .null) }

    func condition(_ type: String) -> JSON {
        (status["conditions"].array ?? []).first { $0["type"].string == type }?["status"] ?? .null
    }
}

func start(_ name: String = "app", _ attempt: Int = 0) -> PodAction {
    .start(ContainerRun(name: name, attempt: attempt))
}
