import KubernetesAPI
import Synchronization

/// A part of a shared cluster that looks like a cluster of its own: namespaces and the group of the custom kind have
/// other names there, and what others own is not seen.
final class TenantClient: APIClient {
    private static let group = "conformance.litmus.io"
    /// Made by controllers in each namespace.
    private static let foreign: Set<String> = ["kube-root-ca.crt"]

    private let real: any APIClient
    private let prefix: String
    private let group: String

    init(_ real: any APIClient, id: String) {
        self.real = real
        prefix = "litmus-test-\(id)-"
        group = "c\(id).\(Self.group)"
    }

    /// Removes what is left of the tenant. Namespaces end by themselves after that.
    func remove() async throws {
        // Also after a test that was cancelled, and when the server is just being restarted.
        try await Task {
            let deadline = ContinuousClock.now + .seconds(30)
            while true {
                do {
                    return try await self.removeOnce()
                } catch  where ContinuousClock.now < deadline {
                    try await Task.sleep(for: .seconds(1))
                }
            }
        }.value
    }

    private func removeOnce() async throws {
        try await real.delete(CustomResourceDefinition.self, name: "\(Widget.type.plural).\(group)")
        for namespace in try await real.list(Namespace.self) where namespace.name.hasPrefix(prefix) {
            try await real.delete(Namespace.self, name: namespace.name)
        }
    }

    // MARK: Names

    private func outward(namespace: String?) -> String? { namespace.map { $0.isEmpty ? $0 : prefix + $0 } }

    private func outward(_ type: GroupVersionResource) -> GroupVersionResource {
        var type = type
        if type.group == Self.group { type.group = group }
        return type
    }

    private func outward(_ type: GroupVersionResource, name: String) -> String {
        type.resource == "namespaces" && !name.isEmpty ? prefix + name : outward(text: name)
    }

    private func outward(text: String) -> String { text.replacing(Self.group, with: group) }

    private func outward(_ type: GroupVersionResource, object: JSON) -> JSON {
        var object = outward(value: object, key: "")
        if type.resource == "namespaces", let name = object["metadata", "name"].string {
            object["metadata", "name"] = .string(prefix + name)
        }
        return object
    }

    private func outward(value: JSON, key: String) -> JSON {
        switch value {
        case .string(let text):
            .string(key == "namespace" && !text.isEmpty ? prefix + text : outward(text: text))
        case .array(let elements): .array(elements.map { outward(value: $0, key: key) })
        case .object(let members):
            .object(
                .init(uniqueKeysWithValues: members.map { ($0.key, outward(value: $0.value, key: $0.key)) }))
        default: value
        }
    }

    private func outward(_ options: ListOptions) -> ListOptions {
        var options = options
        let fields = options.fieldSelector.description.replacing(
            "metadata.namespace=", with: "metadata.namespace=\(prefix)")
        if let selector = try? FieldSelector(parsing: fields) { options.fieldSelector = selector }
        return options
    }

    private func inward(text: String) -> String {
        text.replacing(prefix, with: "").replacing(group, with: Self.group)
    }

