import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging

/// Writes the Events of one experiment in order, in the background, under the names that Litmus gives them.
final class ExperimentEvents: Sendable {
    private struct Draft: Sendable {
        var object: ObjectReference
        var name: String
        var reason: EventReason
        var isWarning: Bool
        var message: String
        /// A second event of this name raises the count of the first.
        var repeats: Bool
    }

    private let experiment: String
    private let engine: ObjectReference?
    private let runID: String
    private let drafts: AsyncStream<Draft>.Continuation
    private let sending: Task<Void, Never>

    /// - Parameters:
    ///   - engine: nil for an experiment without one; then events on the engine are left out.
    ///   - source: the pod that writes; stands in `source.component`.
    ///   - runID: tells events on the ChaosResult of this run from those of others.
    init(
        client: any APIClient, namespace: String, experiment: String, engine: ObjectReference?, source: String,
        runID: String, time: TimeSource, logger: Logger
    ) {
        self.experiment = experiment
        self.engine = engine
        self.runID = runID
        let (stream, continuation) = AsyncStream<Draft>.makeStream()
        drafts = continuation
        // In a task of its own, so that the events of an abort are still written; `close` waits for it, within bounds.
        sending = Task {
            for await draft in stream {
                do {
                    try await Self.send(draft, client: client, namespace: namespace, source: source, time: time)
                } catch {
                    logger.debug(
                        "event not written", metadata: ["reason": "\(draft.reason.rawValue)", "error": "\(error)"])
                }
            }
        }
    }

    func onEngine(_ reason: EventReason, warning: Bool = false, _ message: String) {
        guard let engine else { return }
        drafts.yield(
            Draft(
                object: engine, name: reason.rawValue + experiment + engine.uid, reason: reason, isWarning: warning,
                message: message, repeats: true))
    }

    func onResult(_ result: ObjectReference, _ reason: EventReason, warning: Bool = false, _ message: String) {
        drafts.yield(
            Draft(
                object: result, name: reason.rawValue + runID, reason: reason, isWarning: warning, message: message,
                repeats: false))
    }

    /// Returns when everything has been written, or after `limit`.
    func close(within limit: Duration = .seconds(5)) async {
        drafts.finish()
        let timer = Task { [sending] in
            try await ContinuousClock().sleep(for: limit)
            sending.cancel()
        }
        await sending.value
        timer.cancel()
    }

    deinit {
        drafts.finish()
        sending.cancel()
    }

    private static func send(
        _ draft: Draft, client: any APIClient, namespace: String, source: String, time: TimeSource
    ) async throws {
        let now = JSON.string(time.wallClock().description)
        var event = Event(name: draft.name, namespace: namespace)
        event.json["involvedObject"] = draft.object.json
        event.json["reason"] = .string(draft.reason.rawValue)
        event.json["type"] = draft.isWarning ? "Warning" : "Normal"
        event.json["message"] = .string(String(draft.message.prefix(1024)))
        event.json["source"] = ["component": .string(source)]
        event.json["count"] = 1
        event.json["firstTimestamp"] = now
        event.json["lastTimestamp"] = now
        do {
            _ = try await client.create(event)
        } catch let status as Status where status.isAlreadyExists {
            guard draft.repeats else { return }
            let changed = event
            try await client.amend(Event.self, namespace: namespace, name: draft.name) { known in
                known.json["count"] = .int(Int64((known.json["count"].int ?? 0) + 1))
                for key in ["type", "message", "source", "lastTimestamp"] { known.json[key] = changed.json[key] }
                return true
            }
        }
    }
}
