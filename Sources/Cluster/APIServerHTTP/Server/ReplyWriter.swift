import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Writes answers to the wire, and ends streamed ones when the client goes, their time is up or the server stops.
struct ReplyWriter: Sendable {
    let streams: OpenStreams

    func write(_ reply: Reply, to request: Request, on channel: any Channel, _ writer: consuming ResponseWriter)
        async throws
    {
        var head = HTTPResponse(status: reply.status, headerFields: reply.headers)
        switch reply.body {
        case .bytes(let bytes):
            head.headerFields[.contentLength] = String(bytes.readableBytes)
            let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: bytes)
            try await writer.write(response: head, body: body)
        case .stream(let stream):
            let body = try await writer.writeHead(head)
            try await write(stream, to: request, on: channel, BodyWriterBox(writer: body))
        }
    }

    private func write(
        _ stream: StreamBody, to request: Request, on channel: any Channel, _ box: BodyWriterBox
    ) async throws {
        let (end, continuation) = AsyncStream<Void>.makeStream()
        let id = streams.add(continuation)
        let timeout = stream.timeoutSeconds.map { seconds in
            channel.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) { continuation.finish() }
        }
        defer {
            timeout?.cancel()
            streams.remove(id)
        }
        try await request.body.consumeWithInboundCloseHandler { _ in
            await withTaskGroup(of: Void.self) { group in
                // A failed write means that the client has gone; there is nobody to tell.
                group.addTask { try? await stream.write { try await box.write($0) } }
                group.addTask { for await _ in end {} }
                // Whichever is first: no more to write, or the end called for.
                await group.next()
                group.cancelAll()
            }
            try? await box.finish()
        } onInboundClosed: {
            continuation.finish()
        }
    }
}

/// Carries a body writer into a child task.
private struct BodyWriterBox: @unchecked Sendable {  // why: only one task writes; the owner finishes after it has ended
    private let writer: any ResponseBodyWriter

    init(writer: any ResponseBodyWriter) { self.writer = writer }

    func write(_ part: ByteBuffer) async throws {
        var writer = writer
        try await writer.write(part)
    }

    func finish() async throws { try await writer.finish(nil) }
}
