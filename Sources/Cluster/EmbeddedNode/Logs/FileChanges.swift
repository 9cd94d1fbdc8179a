import Dispatch
import Foundation

/// Tells when something in a directory changes, through inotify(7). Several changes may become one element.
struct FileChanges: Sendable {
    let stream: AsyncStream<Void>

    /// - Throws: `POSIXError` when the kernel refuses, for example because there are too many watches.
    init(directory: String) throws {
        let descriptor = inotify_init1(Int32(O_NONBLOCK) | Int32(O_CLOEXEC))
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        // A file that is written atomically appears by a rename.
        let events = [IN_MODIFY, IN_CREATE, IN_MOVED_TO, IN_DELETE_SELF, IN_DELETE].reduce(UInt32(0)) {
            $0 | UInt32($1)
        }
        guard inotify_add_watch(descriptor, directory, events) >= 0 else {
            let code = errno
            close(descriptor)
            throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        source.setEventHandler {
            withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
                while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
            }
            continuation.yield()
        }
        source.setCancelHandler { close(descriptor) }
        let cancellation = SourceCancellation(source)
        continuation.onTermination = { _ in cancellation.cancel() }
        source.resume()
        self.stream = stream
    }
}

/// Cancels a dispatch source from any thread.
private final class SourceCancellation: @unchecked Sendable {  // why: DispatchSource.cancel may be called on any thread
    private let source: any DispatchSourceRead

    init(_ source: any DispatchSourceRead) { self.source = source }

    func cancel() { source.cancel() }
}
