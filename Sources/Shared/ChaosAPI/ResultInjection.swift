import KubernetesAPI

/// One entry of `status.injections` of a ChaosResult: what one fault did to one target, asked and measured. Additive to
/// Litmus.
public struct ResultInjection: JSONView {
    /// What the measurement says of the effect.
    public enum Effect: String, Sendable, Hashable, Codable, CaseIterable {
        /// The measured effect is the one that was asked for.
        case confirmed
        /// The target did not feel it.
        case notInjected = "not injected"
        /// Nothing contradicts it, but there was too little to measure, such as on an idle target.
        case inconclusive
    }

    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// An effect without measurement and times.
    public init(target: InjectionTarget, action: String, mechanism: String, effect: Effect, asked: Double, unit: String)
    {
        json = [:]
        self.target = target
        self.action = action
        self.mechanism = mechanism
        self.effect = effect
        self.asked = asked
        self.unit = unit
    }

    public var target: InjectionTarget {
        get { InjectionTarget(json: json["target"]) }
        set { json["target"] = newValue.json }
    }
    /// What was done, for people: `lose 30 % of egress on eth0`.
    public var action: String {
        get { json.text("action") }
        set { json.setText("action", newValue) }
    }
    /// By which means: `nftables netdev egress hook`.
    public var mechanism: String {
        get { json.text("mechanism") }
        set { json.setText("mechanism", newValue) }
    }
    /// nil for a text that is none.
    public var effect: Effect? {
        get { json["effect"].string.flatMap(Effect.init) }
        set { json["effect"] = newValue.map { .string($0.rawValue) } ?? .null }
    }
    /// In `unit`; nil where absent.
    public var asked: Double? {
        get { json["asked"].double }
        set { json["asked"] = newValue.map(JSON.number) ?? .null }
    }
    /// In `unit`; nil where nothing could be measured.
    public var measured: Double? {
        get { json["measured"].double }
        set { json["measured"] = newValue.map(JSON.number) ?? .null }
    }
    /// `%`, `cores`, `restarts`, `pods`.
    public var unit: String {
        get { json.text("unit") }
        set { json.setText("unit", newValue) }
    }
    /// What the figure rests on, for people: `588 of 2000 packets`.
    public var sample: String {
        get { json.text("sample") }
        set { json.setText("sample", newValue) }
    }
    /// RFC 3339 with milliseconds.
    public var injectedAt: Timestamp? {
        get { json["injectedAt"].string.flatMap(Timestamp.init) }
        set { json["injectedAt"] = newValue.map { .string($0.milliTime) } ?? .null }
    }
    /// RFC 3339 with milliseconds; nil while it lasts, and for what cannot be undone.
    public var revertedAt: Timestamp? {
        get { json["revertedAt"].string.flatMap(Timestamp.init) }
        set { json["revertedAt"] = newValue.map { .string($0.milliTime) } ?? .null }
    }
    /// What else there is to say; empty mostly.
    public var remark: String {
        get { json.text("remark") }
        set { json.setText("remark", newValue) }
    }
}

/// `status.injections[].target`: an object of the cluster, or one container of it.
public struct InjectionTarget: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public init(kind: String = "pod", namespace: String = "", name: String, container: String = "", node: String = "") {
        json = [:]
        json.setText("kind", kind)
        json.setText("namespace", namespace)
        json.setText("name", name)
        json.setText("container", container)
        json.setText("node", node)
    }

    /// `pod`, `node`, `deployment`, …
    public var kind: String { json.text("kind") }
    /// Empty for objects of no namespace.
    public var namespace: String { json.text("namespace") }
    public var name: String { json.text("name") }
    /// Empty where the target is the object as a whole.
    public var container: String { json.text("container") }
    /// Where it ran.
    public var node: String { json.text("node") }
}

extension ChaosResult {
    /// What the run did and what was felt of it, in the order of injection: additive to Litmus.
    public var injections: [ResultInjection] {
        get { (json["status", "injections"].array ?? []).map(ResultInjection.init) }
        set { json["status", "injections"] = newValue.isEmpty ? .null : .array(newValue.map(\.json)) }
    }
}

extension JSON {
    /// Whole numbers as integers, so that a value equals itself after its way through the API.
    fileprivate static func number(_ value: Double) -> JSON {
        Int64(exactly: value).map(JSON.int) ?? .double(value)
    }

    fileprivate func text(_ key: String) -> String { self[key].string ?? "" }

    fileprivate mutating func setText(_ key: String, _ value: String) {
        self[key] = value.isEmpty ? .null : .string(value)
    }
}
