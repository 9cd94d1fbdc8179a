import KubernetesAPI
import Synchronization
import Testing

@testable import EmbeddedAPIServer

/// The API server against a dictionary.
@Suite("Random operations")
struct RandomOperationsTests {
    /// What a watcher has seen.
    private struct Seen: Sendable {
        var objects: [String: JSON] = [:]
        var versions: [UInt64] = []
        var problems: [String] = []

        mutating func take(_ event: WatchEvent) {
            let name = event.object["metadata", "name"].string ?? ""
            if let version = UInt64(event.object["metadata", "resourceVersion"].string ?? "") {
                if version <= versions.last ?? 0 { problems.append("\(version) after \(versions.last ?? 0)") }
                versions.append(version)
            }
            switch event {
            case .added(let object):
                if objects.updateValue(object, forKey: name) != nil { problems.append("added twice: \(name)") }
            case .modified(let object):
                if objects.updateValue(object, forKey: name) == nil {
                    problems.append("modified before added: \(name)")
                }
            case .deleted:
                if objects.removeValue(forKey: name) == nil { problems.append("deleted before added: \(name)") }
            case .bookmark: break
            }
        }
    }

    private static let last = "the-end"

    private func follow(_ client: any APIClient, _ labels: LabelSelector) async throws -> Seen {
        var seen = Seen()
        let options = ListOptions(labelSelector: labels, resourceVersion: try await client.version())
        for try await event in try await client.watch(ConfigMap.type.gvr, namespace: "test", options: options) {
            if event.object["metadata", "name"].string == Self.last { break }
            seen.take(event)
        }
        return seen
    }

    @Test("equal a dictionary's, and watchers see every change once and in order")
    func model() async throws {
        let seed = SeededGenerator.seed
        let test = try await TestServer()
        let client = test.client
        let selector = LabelSelector(matching: ["colour": "red"])
        let before = test.server.store.openWatches
        async let all = (0..<4).asyncMap { _ in try await follow(client, .everything) }
        async let red = follow(client, selector)
        while test.server.store.openWatches < before + 5 { await Task.yield() }

        var random = SeededGenerator(seed: seed)
        var model: [String: JSON] = [:]
        for step in 0..<800 {
            try await perform(step, client, &model, &random)
        }
        let listed = try await client.list(ConfigMap.self, namespace: "test")
        #expect(listed.map(\.name) == model.keys.sorted(), "seed \(seed)")
        #expect(listed.map(\.json) == model.keys.sorted().compactMap { model[$0] }, "seed \(seed)")
        let redNow = try await client.list(ConfigMap.self, namespace: "test", labels: selector)
        #expect(Set(redNow.map(\.name)) == Set(model.filter { $0.value["metadata", "labels", "colour"] == "red" }.keys))

        _ = try await client.create(configMap(Self.last, labels: ["colour": "red"]))
        for seen in try await all {
            #expect(seen.problems.isEmpty, "seed \(seed)")
            #expect(seen.objects == model, "seed \(seed)")
        }
        let seenRed = try await red
        #expect(seenRed.problems.isEmpty, "seed \(seed)")
        #expect(seenRed.objects == model.filter { $0.value["metadata", "labels", "colour"] == "red" }, "seed \(seed)")
    }

    private func perform(
        _ step: Int, _ client: any APIClient, _ model: inout [String: JSON], _ random: inout SeededGenerator
    ) async throws {
        let name = "o\(Int.random(in: 0..<30, using: &random))"
        let colour = ["red", "blue"][Int.random(in: 0..<2, using: &random)]
        let present = model[name]
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
            let answer = await status {
                model[name] = try await client.create(
                    configMap(name, ["step": "\(step)"], labels: ["colour": colour])
                ).json
            }
            #expect((answer == nil) == (present == nil))
            #expect(answer == nil || answer?.isAlreadyExists == true)
        case 2:
            var map = ConfigMap(json: present ?? configMap(name).json)
            map.data["step"] = "\(step)"
            let answer = await status { model[name] = try await client.update(map).json }
            #expect((answer == nil) == (present != nil))
        case 3:
            let patch: JSON = ["metadata": ["labels": ["colour": .string(colour)]]]
            let answer = await status {
                model[name] = try await client.patch(
                    ConfigMap.self, namespace: "test", name: name, .merge(patch)
                ).json
            }
            #expect((answer == nil) == (present != nil))
        default:
            let answer = await status {
                try await client.delete(ConfigMap.type.gvr, namespace: "test", name: name, options: DeleteOptions())
            }
            #expect(answer?.isNotFound == (present == nil ? true : nil))
            model[name] = nil
        }
    }

    @Test("by many writers at once, with conflicts retried, lose no change")
    func counters() async throws {
        let test = try await TestServer()
        _ = try await test.client.create(configMap("counter", ["count": "0"]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<25 {
                        try await test.client.modify(ConfigMap.self, namespace: "test", name: "counter") { map in
                            map.data["count"] = String((Int(map.data["count"] ?? "") ?? 0) + 1)
                            return true
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await test.client.get(ConfigMap.self, namespace: "test", name: "counter").data["count"] == "200")
    }
}

extension Sequence where Element: Sendable {
    /// The results of running `body` for all elements at once.
    func asyncMap<T: Sendable>(_ body: @escaping @Sendable (Element) async throws -> T) async throws -> [T] {
        try await withThrowingTaskGroup(of: T.self) { group in
            for element in self { group.addTask { try await body(element) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