    private func inward(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(inward(text: text))
        case .array(let elements): .array(elements.map(inward))
        case .object(let members): .object(members.mapValues(inward))
        default: value
        }
    }

    private func inward(_ error: any Error) -> any Error {
        guard var status = error as? Status else { return error }
        status.message = inward(text: status.message)
        status.details = inward(status.details)
        return status
    }

    /// - Returns: nil for what is not the tenant's.
    private func own(_ object: JSON) -> JSON? {
        let meta = object["metadata"]
        let namespace = meta["namespace"].string ?? (object["kind"] == "Namespace" ? meta["name"].string : nil)
        if let namespace, !namespace.hasPrefix(prefix) { return nil }
        if let name = meta["name"].string, Self.foreign.contains(name) { return nil }
        return inward(object)
    }

    private func asking<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw inward(error)
        }
    }

    // MARK: APIClient

    func get(_ type: GroupVersionResource, namespace: String?, name: String, subresource: String?) async throws -> JSON
    {
        try await asking {
            inward(
                try await real.get(
                    outward(type), namespace: outward(namespace: namespace), name: outward(type, name: name),
                    subresource: subresource))
        }
    }

    func list(_ type: GroupVersionResource, namespace: String?, options: ListOptions) async throws -> ObjectList {
        try await asking {
            var list = try await real.list(
                outward(type), namespace: outward(namespace: namespace), options: outward(options))
            list.items = list.items.compactMap(own)
            return list
        }
    }

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await asking {
            let made = try await real.create(
                outward(type), namespace: outward(namespace: namespace), name: name.map { outward(type, name: $0) },
                subresource: subresource, object: outward(type, object: object), options: options)
            if type.resource == "customresourcedefinitions" { try await waitUntilServed(made) }
            if type.resource == "namespaces" {
                try await waitUntilFurnished(prefix + (name ?? inward(made)["metadata", "name"].string ?? ""))
            }
            return inward(made)
        }
    }

    /// Controllers put an account and a ConfigMap into a new namespace; tests begin when they have done so.
    private func waitUntilFurnished(_ namespace: String) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let account = try await real.find(ServiceAccount.self, namespace: namespace, name: "default")
            let map = try await real.find(ConfigMap.self, namespace: namespace, name: "kube-root-ca.crt")
            if account != nil, map != nil { return }
            guard ContinuousClock.now < deadline else {
                throw Status.internalError("no controller has furnished the namespace \(namespace) after 20 s")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// A definition is served some time after it was made.
    private func waitUntilServed(_ definition: JSON) async throws {
        let type = GroupVersionResource(
            group: group, version: definition["spec", "versions"].array?.first?["name"].string ?? "",
            resource: definition["spec", "names", "plural"].string ?? "")
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            do {
                _ = try await real.list(type, namespace: nil, options: ListOptions())
                if try await real.resourceTypes().contains(where: { $0.group == group }) { return }
            } catch let status as Status where status.isNotFound {}
            guard ContinuousClock.now < deadline else { throw Status.internalError("\(type) is not served after 20 s") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await asking {
            inward(
                try await real.update(
                    outward(type), namespace: outward(namespace: namespace), name: outward(type, name: name),
                    subresource: subresource, object: outward(type, object: object), options: options))
        }
    }

    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        try await asking {
            let patch: Patch =
                switch patch {
                case .json: patch
                case .merge(let json): .merge(outward(type, object: json))
                case .strategicMerge(let json): .strategicMerge(outward(type, object: json))
                case .apply(let json): .apply(outward(type, object: json))
                }
            return inward(
                try await real.patch(
                    outward(type), namespace: outward(namespace: namespace), name: outward(type, name: name),
                    subresource: subresource, patch: patch, options: options))
        }
    }

    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        try await asking {
            inward(
                try await real.delete(
                    outward(type), namespace: outward(namespace: namespace), name: outward(type, name: name),
                    options: options))
        }
    }

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        try await asking {
            try await real.deleteCollection(
                outward(type), namespace: outward(namespace: namespace), list: outward(list), options: options)
        }
    }

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        try await asking {
            let events = try await real.watch(
                outward(type), namespace: outward(namespace: namespace), options: outward(options))
            return AsyncThrowingStream {
                // Each reading goes on where the one before ended.
                for try await event in events {
                    switch event {
                    case .bookmark(let object): return .bookmark(self.inward(object))
                    case .added(let object): if let own = self.own(object) { return .added(own) }
                    case .modified(let object): if let own = self.own(object) { return .modified(own) }
                    case .deleted(let object): if let own = self.own(object) { return .deleted(own) }
                    }
                }
                return nil
            }
        }
    }

    func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        try await asking { try await real.podLog(namespace: prefix + namespace, name: name, options: options) }
    }

    func exec(namespace: String, name: String, options: ExecOptions) async throws -> any ExecSession {
        try await asking { try await real.exec(namespace: prefix + namespace, name: name, options: options) }
    }

    func resourceTypes() async throws -> [ResourceType] {
        try await real.resourceTypes().map { type in
            var type = type
            if type.group == group { type.group = Self.group }
            return type
        }
    }
}
