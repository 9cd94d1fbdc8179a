import Foundation
import HTTPTypes
import Host
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization

/// A server of the loopback interface that answers as a test wants, and remembers what it was asked.
final class WebServer: Sendable {
    struct Asked: Sendable {
        var path: String
        var authorization: String?
    }

    typealias Answer = @Sendable (Request) async throws -> Response

    let port: Int
    private let requests: Requests

    private init(port: Int, requests: Requests) {
        self.port = port
        self.requests = requests
    }

    private final class Requests: Sendable {
        let all = Mutex<[Asked]>([])
    }

    var asked: [Asked] { requests.all.withLock(\.self) }
    var url: String { "http://127.0.0.1:\(port)" }

    static func run(
        _ answer: @escaping Answer, _ body: @escaping @Sendable (WebServer) async throws -> Void
    ) async throws {
        let requests = Requests()
        let router = Router()
        for method in [HTTPRequest.Method.get, .post] {
            router.on("/**", method: method) { request, _ in
                let path = request.uri.description
                let authorization = request.headers[.authorization]
                requests.all.withLock { $0.append(Asked(path: path, authorization: authorization)) }
                return try await answer(request)
            }
        }
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        try await Application(router: router, logger: quiet).test(.live) { client in
            try await body(WebServer(port: client.port ?? 0, requests: requests))
        }
    }

    static func response(_ status: HTTPResponse.Status = .ok, type: String, _ bytes: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Serves the repositories of a folder to who knows the password, for pushing too.
    static func git(_ folder: String, username: String, password: String) -> Answer {
        let expected = "Basic " + Data("\(username):\(password)".utf8).base64EncodedString()
        return { request in
            guard request.headers[.authorization] == expected else {
                return Response(
                    status: .unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"test\""], body: ResponseBody())
            }
            return try await backend(folder, request, username)
        }
    }

    /// `git http-backend`, a program of the Common Gateway Interface.
    private static func backend(_ folder: String, _ request: Request, _ user: String) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 24)
        var spawn = SpawnRequest(
            executable: try HostProgram(name: "git", package: "git").path(), arguments: ["git", "http-backend"],
            environment: [
                "PATH=\(HostProgram.searchPath)", "GIT_PROJECT_ROOT=\(folder)", "GIT_HTTP_EXPORT_ALL=1",
                "REMOTE_USER=\(user)", "PATH_INFO=\(request.uri.path)", "QUERY_STRING=\(request.uri.query ?? "")",
                "REQUEST_METHOD=\(request.method.rawValue)", "CONTENT_TYPE=\(request.headers[.contentType] ?? "")",
                "CONTENT_LENGTH=\(body.readableBytes)",
                "HTTP_CONTENT_ENCODING=\(request.headers[.contentEncoding] ?? "")", "GIT_CONFIG_NOSYSTEM=1",
            ])
        spawn.standardInput = try Descriptor.memory(Array(body.readableBytesView))
        let output = try await Tool.run(spawn, timeout: .seconds(30)).output
        let end = output.indices.first { output[$0...].starts(with: Array("\r\n\r\n".utf8)) } ?? output.endIndex
        var response = Response(status: .ok, headers: [:], body: ResponseBody())
        for line in String(decoding: output[..<end], as: UTF8.self).split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else { continue }
            if parts[0] == "Status", let code = Int(parts[1].prefix(3)) {
                response.status = HTTPResponse.Status(code: code)
            } else if let name = HTTPField.Name(parts[0]) {
                response.headers[name] = parts[1]
            }
        }
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: output[end...].dropFirst(4)))
        return response
    }
}
