import ControllerRuntime
import KubernetesAPI
import Logging
import ServiceLifecycle

/// Deletes Events an hour after they last happened.
struct EventExpiry: ServiceLifecycle.Service {
    let client: any APIClient
    let time: TimeSource
    let logger: Logger
    var lifetime = Duration.seconds(3600)
    /// Between two looks at most.
    var interval = Duration.seconds(300)

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await expire()
                } catch {
                    if Task.isCancelled { return }
                    logger.debug("expired events not deleted", metadata: ["error": "\(error)"])
                }
                try? await time.sleep(interval)
            }
        }
    }

    func expire() async throws {
        let limit = time.wallClock()
        for event in try await client.list(Event.self) where Self.isExpired(event, at: limit, lifetime: lifetime) {
            try await client.delete(Event.self, namespace: event.namespace, name: event.name)
        }
    }

    static func isExpired(_ event: Event, at now: Timestamp, lifetime: Duration) -> Bool {
        let stamps = [
            event.json["series", "lastObservedTime"], event.json["lastTimestamp"], event.json["eventTime"],
            event.json["metadata", "creationTimestamp"],
        ]
        guard let last = stamps.lazy.compactMap({ $0.string.flatMap(Timestamp.init) }).first else { return false }
        return now - last >= lifetime
    }
}
