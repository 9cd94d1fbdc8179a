import KubernetesAPI

/// A condition of a workload's status.
struct Condition: Equatable {
    var type: String
    var status: String
    var reason: String
    var message: String

    init(_ type: String, _ status: Bool, reason: String, _ message: String) {
        self.init(type, status ? "True" : "False", reason: reason, message)
    }

    init(_ type: String, _ status: String, reason: String, _ message: String) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
    }
}

/// The conditions of a status, in their order.
struct Conditions: Equatable {
    private(set) var list: [JSON]

    init(_ status: JSON) { list = status["conditions"].array ?? [] }

    var json: JSON { list.isEmpty ? .null : .array(list) }

    subscript(type: String) -> JSON { list.first { $0["type"].string == type } ?? .null }

    func isTrue(_ type: String) -> Bool { self[type]["status"].string == "True" }

    /// Sets a condition. `lastTransitionTime` moves only with the status; one that says the same already stays as it is.
    /// - Parameter stampsUpdates: also keeps `lastUpdateTime`, which moves with every set that changes anything or
    ///   `touch`.
    mutating func set(_ condition: Condition, now: Timestamp, stampsUpdates: Bool = false, touch: Bool = false) {
        let old = self[condition.type]
        let says =
            old["status"].string == condition.status && old["reason"].string == condition.reason
            && (old["message"].string ?? "") == condition.message
        if says && !touch { return }
        var new: JSON = [
            "type": .string(condition.type), "status": .string(condition.status), "reason": .string(condition.reason),
            "message": .string(condition.message),
        ]
        let stamp = JSON.string(now.description)
        new["lastTransitionTime"] =
            old["status"].string == condition.status && !old["lastTransitionTime"].isNull
            ? old["lastTransitionTime"] : stamp
        if stampsUpdates { new["lastUpdateTime"] = stamp }
        if let index = list.firstIndex(where: { $0["type"].string == condition.type }) {
            list[index] = new
        } else {
            list.append(new)
        }
    }

    mutating func remove(_ type: String) { list.removeAll { $0["type"].string == type } }
}

extension JSON {
    /// A count as the API writes it.
    static func count(_ value: Int) -> JSON { .int(Int64(value)) }

    /// A count that is left out when it is zero.
    static func countOrNone(_ value: Int) -> JSON { value == 0 ? .null : .int(Int64(value)) }
}
