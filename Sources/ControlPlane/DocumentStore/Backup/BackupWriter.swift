import Crypto
import Foundation
import Glibc
import Synchronization

extension DocumentDatabase {
    /// Writes all collections into one file, readable by its owner only. The file has its name once it is whole and on
    /// the disk; a backup that fails leaves what was there before.
    /// - Parameters:
    ///   - path: the file; one that is there is replaced.
    ///   - now: the backup's time.
    /// - Throws: `DocumentStoreError`; `.badBackup` when the file cannot be written.
    @discardableResult
    public func backup(to path: String, at now: Date = Date()) async throws(DocumentStoreError) -> BackupSummary {
        let temporary = path + ".part"
        let file = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .badBackup(temporary, String(cString: strerror(errno))) }
        do {
            let summary = try await backup(at: now) { try Self.write($0, to: file, temporary) }
            guard fsync(file) == 0, rename(temporary, path) == 0 else {
                throw DocumentStoreError.badBackup(path, String(cString: strerror(errno)))
            }
            Glibc.close(file)
            return summary
        } catch {
            Glibc.close(file)
            unlink(temporary)
            throw error as? DocumentStoreError ?? .badBackup(path, "\(error)")
        }
    }

    private static func write(_ bytes: [UInt8], to file: Int32, _ name: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw DocumentStoreError.badBackup(name, String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
    }

    /// Hands a backup over in portions of whole lines.
    public func backup(
        at now: Date = Date(), _ write: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws(DocumentStoreError) -> BackupSummary {
        try await storing {
            let names = try await engine.collectionNames()
            let progress = Mutex(Progress())
            let header = BackupFormat.header(createdAt: DateText.milliseconds(of: now), collections: names)
            try progress.withLock { try $0.add(BackupFormat.line(header), write) }
            let isOfOneMoment = try await engine.export(names) { collection, documents in
                var lines: [UInt8] = []
                for document in documents {
                    lines += BackupFormat.line(["collection": .string(collection), "document": .document(document)])
                }
                try progress.withLock { progress in
                    progress.counts[collection, default: 0] += documents.count
                    try progress.add(lines, write)
                }
            }
            let (counts, hash) = progress.withLock { ($0.counts, $0.hash) }
            let summary = BackupSummary(
                collections: Dictionary(names.map { ($0, counts[$0] ?? 0) }, uniquingKeysWith: { $1 }),
                isOfOneMoment: isOfOneMoment)
            try write(
                BackupFormat.line(BackupFormat.trailer(summary, sha256: BackupFormat.hexadecimal(hash.finalize()))))
            return summary
        }
    }

    private struct Progress {
        var counts: [String: Int] = [:]
        var hash = SHA256()

        mutating func add(_ bytes: [UInt8], _ write: ([UInt8]) throws -> Void) throws {
            hash.update(data: bytes)
            try write(bytes)
        }
    }
}
