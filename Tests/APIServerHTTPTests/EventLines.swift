import AsyncHTTPClient
import KubernetesAPI
import NIOCore

/// The lines of a watch as they come.
struct EventLines {
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    private var pending = ByteBuffer()

    init(_ response: HTTPClientResponse) { iterator = response.body.makeAsyncIterator() }

    /// The next event; nil at the end of the answer.
    mutating func next() async throws -> JSON? {
        while true {
            if let end = pending.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                let line = pending.readBytes(length: end - pending.readerIndex + 1) ?? []
                return try JSON(parsing: line)
            }
            guard var part = try await iterator.next() else { return nil }
            pending.writeBuffer(&part)
        }
    }
}
