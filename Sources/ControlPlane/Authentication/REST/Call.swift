import Foundation
import HTTPTypes
import NIOCore

/// A request to an endpoint, free of the server that received it.
struct Call: Sendable {
    /// In bytes; the largest body that is of use has about 4000.
    static let largestBody = 65_536

    var parameters: [String: String] = [:]
    var query: [String: String] = [:]
    var headers = HTTPFields()
    var body = ByteBuffer()
    /// Of the client; nil where it is not known.
    var address: String?

    /// - Throws: `AuthenticationError.invalidRequest` for what is no JSON of this form.
    func decode<Body: RequestBody>(_: Body.Type = Body.self) throws(AuthenticationError) -> Body {
        do {
            return try JSONDecoder().decode(Strict<Body>.self, from: Data(body.readableBytesView)).value
        } catch {
            throw .invalidRequest
        }
    }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }
}

/// What an endpoint is sent. Missing texts are as empty ones, and fields that are not listed are an error.
protocol RequestBody: Decodable {
    static var fields: Set<String> { get }
}

/// Decoding that refuses unknown fields.
private struct Strict<Body: RequestBody>: Decodable {
    let value: Body

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys where !Body.fields.contains(key.stringValue) {
            throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "unknown field")
        }
        value = try Body(from: decoder)
    }
}

/// What an endpoint answers.
struct Reply: Sendable {
    var status = HTTPResponse.Status.ok
    var headers = HTTPFields()
    var body: [UInt8] = []

    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Reply {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        var reply = Reply(status: status, body: Array(try encoder.encode(value)))
        reply.headers[.contentType] = "application/json; charset=utf-8"
        // Answers hold tokens and addresses.
        reply.headers[.cacheControl] = "no-store"
        return reply
    }

    static func message(_ text: String, status: HTTPResponse.Status = .ok) throws -> Reply {
        try json(["message": text], status: status)
    }

    static func data(_ value: some Encodable) throws -> Reply { try json(["data": value]) }

    static func error(_ error: AuthenticationError) throws -> Reply {
        let status = HTTPResponse.Status(code: error.status)
        if case .refused(let sentence) = error { return try message(sentence, status: status) }
        var reply = try json(["error": error.code, "errorDescription": error.description], status: status)
        if case .tooManyAttempts(let seconds) = error { reply.headers[.retryAfter] = "\(seconds)" }
        if case .busy = error { reply.headers[.retryAfter] = "1" }
        return reply
    }
}
