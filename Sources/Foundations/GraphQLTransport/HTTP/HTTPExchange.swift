import GraphQL
import HTTPTypes
import Hummingbird
import NIOCore

/// One request over HTTP and its answer. Specification: GraphQL over HTTP.
struct HTTPExchange<Context: Sendable>: Sendable {
    let endpoint: GraphQLEndpoint<Context>
    let caller: GraphQLCaller

    private var settings: GraphQLTransportSettings { endpoint.settings }

    func respond(to request: Request) async -> Response {
        guard let type = ResponseType(accept: request.headers[values: .accept]) else {
            let types = ResponseType.allCases.map(\.rawValue).joined(separator: " or ")
            return answer(
                GraphQLRefusal("Accept \(types).", code: .notAcceptable, status: .notAcceptable), as: .json)
        }
        do throws(GraphQLRefusal) {
            if request.headers[.upgrade]?.lowercased() == "websocket" { throw await refusalOfWebSocket(request) }
            switch request.method {
            case .get: return try await get(request, type)
            case .post: return try await post(request, type)
            default:
                throw GraphQLRefusal(
                    "Send GraphQL requests by GET or POST.", code: .methodNotAllowed, status: .methodNotAllowed)
            }
        } catch {
            return answer(error, as: type)
        }
    }

    private func refusalOfWebSocket(_ request: Request) async -> GraphQLRefusal {
        let offered = request.headers[values: .secWebSocketProtocol].flatMap { $0.split(separator: ",") }
            .map { String($0.filter { $0 != " " }) }
        guard SocketDialect.choose(offered: offered) != nil else {
            let known = SocketDialect.supported.joined(separator: " or ")
            return .badRequest("The WebSocket's subprotocol must be \(known).")
        }
        guard await endpoint.allowsWebSocket(request.head) else {
            return GraphQLRefusal("Pages of this origin may not connect.", code: .forbidden, status: .forbidden)
        }
        return .badRequest("This is no request for a WebSocket (RFC 6455), or not the first one of its connection.")
    }

    // MARK: Methods

    private func get(_ request: Request, _ type: ResponseType) async throws(GraphQLRefusal) -> Response {
        let parameters = try FormQuery.parameters(of: request.uri.query ?? "")
        let graphQL = try GraphQLRequest(parameters: parameters, of: "the query of the URL")
        let start = ContinuousClock.now
        let context = try await endpoint.context(of: caller)
        // What a link or an image can ask for must not change anything.
        let kind = (try? endpoint.engine.prepare(graphQL.query))?.operationKind(graphQL.operationName)
        if let kind, kind != .query {
            throw GraphQLRefusal(
                "GET is for queries; send a \(kind.rawValue) by POST.", code: .methodNotAllowed,
                status: .methodNotAllowed)
        }
        let response = await endpoint.engine.execute(graphQL, context: context)
        endpoint.report(graphQL, caller, errors: response.errors.count, since: start)
        return answer(response, as: type)
    }

    private func post(_ request: Request, _ type: ResponseType) async throws(GraphQLRefusal) -> Response {
        // Pages of other origins can send bodies of some types unasked, but not of this one.
        let content = request.headers[.contentType].map { MediaType($0) }
        guard let content, content.name == "application/json", content.isUTF8 else {
            throw GraphQLRefusal(
                "The body must have the Content-Type application/json, in UTF-8.", code: .unsupportedMediaType,
                status: .unsupportedMediaType)
        }
        var request = request
        let body = try await read(&request)
        let value: GraphQLValue
        do throws(JSONError) {
            value = try GraphQLValue(json: body.readableBytesView)
        } catch {
            throw .badRequest("The body is not JSON. \(error)")
        }
        if case .list(let items) = value { return try await batch(items, type) }
        let graphQL = try GraphQLRequest(parameters: value, of: "the body")
        let start = ContinuousClock.now
        let response: GraphQLResponse
        let closes: Bool
        switch await endpoint.start(graphQL, caller) {
        case .refused(let refusal): throw refusal
        case .outcome(.response(let only)): (response, closes) = (only, false)
        case .outcome(.stream(let events)): (response, closes) = (try await first(of: events, request), true)
        }
        endpoint.report(graphQL, caller, errors: response.errors.count, since: start)
        var answer = answer(response, as: type)
        // Watching the connection has used it up. HTTP/2, whose scheme is https, has no such header.
        if closes, request.head.scheme != "https" { answer.headers[.connection] = "close" }
        return answer
    }

    private func read(_ request: inout Request) async throws(GraphQLRefusal) -> ByteBuffer {
        let tooLarge = GraphQLRefusal(
            "The body is longer than \(settings.bodySize) bytes.", code: .bodyTooLarge, status: .contentTooLarge)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > settings.bodySize {
            throw tooLarge
        }
        do {
            return try await request.collectBody(upTo: settings.bodySize)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch {
            throw .badRequest("The body ended early.")
        }
    }

    private func batch(_ items: [GraphQLValue], _ type: ResponseType) async throws(GraphQLRefusal) -> Response {
        guard let limit = settings.batchSize else {
            throw GraphQLRefusal(
                "Several requests in one body are not enabled; send one at a time.", code: .batch, status: .badRequest)
        }
        guard (1...limit).contains(items.count) else {
            throw GraphQLRefusal(
                "\(items.count) requests in one body; 1 to \(limit) are allowed.", code: .batch, status: .badRequest)
        }
        var requests: [GraphQLRequest] = []
        for (index, item) in items.enumerated() {
            requests.append(try GraphQLRequest(parameters: item, of: "request \(index) of the body"))
        }
        var values: [GraphQLValue] = []
        for request in requests {
            let start = ContinuousClock.now
            let response = await endpoint.engine.execute(request, context: try await endpoint.context(of: caller))
            endpoint.report(request, caller, errors: response.errors.count, since: start)
            values.append(response.value)
        }
        return answer(.list(values), .ok, as: type)
    }

    // MARK: Answers

    private func answer(_ response: GraphQLResponse, as type: ResponseType) -> Response {
        let refused: HTTPResponse.Status = type == .graphQL ? .badRequest : settings.requestErrorStatus
        return answer(response.value, response.data == nil ? refused : .ok, as: type)
    }

    private func answer(_ refusal: GraphQLRefusal, as type: ResponseType) -> Response {
        let response = GraphQLResponse(data: nil, errors: [refusal.error])
        var answer = answer(response.value, refusal.status, as: type)
        if refusal.status == .methodNotAllowed {
            answer.headers[.allow] = [.get, .post].contains(caller.head.method) ? "POST" : "GET, POST"
        }
        return answer
    }

    private func answer(_ value: GraphQLValue, _ status: HTTPResponse.Status, as type: ResponseType) -> Response {
        let headers: HTTPFields = [.contentType: type.header, .cacheControl: "no-store", .vary: "Accept"]
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.json)))
    }
}
