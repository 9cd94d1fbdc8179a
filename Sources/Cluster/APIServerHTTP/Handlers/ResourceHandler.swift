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
        guard let resource = await catalog.snapshot()[path.type] else { throw Status.noSuchPath }
        let operation = try Operation(path, request, resource)
        let call = ResourceCall(
            path: path, request: request, resource: resource, identity: identity, backend: backend)
        switch operation {
        case .get: return try await call.get()
        case .list: return try await call.list()
        case .watch: return try await call.watch()
        case .log: return try await call.log()
        case .create: return try await call.create()
        case .update: return try await call.update()
        case .patch: return try await call.patch()
        case .delete: return try await call.delete()
        case .deleteCollection: return try await call.deleteCollection()
        }
    }
}

/// What a method on a resource path means.
enum Operation: Equatable {
    case get, list, watch, log, create, update, patch, delete, deleteCollection

    /// - Throws: `Status` 404 where nothing can be, 405 where something else can be done.
    init(_ path: ResourcePath, _ request: APIRequest, _ resource: ServedResource) throws {
        try self.init(
            path, method: request.method, isWatch: path.isLegacyWatch || request.query.isWatch, resource)
    }

    init(_ path: ResourcePath, method: HTTPRequest.Method, isWatch: Bool, _ resource: ServedResource) throws {
        let isNamespaced = resource.type.isNamespaced
        // A cluster-scoped resource in a namespace, or an object without the namespace it must be in.
        guard isNamespaced || path.namespace == nil, !isNamespaced || path.name == nil || path.namespace != nil else {
            throw Status.noSuchPath
        }
        if let subresource = path.subresource {
            self = try Self.onSubresource(subresource, path, method, resource)
            return
        }
        switch (method, path.name) {
        case (.get, _) where isWatch: self = .watch
        case (.get, .some): self = .get
        case (.get, nil): self = .list
        case (.post, nil) where !isNamespaced || path.namespace != nil: self = .create
        case (.put, .some): self = .update
        case (.patch, .some): self = .patch
        case (.delete, .some): self = .delete
        case (.delete, nil): self = .deleteCollection
        default: throw Status.wrongMethod
        }
        guard resource.verbs.contains(verb) else { throw Status.wrongMethod }
    }

    private static func onSubresource(
        _ name: String, _ path: ResourcePath, _ method: HTTPRequest.Method, _ resource: ServedResource
    ) throws -> Operation {
        // These need a connection that is upgraded to a stream of its own.
        if ["exec", "attach", "portforward", "proxy"].contains(name) {
            throw Status(
                code: 501, reason: "NotImplemented",
                message: "the embedded cluster does not offer \(path.type.resource)/\(name)")
        }
        guard resource.subresources.contains(name), path.rest.isEmpty else { throw Status.noSuchPath }
        let verbs = Subresource(name, of: resource).verbs
        let operation: Operation? =
            switch method {
            case .get: name == "log" ? .log : .get
            case .post: .create
            case .put: .update
            case .patch: .patch
            default: nil
            }
        guard let operation, verbs.contains(operation.verb) else { throw Status.wrongMethod }
        return operation
    }

    var verb: String {
        switch self {
        case .get, .log: "get"
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
