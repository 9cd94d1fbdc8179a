import KubernetesAPI

/// The two forms of one stored Event: core/v1 and events.k8s.io/v1 name the same fields differently.
public enum EventVersions {
    /// Field names of core/v1 and of events.k8s.io/v1.
    private static let names = [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ]

    /// A core/v1 Event as events.k8s.io/v1 shows it.
    public static func events(fromCore event: JSON) -> JSON {
        var result = event
        result["apiVersion"] = "events.k8s.io/v1"
        for (core, events) in names { rename(core, to: events, in: &result) }
        return result
    }

    /// An events.k8s.io/v1 Event as core/v1 shows it, which is the form to store.
    public static func core(fromEvents event: JSON) -> JSON {
        var result = event
        result["apiVersion"] = "v1"
        for (core, events) in names { rename(events, to: core, in: &result) }
        return result
    }

    /// The core/v1 path of a field of events.k8s.io/v1, such as `involvedObject.name` of `regarding.name`.
    public static func coreField(_ path: String) -> String {
        var parts = path.split(separator: ".").map(String.init)
        guard let first = parts.first, let pair = names.first(where: { $0.1 == first }) else { return path }
        parts[0] = pair.0
        return parts.joined(separator: ".")
    }

    private static func rename(_ old: String, to new: String, in event: inout JSON) {
        let value = event[old]
        guard !value.isNull else { return }
        event[old] = .null
        event[new] = value
    }
}
