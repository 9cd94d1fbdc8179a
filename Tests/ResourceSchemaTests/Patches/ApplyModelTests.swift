import KubernetesAPI
import Testing

@testable import ResourceSchema

/// Random managers against the rules that hold whatever they do.
@Suite struct ApplyModelTests {
    @Test("after any sequence of applies and updates, ownership and values agree with a plain model", arguments: 1...60)
    func sequences(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var model = Model()
        var live: JSON?
        for step in 0..<25 {
            let manager = ["a", "b", "c"].randomElement(using: &random) ?? "a"
            let wanted = Model.randomFields(&random)
            let now = Timestamp(microseconds: Int64(step) * 1_000_000)
            if Bool.random(using: &random) || live == nil {
                let force = Bool.random(using: &random)
                let expected = model.apply(wanted, by: manager, force: force)
                do {
                    live = try ServerSideApply.apply(
                        live: live, config: Model.object(wanted), manager: manager, force: force,
                        schema: PatchFixtures.deployment, now: now)
                    #expect(expected, "step \(step): the model has a conflict")
                } catch let status as Status {
                    #expect(status.code == 409)
                    #expect(!expected, "step \(step): \(status.message)")
                }
            } else {
                let changed = model.update(wanted, by: manager)
                var object = Model.object(changed)
                object["metadata", "managedFields"] = live?["metadata", "managedFields"] ?? .null
                live = ManagedFields.track(
                    old: live, new: object, manager: manager, schema: PatchFixtures.deployment, now: now)
            }
            #expect(Model.fields(live ?? .null) == model.values, "step \(step)")
        }
    }

    /// Values by field, owners by field: server-side apply without trees.
    private struct Model {
        var values: [String: Int64] = [:]
        var owners: [String: Set<String>] = [:]

        static func randomFields(_ random: inout SeededGenerator) -> [String: Int64] {
            var fields: [String: Int64] = [:]
            for field in ["replicas", "label/x", "label/y", "env/A", "env/B"] where Bool.random(using: &random) {
                fields[field] = Int64.random(in: 0..<3, using: &random)
            }
            return fields
        }

        /// An element of a list is owned apart from its value.
        private static func item(_ field: String) -> String? {
            field.hasPrefix("env/") ? "item-\(field)" : nil
        }

        private mutating func remove(_ field: String) {
            values[field] = nil
            owners[field] = nil
            if let item = Self.item(field) { owners[item] = nil }
        }

        /// - Returns: false on a conflict, when nothing changes.
        mutating func apply(_ wanted: [String: Int64], by manager: String, force: Bool) -> Bool {
            let applier = "\(manager)/Apply"
            for (field, value) in wanted where values[field] != value {
                if !force, !(owners[field] ?? []).subtracting([applier]).isEmpty { return false }
            }
            for (field, value) in wanted {
                if values[field] != value { owners[field] = [] }
                values[field] = value
                owners[field, default: []].insert(applier)
                if let item = Self.item(field) { owners[item, default: []].insert(applier) }
            }
            for field in values.keys where wanted[field] == nil {
                let item = Self.item(field) ?? field
                if owners[item]?.remove(applier) != nil, owners[item]?.isEmpty == true {
                    remove(field)
                } else if owners[field]?.remove(applier) != nil, owners[field]?.isEmpty == true {
                    values[field] = nil
                }
            }
            return true
        }

        /// - Returns: the whole object's fields after the update, which removes what it does not name.
        mutating func update(_ wanted: [String: Int64], by manager: String) -> [String: Int64] {
            let updater = "\(manager)/Update"
            for field in Set(values.keys).union(owners.keys.filter { !$0.hasPrefix("item-") })
            where wanted[field] == nil {
                remove(field)
            }
            for (field, value) in wanted where values[field] != value {
                owners[field] = [updater]
                if let item = Self.item(field), owners[item] == nil { owners[item] = [updater] }
            }
            values = wanted
            return wanted
        }

        static func object(_ fields: [String: Int64]) -> JSON {
            PatchFixtures.deployment { json in
                if let replicas = fields["replicas"] { json["spec", "replicas"] = .int(replicas) }
                for name in ["x", "y"] {
                    if let value = fields["label/\(name)"] { json["metadata", "labels", name] = "\(value)" }
                }
                let env = ["A", "B"].compactMap { name -> JSON? in
                    fields["env/\(name)"].map { ["name": .string(name), "value": "\($0)"] }
                }
                json["spec", "template", "spec", "containers"] = [["name": "web", "env": .array(env)]]
            }
        }

        static func fields(_ object: JSON) -> [String: Int64] {
            var fields: [String: Int64] = [:]
            if let replicas = object["spec", "replicas"].int { fields["replicas"] = Int64(replicas) }
            for (name, value) in object["metadata", "labels"].stringMap { fields["label/\(name)"] = Int64(value) }
            for entry in PatchFixtures.containers(object).first?["env"].array ?? [] {
                fields["env/\(entry["name"].string ?? "")"] = Int64(entry["value"].string ?? "")
            }
            return fields
        }
    }
}
