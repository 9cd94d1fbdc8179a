import KubernetesAPI
import NIOCore
import ResourceSchema

/// Turns a request's body into a JSON value, by its Content-Type. Pure; every refusal is a `Status`.
struct BodyDecoder {
    /// Bytes; larger bodies are refused, as by any Kubernetes API server.
    static let limit = 3 * 1024 * 1024

    /// A body and what it warned about.
    struct Decoded {
        var json: JSON
        /// For `Warning` headers.
        var warnings: [String] = []
    }

    /// `Ignore`, `Warn` or `Strict`; empty means Warn.
    var fieldValidation: String

    /// The body of a create or update.
    /// - Parameter contentType: none means JSON.
    func object(_ body: ByteBuffer, contentType: String?) throws -> Decoded {
        let decoded: Decoded
        switch MediaRange(contentType ?? "application/json").type {
        case "application/json", "": decoded = try json(body)
        case "application/yaml", "application/x-yaml", "text/yaml": decoded = try yaml(body)
        case "application/vnd.kubernetes.protobuf":
            decoded = Decoded(json: try ProtobufDecoder.decode(Array(body.readableBytesView)))
        case let other:
            throw Status.unsupportedMediaType(
                "the body of the request was in an unknown format \"\(other)\" - accepted media types include: "
                    + "application/json, application/yaml, application/vnd.kubernetes.protobuf")
        }
        guard case .object = decoded.json else {
            throw Status.badRequest("the request body must be an object, not \(article(decoded.json.typeName))")
        }
        return decoded
    }

    func patch(_ body: ByteBuffer, contentType: String?) throws -> (patch: Patch, warnings: [String]) {
        switch MediaRange(contentType ?? "").type {
        case "application/json-patch+json":
            let decoded = try json(body)
            return (.json(try JSONPatch(json: decoded.json)), [])
        case "application/merge-patch+json":
            let decoded = try patchObject(try json(body))
            return (.merge(decoded.json), decoded.warnings)
        case "application/strategic-merge-patch+json":
            let decoded = try patchObject(try json(body))
            return (.strategicMerge(decoded.json), decoded.warnings)
        case "application/apply-patch+yaml":
            let decoded = try patchObject(isJSON(body) ? json(body) : yaml(body))
            return (.apply(decoded.json), decoded.warnings)
        case let other:
            throw Status.unsupportedMediaType(
                "the body of the request was in an unknown format \"\(other)\" - accepted media types include: "
                    + "application/json-patch+json, application/merge-patch+json, "
                    + "application/strategic-merge-patch+json, application/apply-patch+yaml")
        }
    }

    private func patchObject(_ decoded: Decoded) throws -> Decoded {
        guard case .object = decoded.json else {
            throw Status.badRequest("the patch must be an object, not \(article(decoded.json.typeName))")
        }
        return decoded
    }

    private func json(_ body: ByteBuffer) throws -> Decoded {
        guard body.readableBytes > 0 else { throw Status.badRequest("the request has no body") }
        let (value, duplicates) = try parse(body)
        return Decoded(json: value, warnings: try judge(duplicates, in: value))
    }

    private func parse(_ body: ByteBuffer) throws -> (JSON, [String]) {
        do {
            return try JSON.parse(body.readableBytesView)
        } catch {
            throw Status.badRequest("the request body is not valid JSON: \(error)")
        }
    }

    private func yaml(_ body: ByteBuffer) throws -> Decoded {
        do {
            let documents = try JSON.documents(
                yaml: String(decoding: body.readableBytesView, as: UTF8.self), source: "request body")
            guard documents.count == 1 else {
                throw Status.badRequest(
                    "the request body is not valid YAML: it must be one document, not \(documents.count)")
            }
            return Decoded(json: documents[0])
        } catch let error as YAMLError {
            throw Status.badRequest("the request body is not valid YAML: \(error)")
        }
    }

    private func isJSON(_ body: ByteBuffer) -> Bool {
        body.readableBytesView.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
    }

    /// Keys that occur twice: an error when validation is strict, else warnings.
    private func judge(_ duplicates: [String], in value: JSON) throws -> [String] {
        guard !duplicates.isEmpty, fieldValidation != "Ignore" else { return [] }
        let texts = duplicates.map { "duplicate field \"\($0.replacing(".[", with: "["))\"" }
        guard fieldValidation == "Strict" else { return texts }
        let version = value["apiVersion"].string?.split(separator: "/").last.map(String.init) ?? "v1"
        let kind = value["kind"].string ?? "object"
        throw Status.badRequest(
            "\(kind) in version \"\(version)\" cannot be handled as a \(kind): strict decoding error: "
                + texts.joined(separator: ", "))
    }

    private func article(_ noun: String) -> String {
        switch noun {
        case "null": "null"
        case "array", "object", "integer": "an \(noun)"
        default: "a \(noun)"
        }
    }
}
