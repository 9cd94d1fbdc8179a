import HTTPTypes
import Hummingbird
import KubernetesAPI
import NIOCore

/// An answer before it is written.
struct Reply: Sendable {
    enum Body: Sendable {
        case bytes(ByteBuffer)
        case stream(StreamBody)
    }

    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: Body

    init(_ status: HTTPResponse.Status = .ok, contentType: String, _ bytes: ByteBuffer) {
        self.status = status
        headers = [.contentType: contentType, .cacheControl: "no-cache, private"]
        body = .bytes(bytes)
    }

    init(_ status: HTTPResponse.Status = .ok, contentType: String, stream: StreamBody) {
        self.status = status
        headers = [.contentType: contentType, .cacheControl: "no-cache, private"]
        body = .stream(stream)
    }

    init(json: JSON, _ status: HTTPResponse.Status = .ok) {
        self.init(status, contentType: "application/json", ByteBuffer(bytes: json.encoded()))
    }

    init(text: String, _ status: HTTPResponse.Status = .ok) {
        self.init(status, contentType: "text/plain; charset=utf-8", ByteBuffer(string: text))
    }

    /// The answer for an error: a meta/v1 Status.
    init(_ failure: Status) {
        self.init(json: failure.json, HTTPResponse.Status(code: failure.code))
        if let seconds = failure.details["retryAfterSeconds"].int {
            headers[.retryAfter] = String(seconds)
        } else if failure.code == 429 {
            headers[.retryAfter] = "1"
        }
        if failure.code == 401 { headers[.wwwAuthenticate] = #"Bearer realm="kubernetes-cluster""# }
    }

    /// RFC 7234 `Warning: 299 - "text"`, which kubectl shows.
    mutating func warn(_ texts: [String]) {
        for text in texts {
            let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            headers.append(HTTPField(name: .warning, value: "299 - \"\(quoted)\""))
        }
    }
}

/// The body of an answer that is written as it comes: a watch, a followed log.
struct StreamBody: Sendable {
    /// Seconds after which the answer ends by itself.
    var timeoutSeconds: Int?
    /// Writes until there is no more; cancelled when the client goes, the time is up or the server stops.
    var write: @Sendable (_ part: @Sendable (ByteBuffer) async throws -> Void) async throws -> Void
}

extension HTTPField.Name {
    static let warning = HTTPField.Name("Warning") ?? .retryAfter
}
