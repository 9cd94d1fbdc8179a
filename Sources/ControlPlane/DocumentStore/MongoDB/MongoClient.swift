import Foundation
import Synchronization

/// Runs commands on a MongoDB server through the C driver's pool of connections, on threads of its own, as the driver
/// blocks.
final class MongoClient: Sendable {
    private static let connections = 16

    let location: String
    let database: String
    private let library: MongoLibrary
    private let pool: Mutex<Pool>
    private let threads: OperationQueue

    /// The driver's pool may be used from any thread; the pointer is taken out once, when the client is closed and no
    /// command runs.
    private struct Pool: @unchecked Sendable {
        var pointer: OpaquePointer?
    }

    /// - Throws: `DocumentStoreError.driverMissing`, or `.invalidURL` with the driver's words. Does not connect.
    init(url: String, location: String, database: String) throws(DocumentStoreError) {
        let library = try MongoLibrary.shared.get()
        self.library = library
        self.location = location
        self.database = database
        let failure = UnsafeMutableRawPointer.allocate(byteCount: MongoLibrary.errorSize, alignment: 16)
        defer { failure.deallocate() }
        guard let uri = library.uriNew(url, failure) else {
            throw .invalidURL(location, Self.words(failure).message)
        }
        defer { library.uriDestroy(uri) }
        guard let pointer = library.poolNew(uri, failure) else {
            throw .invalidURL(location, Self.words(failure).message)
        }
        _ = library.poolSetErrorAPI(pointer, 2)
        _ = library.poolSetName(pointer, "litmus")
        pool = Mutex(Pool(pointer: pointer))
        threads = OperationQueue()
        threads.name = "mongodb"
        threads.maxConcurrentOperationCount = Self.connections
    }

    private static func words(_ failure: UnsafeMutableRawPointer) -> (domain: UInt32, code: UInt32, message: String) {
        let message = failure.advanced(by: 8).assumingMemoryBound(to: CChar.self)
        return (
            failure.load(as: UInt32.self), failure.load(fromByteOffset: 4, as: UInt32.self), String(cString: message)
        )
    }

    /// Runs a command; its first field is the command's name.
    /// - Parameter database: where, if not in the client's own database.
    /// - Returns: the server's reply.
    /// - Throws: `MongoFailure` when the server refused it, `DocumentStoreError` when it could not be asked.
    func run(_ command: Document, on database: String? = nil) async throws -> Document {
        let name = database ?? self.database
        return try await withCheckedThrowingContinuation { continuation in
            threads.addOperation { [self] in
                continuation.resume(with: Result { try runBlocking(command, on: name) })
            }
        }
    }

    private func runBlocking(_ command: Document, on database: String) throws -> Document {
        guard let pool = pool.withLock({ $0.pointer }), let client = library.poolPop(pool) else {
            throw DocumentStoreError.refused(location, "the database was closed")
        }
        defer { library.poolPush(pool, client) }
        let bytes = BSON.encode(command)
        guard let query = library.bsonNew(bytes, bytes.count) else {
            throw DocumentStoreError.invalidQuery("a command of \(bytes.count) bytes is too large for MongoDB")
        }
        defer { library.bsonDestroy(UnsafeMutableRawPointer(query)) }
        let reply = UnsafeMutableRawPointer.allocate(byteCount: MongoLibrary.bsonSize, alignment: 128)
        defer { reply.deallocate() }
        let failure = UnsafeMutableRawPointer.allocate(byteCount: MongoLibrary.errorSize, alignment: 16)
        failure.initializeMemory(as: UInt8.self, repeating: 0, count: MongoLibrary.errorSize)
        defer { failure.deallocate() }
        let isDone = library.command(client, database, query, nil, reply, failure)
        defer { library.bsonDestroy(reply) }
        let answer = try decode(reply)
        guard !isDone else { return answer }
        let (domain, code, message) = Self.words(failure)
        // MONGOC_ERROR_SERVER, or a reply that carries a code: the server answered.
        if domain == 17 || answer["code"] != nil {
            throw MongoFailure(code: answer["code"]?.int ?? Int64(code), message: answer["errmsg"]?.string ?? message)
        }
        throw DocumentStoreError.unavailable(location, message)
    }

    private func decode(_ reply: UnsafeMutableRawPointer) throws -> Document {
        guard let data = library.bsonData(reply) else { return Document() }
        let raw = UnsafeRawPointer(data)
        let length = Int(Int32(littleEndian: raw.loadUnaligned(as: Int32.self)))
        do {
            return try BSON.decode(UnsafeRawBufferPointer(start: raw, count: length))
        } catch {
            throw DocumentStoreError.refused(location, "a reply that cannot be read: \(error)")
        }
    }

    /// Waits for the commands that run.
    func close() async {
        await withCheckedContinuation { continuation in
            threads.addBarrierBlock { [self] in
                let pointer = pool.withLock { pool in
                    defer { pool.pointer = nil }
                    return pool.pointer
                }
                if let pointer { library.poolDestroy(pointer) }
                continuation.resume()
            }
        }
    }
}

/// The server's refusal of a command.
struct MongoFailure: Error, Hashable {
    var code: Int64
    var message: String

    static let duplicateKey: Int64 = 11000
    static let namespaceNotFound: Int64 = 26
}
