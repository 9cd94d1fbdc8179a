import HTTPTypes
import Hummingbird
import HummingbirdCore
import KubernetesAPI
import NIOCore

/// A request taken apart once: what the handlers need of it.
struct APIRequest: Sendable {
    var method: HTTPRequest.Method
    /// Percent-encoded, without query.
    var path: String
    var query: Query
    var headers: HTTPFields
    var body: RequestBody

    init(_ request: Request) { self.init(request.head, body: request.body) }

    init(_ head: HTTPRequest, body: RequestBody) {
        let target = head.path ?? "/"
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = String(target[..<mark])
            query = Query(target[target.utf8.index(after: mark)...])
        } else {
            path = target
            query = Query("")
        }
        method = head.method
        headers = head.headerFields
        self.body = body
    }

    /// The whole body.
    /// - Throws: `Status` 413 for one larger than `BodyDecoder.limit`. It is read to its end first, so that the
    ///   client gets to read the answer.
    func collectBody() async throws -> ByteBuffer {
        var collected = ByteBuffer()
        var size = 0
        for try await var part in body {
            size += part.readableBytes
            if size <= BodyDecoder.limit {
                if collected.capacity == 0 { collected = part } else { collected.writeBuffer(&part) }
            } else {
                collected = ByteBuffer()
            }
            guard size < Self.drainLimit else { break }
        }
        guard size <= BodyDecoder.limit else {
            throw Status.tooLarge(
                "the request body is larger than the limit of \(BodyDecoder.limit) bytes (3 MiB); "
                    + "split the manifest, or keep large data outside the API")
        }
        return collected
    }

    /// Past this the connection is given up rather than read.
    private static let drainLimit = 256 * 1024 * 1024
}
