import Crypto
import HTTPTypes
import Hummingbird
import KubernetesAPI
import NIOCore
import ResourceSchema

/// `/openapi/v2` and `/openapi/v3`.
struct OpenAPIHandler {
    let catalog: ServedCatalog
    let version: ServerVersion

    private static let protobufV2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    /// The document in protobuf alone: that is what kubectl asks for, and an empty one is valid.
    func v2(_ request: APIRequest) async throws -> Reply {
        let ranges = MediaRange.parse(request.headers[.accept] ?? "*/*").map(\.type)
        guard ranges.contains(where: { $0.contains("protobuf") || $0 == "*/*" }) else {
            throw Status(
                code: 406, reason: "NotAcceptable",
                message: "/openapi/v2 is served as \(Self.protobufV2) only; the JSON form is at /openapi/v3")
        }
        // Clients ask for "v2@v1.0" too, which is the same format but no media type that they could read back.
        let snapshot = await catalog.snapshot()
        return Reply(
            contentType: Self.protobufV2,
            snapshot.document("openapi/v2") {
                documents(snapshot).v2Protobuf() + OpenAPIPatchPaths.protobuf(of: snapshot.resources)
            })
    }

    func v3Index() async throws -> Reply {
        let snapshot = await catalog.snapshot()
        let document = snapshot.document("openapi/v3") {
            var paths: [String: JSON] = [:]
            for name in groupVersions(snapshot) {
                let url = "/openapi/v3/\(name)?hash=\(hash(snapshot, name))"
                paths[name] = ["serverRelativeURL": .string(url)]
            }
            return JSON.object(["paths": .object(paths)]).encoded()
        }
        return Reply(contentType: "application/json", document)
    }

    func v3(_ name: String, _ request: APIRequest) async throws -> Reply {
        let snapshot = await catalog.snapshot()
        let document = document(snapshot, name)
        guard document.readableBytes > 0 else { throw Status.noSuchResource }
        var reply = Reply(contentType: "application/json", document)
        let hash = hash(snapshot, name)
        reply.headers[.eTag] = "\"\(hash)\""
        // A URL with its hash never changes its content, so clients need not ask again.
        if request.query["hash"] == hash { reply.headers[.cacheControl] = "public, immutable, max-age=31536000" }
        return reply
    }

    private func document(_ snapshot: ServedCatalog.Snapshot, _ name: String) -> ByteBuffer {
        snapshot.document("openapi/v3/\(name)") { documents(snapshot).v3(groupVersion: name)?.encoded() ?? [] }
    }

    private func documents(_ snapshot: ServedCatalog.Snapshot) -> OpenAPIDocuments {
        OpenAPIDocuments(resources: snapshot.resources)
    }

    /// `api/v1`, `apis/apps/v1`, …
    private func groupVersions(_ snapshot: ServedCatalog.Snapshot) -> Set<String> {
        Set(snapshot.resources.map { $0.type.group.isEmpty ? "api/\($0.type.version)" : "apis/\($0.type.apiVersion)" })
    }

    private func hash(_ snapshot: ServedCatalog.Snapshot, _ name: String) -> String {
        let hash = snapshot.document("openapi/hash/\(name)") {
            let digest = SHA256.hash(data: Array(document(snapshot, name).readableBytesView))
            return digest.prefix(16).flatMap { byte in
                Array((String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)).uppercased().utf8)
            }
        }
        return String(buffer: hash)
    }
}
