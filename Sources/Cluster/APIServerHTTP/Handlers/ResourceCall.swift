import EmbeddedAPIServer
import HTTPTypes
import Hummingbird
import KubernetesAPI
import NIOCore
import ResourceSchema

/// One request for a resource, with all that is needed to answer it.
struct ResourceCall: Sendable {
    let path: ResourcePath
    let request: APIRequest
    let resource: ServedResource
    let identity: Identity
    let backend: any APIBackend

    private var client: any APIClient { backend.client(as: identity) }

    private var name: String { path.name ?? "" }

    /// Tables and metadata are of the resource itself; another kind's subresource is written as it is.
    func writer() throws -> ObjectWriter {
        let isOwnKind = path.subresource == nil || path.subresource == "status"
        let accept = try Accept(request.headers[.accept], offersShapes: isOwnKind)
        return try ObjectWriter(accept, resource, query: request.query)
    }

    func get() async throws -> Reply {
        let writer = try writer()
        let object = try await backend.get(
            path.type, namespace: path.namespace, name: name, subresource: path.subresource, as: identity)
        return Reply(contentType: writer.contentType, try writer.object(object))
    }

    func list() async throws -> Reply {
        let writer = try writer()
        let list = try await backend.list(
            path.type, namespace: path.namespace, options: try request.query.listOptions(), as: identity)
        return Reply(contentType: writer.contentType, try writer.list(list))
    }

    func create() async throws -> Reply {
        let writer = try writer()
        let options = try writeOptions()
        let decoded = try await object(options)
        let created = try await client.create(
            path.type, namespace: path.namespace, name: path.name, subresource: path.subresource,
            object: decoded.json, options: options)
        return try reply(created, writer, .created, warnings: decoded.warnings + unknown(in: decoded.json, options))
    }

    func update() async throws -> Reply {
        let writer = try writer()
        let options = try writeOptions()
        let decoded = try await object(options)
        let updated = try await client.update(
            path.type, namespace: path.namespace, name: name, subresource: path.subresource, object: decoded.json,
            options: options)
        return try reply(updated, writer, warnings: decoded.warnings + unknown(in: decoded.json, options))
    }

    func patch() async throws -> Reply {
        let writer = try writer()
        let options = try writeOptions()
        let (patch, warnings) = try BodyDecoder(fieldValidation: options.fieldValidation)
            .patch(try await request.collectBody(), contentType: request.headers[.contentType])
        if case .apply = patch, request.query["fieldManager"] == nil {
            throw Status.badRequest(
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch")
        }
        let patched = try await client.patch(
            path.type, namespace: path.namespace, name: name, subresource: path.subresource, patch: patch,
            options: options)
        guard case .apply(let config) = patch else { return try reply(patched, writer, warnings: warnings) }
        return try reply(patched, writer, warnings: warnings + unknown(in: config, options))
    }

    func delete() async throws -> Reply {
        let writer = try writer()
        let options = try await deleteOptions()
        let deleted = try await client.delete(path.type, namespace: path.namespace, name: name, options: options)
        return try reply(deleted, writer)
    }

    func deleteCollection() async throws -> Reply {
        let options = try await deleteOptions()
        try await client.deleteCollection(
            path.type, namespace: path.namespace, list: try request.query.listOptions(), options: options)
        return Reply(
            json: [
                "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success",
                "details": ["group": .string(path.type.group), "kind": .string(path.type.resource)],
            ])
    }

    private func writeOptions() throws -> WriteOptions {
        try request.query.writeOptions(userAgent: request.headers[.userAgent])
    }

    /// What is said of fields that the kind does not have, for clients that asked to be warned.
    private func unknown(in object: JSON, _ options: WriteOptions) -> [String] {
        guard options.fieldValidation == "Warn", path.subresource == nil else { return [] }
        return resource.schema.unknownFields(in: object)
    }

    private func object(_ options: WriteOptions) async throws -> BodyDecoder.Decoded {
        try BodyDecoder(fieldValidation: options.fieldValidation)
            .object(try await request.collectBody(), contentType: request.headers[.contentType])
    }

    private func deleteOptions() async throws -> DeleteOptions {
        let body = try await request.collectBody()
        guard body.readableBytes > 0 else { return try request.query.deleteOptions(body: nil) }
        let decoded = try BodyDecoder(fieldValidation: "Ignore")
            .object(body, contentType: request.headers[.contentType])
        return try request.query.deleteOptions(body: decoded.json)
    }

    private func reply(
        _ json: JSON, _ writer: ObjectWriter, _ status: HTTPResponse.Status = .ok, warnings: [String] = []
    ) throws -> Reply {
        var reply = Reply(status, contentType: writer.contentType, try writer.object(StoredObject(json: json)))
        reply.warn(warnings)
        return reply
    }
}
