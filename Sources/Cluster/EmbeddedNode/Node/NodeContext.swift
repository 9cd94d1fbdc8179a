import AsyncHTTPClient
import ContainerRuntime
import ControllerRuntime
import KubernetesAPI
import Logging

/// What every part of the node works with.
struct NodeContext: Sendable {
    var client: any APIClient
    var runtime: any ContainerRuntime
    var configuration: NodeConfiguration
    var time: TimeSource
    var events: EventRecorder
    var services: ServiceDirectory
    var http: HTTPClient
    var logger: Logger

    var paths: NodePaths { NodePaths(dataDirectory: configuration.dataDirectory) }

    func report(_ event: PodEvent, about pod: Pod) {
        if event.isWarning {
            events.warning(pod.reference, reason: event.reason, event.message)
        } else {
            events.normal(pod.reference, reason: event.reason, event.message)
        }
    }
}
