import Crypto
import Foundation
import Glibc

/// Reads a backup's file line by line.
struct BackupReader {
    let path: String

    private func failure(_ reason: String) -> DocumentStoreError { .badBackup(path, reason) }

    /// Reads the whole file and compares what it holds with what its last line says.
    func verify() throws(DocumentStoreError) -> BackupSummary {
        var hash = SHA256()
        var counts: [String: Int] = [:]
        var names: Set<String>?
        var trailer: Document?
        try eachLine { (line, number) throws(DocumentStoreError) in
            guard trailer == nil else { throw failure("line \(number): there is more after its end") }
            let document = try parse(line, number)
            if number == 1 {
                guard let version = document["litmus_backup"]?.int else { throw failure("it is no backup of litmus") }
                guard version == BackupFormat.version else {
                    throw failure("it has format \(version); this litmus knows \(BackupFormat.version)")
                }
                names = Set(document["collections"]?.array?.compactMap(\.string) ?? [])
            } else if document["sha256"] != nil {
                trailer = document
                return
            } else {
                let (collection, _) = try content(document, number)
                counts[collection, default: 0] += 1
            }
            hash.update(data: line)
            hash.update(data: [UInt8(ascii: "\n")])
        }
        guard let names else { throw failure("it is empty") }
        guard let trailer else { throw failure("it is cut short: its last line is missing") }
        guard trailer["sha256"] == .string(BackupFormat.hexadecimal(hash.finalize())) else {
            throw failure("its checksum does not fit: it was changed or damaged")
        }
        return BackupSummary(
            collections: Dictionary(names.map { ($0, counts[$0] ?? 0) }, uniquingKeysWith: { $1 }),
            isOfOneMoment: trailer["is_of_one_moment"]?.bool ?? false)
    }

    /// Hands the documents over in portions of one collection each.
    func documents(_ body: (_ collection: String, [Document]) async throws -> Void) async throws {
        // Line by line, the file may be larger than the memory.
        var lines = try LineReader(path: path)
        defer { lines.close() }
        var number = 0
        var portion: [Document] = []
        var current = ""
        while let line = try lines.next() {
            number += 1
            let document = try parse(line, number)
            guard number > 1, document["sha256"] == nil else { continue }
            let (collection, stored) = try content(document, number)
            if collection != current || portion.count == 500 {
                if !portion.isEmpty { try await body(current, portion) }
                portion = []
                current = collection
            }
            portion.append(stored)
        }
        if !portion.isEmpty { try await body(current, portion) }
    }

    private func parse(_ line: [UInt8], _ number: Int) throws(DocumentStoreError) -> Document {
        do {
            return try ExtendedJSON.document(String(decoding: line, as: UTF8.self))
        } catch {
            throw failure("line \(number), \(error)")
        }
    }

    private func content(_ line: Document, _ number: Int) throws(DocumentStoreError) -> (String, Document) {
        guard let collection = line["collection"]?.string, let document = line["document"]?.document else {
            throw failure("line \(number) holds no document")
        }
        return (collection, document)
    }

    private func eachLine(
        _ body: (_ line: [UInt8], _ number: Int) throws(DocumentStoreError) -> Void
    ) throws(DocumentStoreError) {
        var lines = try LineReader(path: path)
        defer { lines.close() }
        var number = 0
        while let line = try lines.next() {
            number += 1
            try body(line, number)
        }
    }
}

/// Lines of a file, without their ends.
private struct LineReader {
    private let path: String
    private let file: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    init(path: String) throws(DocumentStoreError) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .badBackup(path, String(cString: strerror(errno))) }
    }

    func close() { Glibc.close(file) }

    mutating func next() throws(DocumentStoreError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return Array(buffer[start..<end])
            }
            guard !isAtEnd else {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return Array(buffer[start...])
            }
            buffer.removeSubrange(..<start)
            start = 0
            searched = buffer.count
            try fill()
        }
    }

    private mutating func fill() throws(DocumentStoreError) {
        var portion = [UInt8](repeating: 0, count: 1 << 18)
        var count = read(file, &portion, portion.count)
        while count < 0 && errno == EINTR { count = read(file, &portion, portion.count) }
        guard count >= 0 else { throw .badBackup(path, String(cString: strerror(errno))) }
        isAtEnd = count == 0
        buffer += portion[..<count]
    }
}
