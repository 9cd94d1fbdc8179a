import EmbeddedAPIServer
import HTTPTypes
import Hummingbird
import KubernetesAPI
import Logging
import NIOCore

/// Answers requests: who asks, what is addressed, which handler. Never throws: every error becomes a Status.
struct RequestHandler: Sendable {
    let backend: any APIBackend
    let authenticator: Authenticator
    let impersonation: Impersonation
    let documents: DocumentHandler
    let resources: ResourceHandler
    let logger: Logger

    init(
        backend: any APIBackend, authenticator: Authenticator, version: ServerVersion,
        isReady: @escaping @Sendable () async -> String?, logger: Logger
    ) {
        let catalog = ServedCatalog(backend)
        self.backend = backend
        self.authenticator = authenticator
        self.logger = logger
        impersonation = Impersonation(backend: backend)
        documents = DocumentHandler(catalog: catalog, version: version, isReady: isReady)
        resources = ResourceHandler(backend: backend, catalog: catalog)
    }

    func reply(to request: APIRequest) async -> Reply {
        let isLogged = logger.logLevel <= .debug
        let start = isLogged ? ContinuousClock.now : nil
        var user = ""
        var reply: Reply
        do {
            reply = try await answer(request, user: &user)
        } catch let status as Status {
            reply = Reply(status)
        } catch is CancellationError {
            reply = Reply(Status(code: 503, reason: "ServiceUnavailable", message: "the server is stopping"))
        } catch {
            logger.error(
                "A request failed unexpectedly",
                metadata: ["path": "\(request.path)", "method": "\(request.method)", "error": "\(error)"])
            reply = Reply(Status.internalError("\(error)"))
        }
        if let start {
            logger.debug(
                "Request",
                metadata: [
                    "user": "\(user)", "method": "\(request.method)", "path": "\(request.path)",
                    "code": "\(reply.status.code)", "duration": "\(ContinuousClock.now - start)",
                ])
        }
        return reply
    }

    private func answer(_ request: APIRequest, user: inout String) async throws -> Reply {
        let path = APIPath(request.path)
        if path.isPublic, request.method == .get || request.method == .head {
            return try await documents.reply(to: path, request)
        }
        let identity = try await identity(of: request)
        user = identity.username
        if case .resource(let resource) = path {
            return try await resources.reply(to: resource, request, as: identity)
        }
        guard request.method == .get || request.method == .head else {
            throw path == .unknown ? Status.noSuchResource : Status.wrongMethod
        }
        return try await documents.reply(to: path, request)
    }
}

extension RequestHandler {
    func identity(of request: APIRequest) async throws -> Identity {
        guard let identity = try await authenticator.identity(authorization: request.headers[.authorization]) else {
            throw Status.unauthorized()
        }
        return try await impersonation.apply(request.headers, to: identity)
    }
}

extension APIPath {
    /// Open to anyone, so that load balancers and scripts can ask without a token.
    var isPublic: Bool {
        switch self {
        case .health, .version: true
        default: false
        }
    }
}

extension Status {
    static let wrongMethod = Status.methodNotAllowed("the server does not allow this method on the requested resource")
}
