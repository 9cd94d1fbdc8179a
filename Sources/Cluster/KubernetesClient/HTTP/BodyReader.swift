import AsyncHTTPClient
import KubernetesAPI
import NIOCore
import Synchronization

/// Pulls the bytes of an answer as fast as they are taken. Giving it up closes the connection.
final class BodyReader: @unchecked Sendable {  // why: `isBusy` lets in one reader at a time, and nothing else changes
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    private let isBusy = Mutex(false)
    private let request: String
    private let server: String

    init(_ body: HTTPClientResponse.Body, request: String, server: String) {
        iterator = body.makeAsyncIterator()
        self.request = request
        self.server = server
    }

    /// - Returns: nil at the end of the answer.
    /// - Throws: `KubernetesClientError`; `CancellationError`.
    func next() async throws -> ByteBuffer? {
        let isFree = isBusy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard isFree else {
            throw KubernetesClientError.malformed(request: request, reason: "two tasks read one stream at once")
        }
        defer { isBusy.withLock { $0 = false } }
        do {
            return try await iterator.next()
        } catch {
            try Task.checkCancellation()
            throw TransportFailure(error).error(server: server, request: request, timeout: .zero)
        }
    }
}

/// Pulls events from the answer to a watch.
final class WatchReader: Sendable {
    private struct State {
        var decoder = WatchDecoder()
        var isFinished = false
    }

    private let body: BodyReader
    private let state = Mutex(State())

    init(_ body: BodyReader) { self.body = body }

    /// - Returns: nil when the server ended the watch.
    func next() async throws -> WatchEvent? {
        while true {
            let (event, isFinished) = try state.withLock { (try $0.decoder.next(), $0.isFinished) }
            if let event { return event }
            if isFinished { return nil }
            let chunk = try await body.next()
            state.withLock { state in
                if let chunk { state.decoder.feed(chunk.readableBytesView) } else { state.isFinished = true }
            }
            if chunk == nil { return try state.withLock { try $0.decoder.finish() } }
        }
    }
}
