import Authentication
import HTTPTypes
import Hummingbird

/// Headers that keep browsers from guessing types, from running anything in what is answered, and from telling other
/// servers which page was open. What an answer says itself stays.
struct ProtectiveHeaders: RouterMiddleware {
    typealias Context = CenterRequestContext

    private static let headers: HTTPFields = {
        var headers = HTTPFields()
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        if let referrer = HTTPField.Name("Referrer-Policy") { headers[referrer] = "same-origin" }
        return headers
    }()

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as any HTTPResponseError {
            response = try error.response(from: request, context: context)
        }
        for field in Self.headers where response.headers[field.name] == nil { response.headers.append(field) }
        return response
    }
}

/// Lets pages of this server and of the allowed origins call what is below a path, and no others. The server of users
/// does so itself.
struct OriginCheck: RouterMiddleware {
    typealias Context = CenterRequestContext

    let authentication: AuthenticationServer
    let prefix: String

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.uri.path.hasPrefix(prefix + "/") else { return try await next(request, context) }
        guard let origin = authentication.admittedOrigin(of: request.head) else {
            return .json(#"{"error":"Invalid origin"}"#, status: .forbidden)
        }
        var response =
            request.method == .options ? Response(status: .noContent) : try await next(request, context)
        response.headers[values: .vary].append("Origin")
        guard !origin.isEmpty else { return response }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlAllowCredentials] = "true"
        guard request.method == .options else { return response }
        response.headers[.accessControlAllowMethods] = "GET, POST, OPTIONS"
        // `*` is a header's name where credentials are allowed.
        response.headers[.accessControlAllowHeaders] =
            request.headers[.accessControlRequestHeaders] ?? "Authorization, Content-Type"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }
}

/// Counts the logins and tokens that the server of users refused.
struct AuthenticationFailures: RouterMiddleware {
    typealias Context = CenterRequestContext

    let prefix: String
    let requests: RequestFigures

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        if response.status == .unauthorized, request.uri.path.hasPrefix(prefix + "/") {
            requests.noteUnauthenticated()
        }
        return response
    }
}

extension Response {
    /// - Parameter text: JSON.
    static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: text)))
    }

    static func plain(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: text)))
    }
}
