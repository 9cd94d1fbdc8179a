import Foundation
import HTTPTypes
import Hummingbird

/// The download of manifests: `/file/TOKEN` below the prefix, as long as the infrastructure is not confirmed. The token
/// takes the place of a login.
struct InfrastructureRoutes: Sendable {
    let center: ChaosCenter

    func mount(on router: some RouterMethods<some RequestContext>, at prefix: String) {
        for method in [HTTPRequest.Method.get, .post] {
            router.on("\(prefix)/file/:key", method: method) { request, context in
                try await answer(context.parameters.get("key") ?? "", RequestOrigin(request.head))
            }
        }
    }

    private func answer(_ key: String, _ origin: RequestOrigin) async throws -> Response {
        do {
            guard let infrastructure = try await infrastructure(key) else {
                return text(.notFound, "there is no manifest at this address, or its infrastructure is registered\n")
            }
            let manifest = try infrastructure.manifest(center.settings, try ServerAddress(center.settings, origin))
            var response = text(.ok, manifest)
            response.headers[.contentType] = "application/yaml"
            response.headers[.contentDisposition] = Self.attachment(infrastructure.manifestFileName)
            return response
        } catch let error as CenterError {
            return text(.badRequest, "\(error)\n")
        }
    }

    private func infrastructure(_ key: String) async throws -> ChaosInfrastructure? {
        guard let token = DownloadToken(key), let found = try await center.store.infrastructure(token.infraID),
            !found.isConfirmed, let own = found.token, AccessKey.isEqual(own, token.text)
        else { return nil }
        return found
    }

    private func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        // There is a key in it.
        let headers: HTTPFields = [
            .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
        ]
        return Response(status: status, headers: headers, body: .init(byteBuffer: .init(string: text)))
    }

    /// RFC 6266: the name as it is where it is plain ASCII, and percent-encoded for all who read that.
    static func attachment(_ name: String) -> String {
        let plain = name.unicodeScalars.map { isPlain($0) ? Character($0) : "_" }
        let encoded = name.utf8.map { byte in
            isPlain(Unicode.Scalar(byte)) ? String(Unicode.Scalar(byte)) : String(format: "%%%02X", byte)
        }
        return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(encoded.joined())"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
        default: false
        }
    }
}
