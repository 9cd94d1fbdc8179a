import KubernetesAPI
import OrderedCollections

/// Something that happened to an object, to be shown by `kubectl describe` and `kubectl get events`.
struct EventRecord: Sendable, Hashable {
    var object: ObjectReference
    var isWarning: Bool
    var reason: String
    var message: String
}

/// Decides whether an event is new or another of one already written. Keeps the most recent ones only.
struct EventAggregator: Sendable {
    struct Written: Sendable, Equatable {
        var key: ObjectKey
        var count: Int
    }

    private var written: OrderedDictionary<EventRecord, Written> = [:]
    private let capacity: Int

    init(capacity: Int = 4096) { self.capacity = capacity }

    /// The event that `record` repeats, its count already raised; nil for a first one.
    mutating func repetition(of record: EventRecord) -> Written? {
        guard var known = written.removeValue(forKey: record) else { return nil }
        known.count += 1
        written[record] = known
        return known
    }

    mutating func remember(_ record: EventRecord, as key: ObjectKey) {
        written.removeValue(forKey: record)
        written[record] = Written(key: key, count: 1)
        if written.count > capacity { written.removeFirst() }
    }

    mutating func forget(_ record: EventRecord) { written.removeValue(forKey: record) }
}

extension EventRecord {
    /// Events of cluster-scoped objects stand in `default`.
    var namespace: String { object.namespace.isEmpty ? "default" : object.namespace }

    /// A core/v1 `Event` for the first occurrence.
    func event(component: String, host: String, at now: Timestamp) -> Event {
        // Names of events are bounded by those of objects (253), the suffix takes up to 17.
        let name = "\(object.name.prefix(235)).\(String(now.microseconds * 1000, radix: 16))"
        var event = Event(name: name, namespace: namespace)
        event.json["involvedObject"] = object.json
        event.json["type"] = isWarning ? "Warning" : "Normal"
        event.json["reason"] = .string(reason)
        event.json["message"] = .string(String(message.prefix(1024)))
        event.json["source", "component"] = .string(component)
        if !host.isEmpty { event.json["source", "host"] = .string(host) }
        event.json["firstTimestamp"] = .string(now.description)
        event.json["lastTimestamp"] = .string(now.description)
        event.json["count"] = 1
        event.json["reportingComponent"] = .string(component)
        event.json["reportingInstance"] = .string(host)
        return event
    }

    static func repetition(count: Int, at now: Timestamp) -> Patch {
        .merge(["count": .int(Int64(count)), "lastTimestamp": .string(now.description)])
    }
}
