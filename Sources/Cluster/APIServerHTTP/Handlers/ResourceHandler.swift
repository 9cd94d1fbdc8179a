import EmbeddedAPIServer
import HTTPTypes
import Hummingbird
import KubernetesAPI
import NIOCore
import ResourceSchema

/// Answers for collections, objects and subresources.
struct ResourceHandler: Sendable {
    let backend: any APIBackend
    let catalog: ServedCatalog

    func reply(to path: ResourcePath, _ request: APIRequest, as identity: Identity) async throws -> Reply {
        guard let resource = await catalog.snapshot()[path.type] else {
            throw try await refusal(ofUnknown: path, request, as: identity)
        }
        let operation = try Operation(path, request, resource)
        let call = ResourceCall(
            path: path, request: request, resource: resource, identity: identity, backend: backend)
        switch operation {
        case .get: return try await call.get()
        case .list: return try await call.list()
        case .watch: return try await call.watch()
        case .log: return try await call.log()
        case .exec: return try await call.exec()
        case .create: return try await call.create()
        case .update: return try await call.update()
        case .patch: return try await call.patch()
        case .delete: return try await call.delete()
        case .deleteCollection: return try await call.deleteCollection()
        }
    }

    /// That there is no such kind is told to those who might use it if there were.
    private func refusal(
        ofUnknown path: ResourcePath, _ request: APIRequest, as identity: Identity
    ) async throws -> Status {
        let isWatch = try path.isLegacyWatch || request.query.isWatch
        guard let operation = Operation(method: request.method, isCollection: path.name == nil, isWatch: isWatch) else {
            return Status.wrongMethod
        }
        let attributes = RequestAttributes(
            verb: operation.verb, group: path.type.group, version: path.type.version, resource: path.type.resource,
            subresource: path.subresource ?? "", namespace: path.namespace ?? "", name: path.name ?? "")
        switch await backend.authorize(attributes, for: identity) {
        case .allowed: return Status.noSuchResource
        case .denied: return Status.forbidden(path.type, name: attributes.name, attributes.denial(for: identity))
        }
    }
}

/// What a method on a resource path means.
enum Operation: Equatable {
    case get, list, watch, log, exec, create, update, patch, delete, deleteCollection

    /// - Throws: `Status` 404 where nothing can be, 405 where something else can be done.
    init(_ path: ResourcePath, _ request: APIRequest, _ resource: ServedResource) throws {
        try self.init(
            path, method: request.method, isWatch: path.isLegacyWatch || request.query.isWatch, resource)
    }

    init(_ path: ResourcePath, method: HTTPRequest.Method, isWatch: Bool, _ resource: ServedResource) throws {
        let isNamespaced = resource.type.isNamespaced
        // A cluster-scoped resource in a namespace, or an object without the namespace it must be in.
        guard isNamespaced || path.namespace == nil, !isNamespaced || path.name == nil || path.namespace != nil else {
            throw Status.noSuchResource
        }
        if let subresource = path.subresource {
            self = try Self.onSubresource(subresource, path, method, resource)
            return
        }
        guard let operation = Operation(method: method, isCollection: path.name == nil, isWatch: isWatch),
            operation != .create || !isNamespaced || path.namespace != nil,
            resource.verbs.contains(operation.verb)
        else { throw Status.wrongMethod }
        self = operation
    }

    /// What a method means on a collection or an object; nil when it means nothing.
    init?(method: HTTPRequest.Method, isCollection: Bool, isWatch: Bool) {
        switch (method, isCollection) {
        case (.get, _) where isWatch: self = .watch
        case (.get, false): self = .get
        case (.get, true): self = .list
        case (.post, true): self = .create
        case (.put, false): self = .update
        case (.patch, false): self = .patch
        case (.delete, false): self = .delete
        case (.delete, true): self = .deleteCollection
        default: return nil
        }
    }

    private static func onSubresource(
        _ name: String, _ path: ResourcePath, _ method: HTTPRequest.Method, _ resource: ServedResource
    ) throws -> Operation {
        // These need a connection that is upgraded to a stream of its own.
        if ["attach", "portforward", "proxy"].contains(name) {
            throw Status(
                code: 501, reason: "NotImplemented",
                message: "the embedded cluster does not offer \(path.type.resource)/\(name)")
        }
        guard resource.subresources.contains(name), path.rest.isEmpty else { throw Status.noSuchResource }
        let verbs = Subresource(name, of: resource).verbs
        let operation: Operation? =
            switch method {
            case .get where name == "exec", .post where name == "exec": .exec
            case .get: name == "log" ? .log : .get
            case .post: .create
            case .put: .update
            case .patch: .patch
            default: nil
            }
        guard let operation, operation == .exec || verbs.contains(operation.verb) else { throw Status.wrongMethod }
        return operation
    }

    var verb: String {
        switch self {
        case .get, .log, .exec: "get"
        case .list: "list"
        case .watch: "watch"
        case .create: "create"
        case .update: "update"
        case .patch: "patch"
        case .delete: "delete"
        case .deleteCollection: "deletecollection"
        }
    }
}
