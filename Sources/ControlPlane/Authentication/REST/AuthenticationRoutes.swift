import DocumentStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The authentication server's endpoints, to be mounted on a router:
///
///     AuthenticationRoutes(server).mount(on: router, at: "/auth")
///
/// The router's context should be a `RemoteAddressRequestContext`: without the client's address, failed logins are counted
/// for users only.
public struct AuthenticationRoutes: Sendable {
    public let server: AuthenticationServer

    public init(_ server: AuthenticationServer) { self.server = server }

    /// Opens the server too.
    /// - Throws: as `AuthenticationServer.open`.
    public init(_ database: DocumentDatabase, settings: AuthenticationSettings) async throws {
        server = try await AuthenticationServer.open(database, settings: settings)
    }

    /// - Parameter prefix: of all paths.
    public func mount<Context: RequestContext>(on router: some RouterMethods<Context>, at prefix: String = "/auth") {
        let group = router.group(RouterPath(prefix))
        var paths: Set<String> = []
        for endpoint in server.loginEndpoints + server.userEndpoints + server.projectEndpoints {
            let path = RouterPath(endpoint.path)
            group.on(path, method: endpoint.method) { request, context in
                try await answer(endpoint, request, context)
            }
            guard paths.insert(endpoint.path).inserted else { continue }
            group.on(path, method: .options) { request, _ in
                try framed(Reply(status: .noContent), request)
            }
        }
    }

    private func answer(_ endpoint: Endpoint, _ request: Request, _ context: some RequestContext) async throws
        -> Response
    {
        guard admittedOrigin(of: request) != nil else { return try framed(Reply(), request) }
        do {
            let call = try await call(request, context)
            var caller: TokenService.Caller?
            if case .anyone = endpoint.access {
            } else {
                let verified = try await server.tokens.verify(call.headers[.authorization])
                try endpoint.access.check(verified.user)
                caller = verified
            }
            return try framed(try await endpoint.handle(call, caller), request)
        } catch let error as AuthenticationError {
            if case .openIDConnect = error { server.logger.warning("\(error)") }
            return try framed(try .error(error), request)
        } catch {
            // Neither bodies nor headers are in these errors.
            server.logger.error("\(endpoint.method) \(endpoint.path) cannot be answered: \(error)")
            return try framed(try .error(.serverError), request)
        }
    }

    private func call(_ request: Request, _ context: some RequestContext) async throws -> Call {
        var call = Call()
        for (name, value) in context.parameters {
            call.parameters[String(name)] = String(value).removingPercentEncoding ?? ""
        }
        for (name, value) in request.uri.queryParameters { call.query[String(name)] = String(value) }
        call.headers = request.headers
        call.address = address(of: request, context)
        do {
            call.body = try await request.body.collect(upTo: Call.largestBody)
        } catch let error as HTTPError where error.status == .contentTooLarge {
            throw AuthenticationError.invalidRequest
        } catch is NIOTooManyBytesError {
            throw AuthenticationError.invalidRequest
        }
        return call
    }

    /// Whom failed logins are counted for. Of IPv6, the network: one client has all of its addresses.
    private func address(of request: Request, _ context: some RequestContext) -> String? {
        if server.settings.trustsForwardedFor, let name = HTTPField.Name("X-Forwarded-For"),
            let last = request.headers[values: name].last?.split(separator: ",").last
        {
            return String(last.trimmingCharacters(in: .whitespaces).prefix(64))
        }
        guard let remote = (context as? any RemoteAddressRequestContext)?.remoteAddress, let text = remote.ipAddress
        else {
            return nil
        }
        guard case .v6(let six) = remote, !text.hasPrefix("::ffff:") else { return text }
        let network = withUnsafeBytes(of: six.address.sin6_addr) { Array($0.prefix(8)) }
        return network.map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }

    /// Nil when the request's page may not call.
    private func admittedOrigin(of request: Request) -> String? {
        server.admittedOrigin(of: request.head)
    }

    private func framed(_ reply: Reply, _ request: Request) throws -> Response {
        guard let origin = admittedOrigin(of: request) else {
            let refusal = try Reply.json(["error": "Invalid origin"], status: .forbidden)
            return response(refusal)
        }
        var reply = reply
        if !origin.isEmpty {
            reply.headers[.accessControlAllowOrigin] = origin
            reply.headers[.accessControlAllowMethods] = "GET,POST,PUT,DELETE,OPTIONS"
            // Browsers take `*` for all but this one.
            reply.headers[.accessControlAllowHeaders] = "*, Authorization"
            reply.headers[.accessControlAllowCredentials] = "true"
            reply.headers[.vary] = "Origin"
        }
        return response(reply)
    }

    private func response(_ reply: Reply) -> Response {
        Response(
            status: reply.status, headers: reply.headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }
}
