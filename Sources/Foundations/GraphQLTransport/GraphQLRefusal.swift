import GraphQL
import HTTPTypes
import WebSocket

/// Why a request is not executed: thrown by the function that makes contexts, to turn a caller away.
///
/// Over HTTP the response has this status and error. On a WebSocket, a refused `connection_init` closes the connection
/// (401 with 4401, 403 with 4403, other statuses below 500 with 4400, the rest with 4500), a refused operation fails.
public struct GraphQLRefusal: Error, Sendable, CustomStringConvertible {
    /// `extensions.code` of errors that the transports make.
    public enum Code: String, Sendable, CaseIterable {
        /// The request is not shaped as GraphQL requests are.
        case badRequest = "BAD_REQUEST"
        /// It is not known who asks.
        case unauthenticated = "UNAUTHENTICATED"
        /// Who asks may not.
        case forbidden = "FORBIDDEN"
        /// None of the media types in `Accept` is one of ours.
        case notAcceptable = "NOT_ACCEPTABLE"
        /// The body is not `application/json`.
        case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
        /// The method does not fit the operation.
        case methodNotAllowed = "METHOD_NOT_ALLOWED"
        /// More bytes than ``GraphQLTransportSettings/bodySize``.
        case bodyTooLarge = "BODY_SIZE_LIMIT_EXCEEDED"
        /// Several requests at once, see ``GraphQLTransportSettings/batchSize``.
        case batch = "BATCH_LIMIT_EXCEEDED"
        /// More than ``GraphQLTransportSettings/operations``.
        case operationLimit = "OPERATION_LIMIT_EXCEEDED"
        /// The client does not read what it subscribed to.
        case slowClient = "SLOW_CLIENT"
        /// A subscription over HTTP had no event.
        case noEvent = "NO_EVENT"
        /// The server stops.
        case stopping = "SERVICE_UNAVAILABLE"
        /// Something failed that is not the client's doing.
        case internalError = "INTERNAL_SERVER_ERROR"
    }

    /// Of the HTTP response.
    public var status: HTTPResponse.Status
    /// What the client reads.
    public var error: GraphQLError

    /// A refusal with an error of one's own.
    public init(status: HTTPResponse.Status, error: GraphQLError) {
        self.status = status
        self.error = error
    }

    /// A refusal with a code that programs read.
    public init(_ message: String, code: Code = .unauthenticated, status: HTTPResponse.Status = .unauthorized) {
        self.init(status: status, error: GraphQLError(message, extensions: ["code": .string(code.rawValue)]))
    }

    /// The message.
    public var description: String { error.message }

    static let internalError = GraphQLRefusal(
        "Internal server error.", code: .internalError, status: .internalServerError)
    static let stopping = GraphQLRefusal(
        "The server stops; ask again.", code: .stopping, status: .serviceUnavailable)

    static func badRequest(_ message: String) -> GraphQLRefusal {
        GraphQLRefusal(message, code: .badRequest, status: .badRequest)
    }

    var closing: WebSocketClosing {
        let code: UInt16 =
            switch status.code {
            case 401: 4401
            case 403: 4403
            case 400..<500: 4400
            default: 4500
            }
        return WebSocketClosing(code: code, reason: error.message)
    }
}
