import KubernetesAPI

/// Reads the events of a watch from its bytes, however they are cut.
///
/// Specification: Kubernetes API concepts, "Efficient detection of changes": one JSON `WatchEvent` a line. Holds no
/// more than one line that is not complete and the events that came with the last bytes.
struct WatchDecoder {
    /// A longer line is refused; etcd takes objects of 1.5 MB.
    static let maximumLineLength = 64 * 1024 * 1024

    private var buffer: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// Up to here there is no line feed.
    private var searched = 0

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete event; nil when more bytes are needed.
    /// - Throws: the `Status` of an ERROR event; `KubernetesClientError.malformed`.
    mutating func next() throws -> WatchEvent? {
        while true {
            guard let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
                searched = buffer.count
                guard buffer.count - start <= Self.maximumLineLength else {
                    throw malformed("an event is longer than \(Self.maximumLineLength) bytes")
                }
                return nil
            }
            let line = buffer[start..<end]
            start = end + 1
            searched = start
            if let event = try event(line) { return event }
        }
    }

    /// The event that the stream's end completes.
    mutating func finish() throws -> WatchEvent? {
        let line = buffer[start...]
        start = buffer.count
        searched = start
        return try event(line)
    }

    /// - Returns: nil for an empty line, and for a type that is not known, which a client is to ignore.
    private func event(_ line: ArraySlice<UInt8>) throws -> WatchEvent? {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return nil }
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSON(parsing: line)
        } catch {
            throw malformed("\(error)")
        }
        let object = json["object"]
        switch json["type"].string {
        case "ADDED": return .added(object)
        case "MODIFIED": return .modified(object)
        case "DELETED": return .deleted(object)
        case "BOOKMARK": return .bookmark(object)
        case "ERROR": throw Status(json: object)
        case nil: throw malformed("an event without type")
        default: return nil
        }
    }

    private func malformed(_ reason: String) -> KubernetesClientError {
        .malformed(request: "a watch", reason: reason)
    }
}
