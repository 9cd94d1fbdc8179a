import KubernetesAPI

extension Status {
    /// The refusal in an answer: the body's `Status`, or one made of the code and the text of a proxy.
    init(answer code: Int, body: some Sequence<UInt8>) {
        let bytes = Array(body)
        if let json = try? JSON(parsing: bytes), json["kind"] == "Status" {
            self.init(json: json)
            if json["code"].isNull { self.code = code }
            return
        }
        // How servers say that they serve nothing at a path, in plain text.
        if code == 404, bytes.starts(with: "404 page not found".utf8) {
            self = .noSuchResource
            return
        }
        let text = String(decoding: bytes.prefix(1000), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no message"
        self.init(code: code, reason: Self.reason(of: code), message: "the server answered \(code): \(line)")
    }

    /// An eviction that a disruption budget forbids.
    var isRefusalOfBudget: Bool {
        isTooManyRequests
            && (details["causes"].array ?? []).contains { $0["reason"] == "DisruptionBudget" }
    }

    private static func reason(of code: Int) -> String {
        switch code {
        case 400: "BadRequest"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "NotFound"
        case 405: "MethodNotAllowed"
        case 406: "NotAcceptable"
        case 409: "Conflict"
        case 410: "Expired"
        case 413: "RequestEntityTooLarge"
        case 415: "UnsupportedMediaType"
        case 422: "Invalid"
        case 429: "TooManyRequests"
        case 500: "InternalError"
        case 503: "ServiceUnavailable"
        case 504: "Timeout"
        default: "Unknown"
        }
    }
}
